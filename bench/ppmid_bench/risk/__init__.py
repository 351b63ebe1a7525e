"""Risk as reachable harm: what an attack on a simulated home came to, and which level that is.

``lists`` has the allow-lists of relays, ``effects`` reads what happened out of the evidence, ``levels`` judges it by a
table, ``exposure`` compares configurations. All of it is pure; trials are run by ``ppmid_harness.risk``.
"""
