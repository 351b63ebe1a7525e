"""Commands of any use case for a bare meter, and what it answers to them."""

from typing import Any

from home_parts import BROKER, ESME, SUPPLIER, BareMeter, signed_by, with_mac_of

from ppmid_bench.clock import VirtualClock
from ppmid_devices.ports import MILLISECOND
from ppmid_protocols.eui import Eui
from ppmid_protocols.gbcs import axdr, dlms, gbz
from ppmid_protocols.gbcs.axdr import Data
from ppmid_protocols.gbcs.dlms import Choice, Specification
from ppmid_protocols.gbcs.gbz import Component
from ppmid_protocols.gbcs.message import Cra, Message, decode
from ppmid_protocols.gbcs.names.tables import obis
from ppmid_protocols.gbcs.use_cases import USE_CASES

Access = tuple[Specification, Data]
AT_ONCE = axdr.octet_string(bytes.fromhex("0000000000000000008000ff"))
NEVER = axdr.octet_string(bytes.fromhex("ffffffffffffffffff8000ff"))


def access(text: str, data: Data = dlms.NULL) -> Access:
    """``set 112/0-0:19.10.0.255/2`` with its data."""
    choice, place = text.split()
    class_id, code, member = place.split("/")
    return Specification(Choice[choice.upper()], int(class_id), obis(code), int(member)), data


def number(tag: int, value: int) -> axdr.Number:
    return axdr.Number(tag, value)


def money(amount: int) -> axdr.Number:
    return axdr.Number(axdr.DOUBLE_LONG, amount)


def component(cluster: int, command: int, body: str, *, to_client: bool = False, **changes: Any) -> Component:
    """A cluster's own command, its body in hex digits."""
    control = 0x09 if to_client else 0x01
    given = {"frame_control": control, "sequence": 0, **changes}
    return Component(cluster=cluster, command=command, body=bytes.fromhex(body), **given)


def read(cluster: int, *attributes: int) -> Component:
    """A Read Attributes."""
    body = b"".join(one.to_bytes(2, "little") for one in attributes)
    return Component(cluster=cluster, frame_control=0, sequence=0, command=gbz.READ_ATTRIBUTES, body=body)


class Asker:
    """Sends Commands to one meter, each with the next counter, and reads the Responses."""

    def __init__(self, meter: BareMeter, clock: VirtualClock, originator: Eui = SUPPLIER) -> None:
        self.meter, self.clock, self.originator, self.counter = meter, clock, originator, 5_000

    def message(self, code: int, payload: bytes, **changes: Any) -> Message:
        """A Command as its parties make it: signed where it is critical, with the Broker's MAC."""
        fields = {"originator": self.originator, "target": self.meter.eui, **changes}
        plain = Message(cra=Cra.COMMAND, counter=self.counter, message_code=code, payload=payload, **fields)
        if USE_CASES[code].critical:
            plain = signed_by(plain, plain.originator)
        return with_mac_of(plain, BROKER, self.meter.eui)

    def send(self, code: int, payload: bytes, **changes: Any) -> Message | None:
        """The Response, or None."""
        self.meter.sent.clear()
        self.meter.hear(self.message(code, payload, **changes).encode())
        self.clock.advance(300 * MILLISECOND)
        answers = [one for one in map(decode, self.meter.sent) if one.cra is Cra.RESPONSE]
        return answers[0] if answers else None

    def objects(self, code: int, *accesses: Access, **changes: Any) -> list[tuple[int, Data]] | None:
        """The result and data of each access; None without a Response."""
        assert self.meter.eui == ESME
        self.counter += 1
        answer = self.send(code, dlms.request(self.counter, *accesses).encode(), **changes)
        if answer is None:
            return None
        apdu = dlms.decode(answer.payload)
        assert isinstance(apdu, dlms.AccessResponse)
        return [(one.result, data) for one, data in zip(apdu.results, apdu.data, strict=True)]

    def results(self, code: int, *accesses: Access, **changes: Any) -> list[int] | None:
        """The result of each access alone; None without a Response."""
        found = self.objects(code, *accesses, **changes)
        return None if found is None else [result for result, _ in found]

    def clusters(self, code: int, *components: Component, **changes: Any) -> list[Component] | None:
        """The components of the Response; None without one."""
        self.counter += 1
        answer = self.send(code, gbz.encode(components), **changes)
        return None if answer is None else list(gbz.decode(answer.payload))

    def document(self, code: int, payload: bytes, **changes: Any) -> bytes | None:
        """The payload of the Response; None without one."""
        self.counter += 1
        answer = self.send(code, payload, **changes)
        return None if answer is None else answer.payload
