"""Real lines of the local command interface: TLS, a serial port, a reader of NFC, the folder of a stick.

Each has the face of a ``Link`` and two ends: the harness's (delivery service or carrier), which a bench file chooses,
and the PPMID's, for our simulated one when it runs as a process. Threads are inside a line and nowhere else; whatever
they hear is handed to the clock. ``table`` lists them.
"""
