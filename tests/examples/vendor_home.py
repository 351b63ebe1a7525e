"""A sheet for tests of the vendor's example, and what its PPMID says and sends, without any line."""

from typing import Any

from vendor_ppmid import meters
from vendor_ppmid.meters import TUNNELING
from vendor_ppmid.ppmid import Ppmid
from vendor_ppmid.sealed import SUBMIT_COMMAND, SUBMIT_UTRN, Request
from vendor_ppmid.sheet import Device, Sheet

from ppmid_protocols.eui import Eui
from ppmid_protocols.gbcs.message import Cra, Message
from ppmid_protocols.utrn import check_digit
from ppmid_protocols.zigbee import tunneling, zcl
from ppmid_protocols.zigbee.tunneling import RequestTunnel, TransferData, TransferDataError, TunnelCommand
from ppmid_protocols.zigbee.zcl import Direction

ESME, GSME, HUB, PPMID, SUPPLIER, STRANGER = (Eui(bytes((0, 0xDB, 0, 0, 0, 0, 0, last))) for last in range(1, 7))
_PPTD = "7395060078781071578"
USER = b"delivery-service"
UTRN = f"{_PPTD}{check_digit(_PPTD)}".encode()
"""One that no meter has keys for, with the right check digit."""


def sheet(**other: Any) -> Sheet:
    told: dict[str, Any] = {
        "id": "s1",
        "eui": bytes(PPMID),
        "home": "home 1",
        "connect": ("127.0.0.1", 1),
        "bench": "b",
        "key_id": b"ppmid",
        "key": bytes(range(32)),
        "senders": {},
        "medium": ("127.0.0.1", 2),
        "channel": 11,
        "pan": 0x1A62,
        "short": 0x1002,
        "network_key": bytes(16),
        "network_key_sequence": 0,
        "devices": (
            Device("esme", bytes(ESME), 0x1001, bytes(range(16))),
            Device("gsme", bytes(GSME), 0x1003, None),
            Device("hub", bytes(HUB), 0, bytes(range(1, 17))),
        ),
    }
    return Sheet(**{**told, **other})


def command(counter: int = 7, target: Eui = ESME, kind: Cra = Cra.COMMAND, padding: int = 1) -> bytes:
    """A Command that only its meter could verify."""
    ends = (SUPPLIER, target) if kind is Cra.COMMAND else (target, SUPPLIER)
    return Message(
        cra=kind,
        counter=counter,
        originator=ends[0],
        target=ends[1],
        message_code=0x0007,
        payload=bytes(padding),
        signature=bytes(64),
        mac=bytes(12),
    ).encode()


class Home:
    """``said``: on the avenue. ``sent``: on the HAN, as receiver, cluster and message."""

    def __init__(self, esme_answer_s: float = 60) -> None:
        self.said: list[list[Any]] = []
        self.sent: list[tuple[bytes, int, bytes]] = []
        self.ppmid = Ppmid(
            sheet(),
            say=self.said.append,
            tell=lambda *message: self.sent.append(message),
            esme_answer_s=esme_answer_s,
        )

    def utrn(self, id: bytes = b"1", digits: bytes = UTRN, meter: bytes = ESME) -> None:
        self.ppmid.take(Request(USER, SUBMIT_UTRN, id, bytes(meter), digits))

    def command(self, content: bytes, id: bytes = b"1", target: bytes = ESME) -> None:
        self.ppmid.take(Request(USER, SUBMIT_COMMAND, id, bytes(target), content))

    def open_tunnel(self) -> None:
        self.hub_says(RequestTunnel())

    def hub_says(self, said: TunnelCommand) -> None:
        octets = tunneling.frame(said, Direction.TO_SERVER, 9).encode()
        self.ppmid.hear(bytes(HUB), TUNNELING, octets)

    def bring(self, octets: bytes) -> None:
        self.hub_says(TransferData(1, octets))

    def refuse_transfer(self) -> None:
        self.hub_says(TransferDataError(1, tunneling.TransferStatus.WRONG_DEVICE))

    def meter_says(self, octets: bytes) -> None:
        self.ppmid.hear(bytes(ESME), meters.PREPAYMENT, octets)

    @property
    def to_hub(self) -> list[TunnelCommand]:
        """What the hub hears in the tunnel."""
        return [tunneling.read(zcl.decode_frame(octets)) for to, _, octets in self.sent if to == HUB]

    @property
    def states(self) -> list[tuple[int, int | None]]:
        """State and reason of every Status that was said."""
        return [(said[2], said[3]) for said in self.said if said[0] == 7]
