"""What is on the wire: GBCS, ZigBee, DUIS, UTRN, SMKI, the local command interface, pcapng.

Pure codecs and cryptography. Nothing here does I/O, reads a clock or keeps a device's state.
"""
