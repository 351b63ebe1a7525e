"""What an observer reads from the octets that cross a link: the ``what`` and ``fields`` of an evidence entry.

One reader for each kind of link; that of the HAN is ``describe_han``. An observer holds what a lab's observer would:
the keys of the HAN where the bench has that point, and nobody's signing or key agreement keys; it reads signatures, it
does not check them. What it cannot read it says so. A UTRN stands in the fields only as its tag.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from ppmid_bench.describe_gbcs import Fields, gbcs_inside
from ppmid_bench.evidence import Redactor
from ppmid_protocols import distribution, local_interface
from ppmid_protocols.duis import bodies, documents
from ppmid_protocols.duis.answers import DccBody
from ppmid_protocols.errors import ProtocolError
from ppmid_protocols.eui import Eui
from ppmid_protocols.local_interface import addressed_to, open_sealed
from ppmid_protocols.zigbee.ota import read_head


@dataclass(frozen=True, slots=True)
class Description:
    """What was read. ``secret``: the octets hold a UTRN in clear, so they may not stand in the evidence.

    ``sealed_by``: the device whose frame counter ``fields`` gives as ``counter``; empty where there is none.
    ``inside``: whole messages that the frame completes, each with its own octets and description.
    """

    what: str
    fields: Fields = field(default_factory=dict)
    secret: bool = False
    sealed_by: str = ""
    inside: tuple[tuple[bytes, "Description"], ...] = ()


class WanReader:
    """Bare GBCS messages, and firmware images."""

    def __init__(self, redactor: Redactor) -> None:
        self._redactor = redactor

    def read(self, frame: bytes) -> Description:
        """Read one GBCS message, or a firmware image."""
        if distribution.is_distribution(frame):
            image = distribution.decode(frame)
            return Description(
                "firmware-image", {"device": str(image.device), "version": read_head(image.file).file_version}
            )
        fields, secret = gbcs_inside(frame, self._redactor)
        return Description("gbcs", {"gbcs": fields, "octets": len(frame)}, secret)


class DuisReader:
    """DUIS documents."""

    def __init__(self, redactor: Redactor) -> None:
        self._redactor = redactor

    def read(self, frame: bytes) -> Description:
        """Read one DUIS Request or Response."""
        document = documents.from_xml(frame)
        if isinstance(document, documents.Request):
            fields: Fields = {
                "request": str(document.request_id),
                "srv": document.srv,
                "cv": document.command_variant,
            }
            what = "request"
        else:
            fields = {"request": str(document.request_id) if document.request_id else None, "code": str(document.code)}
            what = "response"
        secret = self._body(document.body, fields)
        return Description(what, fields, secret)

    def _body(self, body: object, fields: Fields) -> bool:
        fields["kind"] = kebab(type(body).__name__) if body is not None else "acknowledgement"
        if isinstance(body, bodies.TopUpDevice):
            fields["utrn"] = self._redactor.utrn(body.utrn.digits)
            return True
        if isinstance(body, bodies.DccAlert):
            fields |= _event_fields(body.event)
        octets = getattr(body, "gbcs", None)
        if isinstance(body, bodies.ReturnLocalCommandResponse):
            fields["original"] = str(body.original_request_id) if body.original_request_id else None
            octets = body.device_gbcs
        if octets is None:
            return False
        fields["gbcs"], secret = gbcs_inside(octets, self._redactor)
        return secret


def _event_fields(event: bodies.Event) -> Fields:
    """What a DCC alert tells; ``about`` is the RequestID that it speaks of, where it speaks of a request."""
    fields: Fields = {"event": kebab(event.name if isinstance(event, DccBody) else type(event).__name__)}
    if isinstance(event, bodies.CommandFailure):
        fields["about"] = str(event.command_request_id)
    elif isinstance(event, bodies.Breach):
        fields["about"] = str(event.request_id)
    return fields


class AvenueReader:
    """Messages of the local command interface. Their signatures are verified by those who receive them."""

    def __init__(self, redactor: Redactor, keys: Mapping[bytes, Ed25519PublicKey], home: str, ppmid: Eui) -> None:
        self._redactor, self._keys, self._home, self._ppmid = redactor, keys, home, ppmid

    def read(self, frame: bytes) -> Description:
        """Read one sealed message; of one that says that it is for another home, that alone."""
        home, ppmid = addressed_to(frame)
        if (home, ppmid) != (self._home, self._ppmid):
            opened = open_sealed(frame, keys=self._keys, home=home, ppmid=ppmid)
            return Description("for-another-home", {"request": opened.message.request_id.hex()}, secret=True)
        opened = open_sealed(frame, keys=self._keys, home=self._home, ppmid=self._ppmid)
        message = opened.message
        fields: Fields = {"request": message.request_id.hex(), "replay": opened.replay}
        secret = False
        if isinstance(message, local_interface.SubmitCommand):
            fields["gbcs"], secret = gbcs_inside(message.command, self._redactor)
            fields["octets"] = len(message.command)
        elif isinstance(message, local_interface.CommandResponse):
            fields["gbcs"], secret = gbcs_inside(message.response, self._redactor)
        elif isinstance(message, local_interface.SubmitUtrn):
            fields |= {
                "meter": str(message.meter),
                "utrn": self._redactor.utrn(message.utrn),
            }
            secret = True
        elif isinstance(message, local_interface.Capabilities):
            fields |= {"firmware": message.firmware, "can_relay": message.can_relay}
            fields["meters"] = [[str(one.eui), named(one.fuel)] for one in message.meters]
        elif isinstance(message, local_interface.UtrnResult):
            fields |= {"result": named(message.outcome), "value": message.value, "meter_result": message.meter_result}
        elif isinstance(message, local_interface.Status):
            fields |= {
                "state": named(message.state),
                "reason": None if message.reason is None else named(message.reason),
            }
        text = getattr(message, "text", None)
        if text is not None:
            fields["text"] = self._redactor.text(text)
            secret = secret or fields["text"] != text
        return Description(kebab(type(message).__name__), fields, secret)


def unreadable(problem: ProtocolError) -> Description:
    """The description of octets that nobody can read; they may hold anything, so they stand as secret."""
    return Description("unreadable", {"problem": str(problem)}, secret=True)


@lru_cache(maxsize=256)  # a few names of types, in every entry
def kebab(name: str) -> str:
    return "".join(f"-{letter.lower()}" if letter.isupper() else letter for letter in name).lstrip("-")


def named(value: Any) -> str:
    return str(value.name).lower().replace("_", "-")
