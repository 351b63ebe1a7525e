"""What carries bytes between parties: the SM WAN, the HAN, the avenue to the PPMID, the User's line to the DCC."""
