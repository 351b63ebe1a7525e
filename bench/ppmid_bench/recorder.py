"""Writes down what a scenario shows: every frame that crosses a link, every reading of a display, every step.

It is the ``Tap`` that the links are given. A frame goes, described and without its secrets, into the evidence log, and
as it crossed into the capture.
"""

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from ppmid_bench.capture import CaptureFile
from ppmid_bench.describe import Description, unreadable
from ppmid_bench.evidence import HARNESS, POINT_LOST, STEP, EvidenceLog, Redactor
from ppmid_bench.freshness import OLD_COUNTER, Freshness
from ppmid_devices.links.link import DOWN, NOBODY
from ppmid_protocols.errors import ProtocolError

NEVER_SENT = (DOWN, NOBODY)
"""Reasons for a loss by which a frame has not crossed the link at all."""


class Reader(Protocol):
    """Reads the frames of one kind of link."""

    def read(self, frame: bytes) -> Description:
        """Describe one frame. Raises ProtocolError when it cannot be read."""


class Recorder:
    """The evidence log and the capture of one scenario, with a reader for each link that the bench observes."""

    def __init__(self, log: EvidenceLog, capture: CaptureFile, redactor: Redactor, now: Callable[[], int]) -> None:
        self.log, self.redactor = log, redactor
        self._capture, self._now = capture, now
        self._readers: dict[tuple[str, ...], Reader] = {}
        self._interfaces: dict[tuple[str, str, str], str] = {}
        self._comment = ""
        self._freshness = Freshness()

    def observe(self, link: str, reader: Reader, *between: str) -> None:
        """Describe the frames of ``link`` by ``reader`` from now on; others go into the capture alone.

        ``between``: only those of this sender to this receiver.
        """
        self._readers[link, *between] = reader

    def capture_as(self, interface: str, link: str, sender: str, receiver: str) -> None:
        """Put what ``sender`` says to ``receiver`` on ``link`` under an interface of the capture of its own."""
        self._interfaces[link, sender, receiver] = interface

    def step(self, keyword: str, text: str, tags: str) -> None:
        """A step begins.

        What crosses a link while a Then observes, the capture ascribes to what was done before.
        """
        text = self.redactor.text(f"{keyword} {text}")
        if keyword != "Then":
            self._comment = f"{text} [{tags}]"
        self.log.append(self._now(), HARNESS, HARNESS, HARNESS, STEP, {"text": text})

    def reading(self, point: str, party: str, what: str, fields: Mapping[str, Any]) -> int:
        """Something was read off a party at an observation point; gives the entry's number."""
        return self.log.append(self._now(), point, party, HARNESS, what, fields)

    def lost_sight(self, link: str, why: str) -> None:
        """The observation point on a link is of no use from now on (see ``ports.Ear``)."""
        self.log.append(self._now(), HARNESS, HARNESS, HARNESS, POINT_LOST, {"point": link, "why": why})

    def crossed(self, link: str, sender: str, receiver: str, frame: bytes, lost: str = "") -> None:
        """A frame entered a link (see ``ports.Tap``)."""
        self._record(link, sender, receiver, frame, self._now(), lost)

    def overheard(self, link: str, sender: str, receiver: str, frame: bytes, at: int) -> None:
        """A frame was on a link at that time (see ``ports.Ear``)."""
        self._record(link, sender, receiver, frame, at)

    def _record(self, link: str, sender: str, receiver: str, frame: bytes, now: int, lost: str = "") -> None:
        way, number = (link, sender, receiver), 0
        if lost not in NEVER_SENT:
            comments = (self._comment, f"lost: {lost}") if lost else (self._comment,)
            number = self._capture.add(self._interfaces.get(way, link), now, frame, *comments)
        reader = self._readers.get(way) or self._readers.get((link,))
        if reader is None:
            return
        place: dict[str, Any] = {"frame": number} if number else {}
        try:
            description = reader.read(frame)
        except ProtocolError as problem:
            description = unreadable(problem)
        if lost:
            place["lost"] = lost
        elif self._freshness.is_old(description.sealed_by, receiver, description.fields.get("counter", 0)):
            place["dropped"] = OLD_COUNTER
        for octets, read in ((frame, description), *description.inside):
            fields = {**place, **read.fields, "tag": self.redactor.tag("frame", octets)}
            self.log.append(now, link, sender, receiver, read.what, fields, None if read.secret else octets)
