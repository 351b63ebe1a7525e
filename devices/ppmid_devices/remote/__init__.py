"""A simulated party alone in a process of its own, and the line by which a bench reaches it.

The two ends speak msgpack over one local socket. What crosses it is typed by the parties' own contracts: arguments and
results are read by the type hints of the function that is called. A bench gives such a party its keys over this line,
so it is for simulated parties on one machine, and for nothing else.
"""
