"""The parties of a home and its Supplier, and the links between them.

Every party is a folder: ``contract.py`` says what a scenario may do to it and see of it, ``simulated.py`` is our own
implementation, ``faulty.py`` holds implementations with one fault each, and every real adapter is a file beside them.
What a party needs from outside (time, chance, somebody who listens) comes through ``ports``.
"""
