"""What is on the wire: GBCS, ZigBee, DUIS, UTRN, SMKI, the local command interface, captures.

Pure codecs and cryptography. Nothing here does I/O, reads a clock or keeps a device's state. Each stands on those below
it only (``import-linter`` watches over it):

- ``captures``: files of captures, and what was said in them · ``transforms``: from a Service Request to a Command
- ``duis``: XML between a User and the DCC
- ``gbcs``: messages, their cryptography and payloads · ``utrn``: the digits of a top-up
- ``zigbee``: the HAN on the air · ``local_interface``: what a PPMID says beyond it · ``smki``: certificates
- ``p256``, ``eui``, ``secret``, ``tables``, ``errors``: what they share
"""
