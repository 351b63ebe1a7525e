"""What carries bytes between parties: the SM WAN, the HAN, the avenue to the PPMID, the User's line to the DCC.

And what every party needs at its end of one: a node on the HAN, an end of a tunnel, an end of the avenue that seals.
"""
