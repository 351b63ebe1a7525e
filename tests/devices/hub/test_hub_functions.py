"""The CHF, the GPF and the PPMID as devices that are commanded: device log, mirror, firmware."""

from typing import Any

import pytest
from asking import Asker, access, component, number, read
from cryptography.hazmat.primitives.serialization import Encoding
from home_parts import BROKER, CREDENTIALS, ESME, GSME, HHT, HUB, KEYS, PPMID, SUPPLIER

from ppmid_bench.clock import VirtualClock
from ppmid_devices import roles
from ppmid_devices.credentials import Directory, Use
from ppmid_devices.hub.functions import Chf, Gpf
from ppmid_devices.meter.commanded import CommandedDevice
from ppmid_devices.meter.log_codes import LogCode
from ppmid_devices.meter.settings import MeterSettings
from ppmid_devices.meter.trust import Parties
from ppmid_devices.ports import SECOND
from ppmid_devices.ppmid.functions import PpmidFunction
from ppmid_protocols.errors import NotAuthentic
from ppmid_protocols.eui import Eui
from ppmid_protocols.gbcs import asn1, axdr, dlms
from ppmid_protocols.gbcs.message import Cra, decode
from ppmid_protocols.secret import Secret

CS03C, CS04AC = 0x00AF, 0x000F
CCS01, CCS02, CCS03, CCS06, CCS07, DBCH04, ECS26N, GCS05, GCS21B, GCS33, CS08 = (
    *(0x0001, 0x0002, 0x0003, 0x010F, 0x00FE, 0x010D, 0x00FA),
    *(0x006F, 0x00B5, 0x0082, 0x0129),
)
LOG = "104/0-0:30.3.0.255"


class _Bare(CommandedDevice):
    def __init__(self, *args: Any) -> None:
        self.sent: list[bytes] = []
        super().__init__(*args)

    def transmit(self, message: bytes) -> None:
        self.sent.append(message)


class _Chf(_Bare, Chf):
    pass


class _Gpf(_Bare, Gpf):
    pass


class _Ppmid(_Bare, PpmidFunction):
    pass


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock(1_420_070_400 * SECOND)


@pytest.fixture
def directory() -> Directory:
    """What a hub holds of others, and a Supplier's certificates."""
    held = KEYS.directory_of(roles.HUB)
    held.add(CREDENTIALS[SUPPLIER])
    return held


def device(made: type[_Bare], clock: VirtualClock, directory: Directory, eui: Any = HUB) -> _Bare:
    parties = Parties(meter=eui, supplier=SUPPLIER, broker=BROKER, ppmid=PPMID, devices={ESME: 1})
    return made(clock, CREDENTIALS[eui], directory, parties, MeterSettings())


class HubAsker(Asker):
    """Asks a hub's function in DLMS as an Asker does an ESME."""

    def objects(self, code: int, *accesses: Any, **changes: Any) -> Any:
        self.counter += 1
        answer = self.send(code, dlms.request(self.counter, *accesses).encode(), **changes)
        if answer is None:
            return None
        apdu = dlms.decode(answer.payload)
        assert isinstance(apdu, dlms.AccessResponse)
        return [(one.result, data) for one, data in zip(apdu.results, apdu.data, strict=True)]


def hub_asker(made: type[_Bare], clock: VirtualClock, directory: Directory, eui: Any = HUB) -> HubAsker:
    return HubAsker(device(made, clock, directory, eui), clock, BROKER)  # type: ignore[arg-type]


def listed(ask: HubAsker) -> list[bytes]:
    ((result, data),) = ask.objects(CCS06, access(f"get {LOG}/4"))
    assert result == 0
    return [entry.items[0].value for entry in data.items]


def registered(eui: bytes) -> axdr.Data:
    return axdr.structure(
        axdr.octet_string(eui), number(axdr.ENUM, 1), axdr.octet_string(bytes(16)), number(axdr.ENUM, 0)
    )


def test_the_device_log_is_kept_and_backed_up_and_restored(clock: VirtualClock, directory: Directory) -> None:
    ask = hub_asker(_Chf, clock, directory)
    joining = (
        access(f"set {LOG}/3", number(axdr.LONG_UNSIGNED, 90)),
        access(f"set {LOG}/2", number(axdr.BOOLEAN, 255)),
    )
    assert ask.results(CCS01, access(f"action {LOG}/1", registered(GSME)), *joining) == [0, 0, 0]
    assert ask.results(CCS01, access(f"action {LOG}/1", registered(GSME)), *joining) == [0, 0, 0]  # listed already
    assert listed(ask) == [ESME, GSME]
    assert ask.results(CCS02, access(f"action {LOG}/2", axdr.octet_string(ESME))) == [0]
    assert ask.results(CCS02, access(f"action {LOG}/2", axdr.octet_string(ESME))) == [250]
    both = ask.objects(CCS07, access(f"action {LOG}/4"), access("action 104/0-0:30.3.1.255/4"))
    now, former = ([entry.items[0].value for entry in data.items[2].items] for _, data in both)
    assert (now, former) == ([GSME], [ESME])
    entries = axdr.array(axdr.structure(axdr.octet_string(PPMID), axdr.octet_string(bytes(16))))
    wanted = axdr.structure(axdr.octet_string(bytes(8)), entries)
    assert ask.results(CCS03, access(f"action {LOG}/5", wanted)) == [0]
    assert listed(ask) == [GSME, PPMID]
    for at in range(14):
        ask.results(CCS01, access(f"action {LOG}/1", registered(bytes(7) + bytes((at + 1,)))))
    assert ask.results(CCS01, access(f"action {LOG}/1", registered(bytes(7) + b"\xff"))) == [250]
    assert len(listed(ask)) == 16


def test_a_hand_held_terminal_is_in_the_log_while_it_is_there_and_never_among_former_devices(
    clock: VirtualClock, directory: Directory
) -> None:
    ask = hub_asker(_Chf, clock, directory)
    book = ask.meter.log_book  # type: ignore[attr-defined]
    assert book.add(HHT, Secret(bytes(16)), visitor=True)
    assert book.add(HHT, Secret(bytes(16)), visitor=True)
    assert listed(ask) == [ESME, HHT]
    assert book.remove(HHT)
    assert not book.remove(HHT)
    assert listed(ask) == [ESME]
    (former,) = ask.objects(CCS07, access("action 104/0-0:30.3.1.255/4"))
    assert former[1].items[2].items == ()
    for at in range(15):
        ask.results(CCS01, access(f"action {LOG}/1", registered(bytes(7) + bytes((at + 1,)))))
    assert not book.add(HHT, Secret(bytes(16)), visitor=True)
    assert HHT not in listed(ask)


def test_a_hub_is_told_by_the_broker_alone(clock: VirtualClock, directory: Directory) -> None:
    hub = device(_Chf, clock, directory)
    ask = HubAsker(hub, clock, SUPPLIER)  # type: ignore[arg-type]
    assert ask.objects(CCS06, access(f"get {LOG}/4")) is None
    assert hub.noted == [LogCode.NO_AUTHORITY]


def test_a_response_to_one_on_whose_behalf_it_was_asked_names_him(clock: VirtualClock, directory: Directory) -> None:
    hub = device(_Chf, clock, directory)
    ask = HubAsker(hub, clock, BROKER)  # type: ignore[arg-type]
    ask.objects(CCS06, access(f"get {LOG}/4"), supplementary_party=SUPPLIER, supplementary_party_counter=1_000)
    (response,) = map(decode, hub.sent)
    assert (response.cra, response.target) == (Cra.RESPONSE, BROKER)
    assert (response.supplementary_party, response.supplementary_party_counter) == (SUPPLIER, 1_000)


def test_a_gas_proxy_publishes_what_was_published_to_it(clock: VirtualClock, directory: Directory) -> None:
    gpf = device(_Gpf, clock, directory, GSME)
    ask = Asker(gpf, clock)  # type: ignore[arg-type]
    head = "00000000804a371c804a371c"
    week = f"{head}0202020202020202"
    ask.clusters(
        GCS05,
        component(0x0707, 0x00, f"{head}00000000030000010101", to_client=True),
        component(0x0707, 0x02, week, to_client=True, sequence=1),
    )
    found = ask.clusters(GCS21B, component(0x0707, 0x02, "00000000feffffff0100"))
    assert found is not None
    assert [one.body.hex() for one in found] == [week]
    found = ask.clusters(GCS33, read(0x0702, 0x0205, 0x0014))
    assert found is not None
    assert found[0].body.hex() == "0502" + "00210000" + "1400" + "003000"


def test_a_ppmid_takes_the_certificate_that_comes_with_a_join_and_no_other(clock: VirtualClock) -> None:
    directory = KEYS.directory_of(roles.PPMID, without=(roles.GSME,))
    ask = hub_asker(_Ppmid, clock, directory, PPMID)
    ppmid = ask.meter
    assert isinstance(ppmid, PpmidFunction)

    def join(*certificate: bytes, method: int = 3) -> bytes | None:
        plain = {"methodAndRole": method, "otherDevice": bytes(GSME), "otherDeviceType": 0}
        members = [one.encode() for one in asn1.make("JoinDeviceCommand", plain).children]
        content = b"".join((*members, *certificate))
        length = bytes((len(content),)) if len(content) < 128 else b"\x82" + len(content).to_bytes(2, "big")
        return ask.document(CS03C, b"\x30" + length + content)

    def der(eui: Eui, use: Use) -> bytes:
        return CREDENTIALS[eui].own(use).certificate.public_bytes(Encoding.DER)

    for wrong in ((), (der(ESME, "agreement"),), (der(GSME, "signing"),)):
        assert join(*wrong) == b"\x02\x01\x0b"  # invalidOrMissingCertificate
        with pytest.raises(NotAuthentic, match="no agreement certificate"):
            ppmid.peer_key(GSME)
    assert join(der(GSME, "agreement")) == b"\x02\x01\x00"
    assert ppmid.peer_key(GSME) == CREDENTIALS[GSME].own("agreement").private.public_key()
    assert ask.document(CS04AC, asn1.make("UnjoinDeviceCommand", bytes(GSME)).encode()) == b"\x02\x01\x00"
    with pytest.raises(NotAuthentic):
        ppmid.peer_key(GSME)


def test_a_ppmid_tells_its_firmware(clock: VirtualClock, directory: Directory) -> None:
    ask = hub_asker(_Ppmid, clock, directory, PPMID)
    assert ask.document(CS08, b"\x05\x00") == bytes.fromhex("3009040400000001020100")
