"""Lines of the real world: what carries octets between a bench and devices that are not in its process.

Each has the face of the simulated link that it stands for. Threads are inside a line and nowhere else; whatever they
hear is handed over by the clock, so that a party is never called from two. Who opens a line gives it back by ``close``.

Of the local command interface: TLS, a serial port, a reader of NFC, the folder of a stick, listed in ``table``. Each
has two ends: the harness's (delivery service or carrier), which a bench file chooses, and the PPMID's, for our
simulated one when it runs as a process. Of the HAN: ``zep``, ``sniffer`` and ``replay``. Before a
line: ``proxy``, which spoils what passes.
"""
