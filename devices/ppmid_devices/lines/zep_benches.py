"""Which bench a node of ours and its medium belong to: both say it in their hellos, so that one who is at the wrong
medium is found, and both benches are named. A node that says none is taken: others have hellos of their own.
"""

from collections import Counter

from ppmid_devices.lines.datagrams import Address
from ppmid_devices.lines.ends import LineFault
from ppmid_protocols.zigbee import zep

_OF = " of bench "
_ENOUGH = 3
"""Hellos of another bench that end a scenario; one or two may be of a run that is just ending."""


class Benches:
    """One end's own ``bench``, empty for none, and what the hellos of others say."""

    def __init__(self, bench: str) -> None:
        self.own = bench
        self.others: Counter[Address] = Counter()
        """Who is of another bench, and how often that was heard."""

    def says(self, who: str) -> bytes:
        """The text of a hello of ``who``."""
        own = f"{_OF}{self.own}".encode() if self.own else b""
        return who.encode()[: zep.LARGEST - len(own)] + own

    def hear(self, what: str, sender: Address, about: bytes) -> None:
        """What a hello on ``what`` says. Raises LineFault where it goes on being of another bench."""
        who, named, bench = about.decode("utf-8", "replace").partition(_OF)
        if not (self.own and named) or bench == self.own:
            self.others.pop(sender, None)
            return
        self.others[sender] += 1
        if self.others[sender] >= _ENOUGH:
            host, port = sender
            look = "Look at the addresses of both: each run has ports of its own"
            raise LineFault(f"{what}: expected bench {self.own}, found {who} of bench {bench} at {host}:{port}. {look}")
