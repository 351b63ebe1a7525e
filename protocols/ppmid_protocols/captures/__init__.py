"""What was captured: files of captures, and what was said in them on every link of a home.

Above GBCS, DUIS, ZigBee and the local command interface, whose octets stand in captures. ``pcapng`` writes and strictly
reads the captures of this project's own runs; ``captured`` reads those of any program.
"""
