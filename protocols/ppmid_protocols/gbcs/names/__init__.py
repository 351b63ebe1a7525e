"""What the elements of a message are called: tables of objects, clusters, codes and fields, and how to look them up.

``notation``: how the tables write the shape of a value. ``tables``: the tables, each under ``gbcs/data``. ``kinds``:
values in words. ``dlms_nodes``, ``gbz_nodes``, ``der_nodes`` and ``envelope``: a message as a tree of named nodes.
"""
