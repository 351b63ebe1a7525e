"""The matrix of routes: avenue, target, class of Command, state of the SM WAN and hub, from one table of sentences.

``plan`` makes cells of the table, ``cell`` runs one on the simulated bench, ``report`` holds what came of it against
what must.
"""
