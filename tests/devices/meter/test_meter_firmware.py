"""A meter's firmware: the octets of the RTDS for its receipt and activation, and what an image must be."""

import hashlib
from types import SimpleNamespace

import pytest
from asking import Asker, access, read
from home_parts import CREDENTIALS, ESME, GSME, SUPPLIER, BareMeter, MakeMeter

from ppmid_bench.clock import VirtualClock
from ppmid_devices.meter import messages
from ppmid_devices.meter.firmware import MAKERS, Activation, Firmware
from ppmid_devices.ports import DAY, SECOND
from ppmid_protocols.eui import Eui
from ppmid_protocols.gbcs import asn1, crypto
from ppmid_protocols.gbcs.axdr import Octets
from ppmid_protocols.gbcs.message import Cra, decode
from ppmid_protocols.zigbee.ota import contents_hash, read_head

CS06, ECS52, GCS38 = 0x0012, 0x0059, 0x0084
RUNS, NEXT = 0x0123ABCF, 0x0123ABCE  # of the RTDS
NEW_YEAR_2015 = 1_420_070_400 * SECOND
MISSING = bytes(32)


@pytest.fixture
def meter(bare: MakeMeter) -> BareMeter:
    return bare(ESME, firmware=RUNS)


@pytest.fixture
def ask(meter: BareMeter, clock: VirtualClock) -> Asker:
    return Asker(meter, clock)


def payload(rtds: SimpleNamespace, name: str) -> bytes:
    return decode(rtds.messages[name]).payload


def wanted(rtds: SimpleNamespace) -> bytes:
    """The hash in the Commands of the RTDS."""
    command = asn1.read("ActivateFirmwareCommand", payload(rtds, "CS06_11.3_IMMEDIATE_SUCCESS_COMMAND"))
    return command.children[0].contents


def activation(digest: bytes) -> bytes:
    return asn1.make("ActivateFirmwareCommand", {"imageHash": digest, "originatorCounter": 9}).encode()


def test_its_responses_are_those_of_the_rtds(ask: Asker, meter: BareMeter, rtds: SimpleNamespace) -> None:
    asked = payload(rtds, "CS06_11.3_IMMEDIATE_SUCCESS_COMMAND")
    assert ask.document(CS06, asked) == payload(rtds, "CS06_11.3_IMMEDIATE_ERROR_RESPONSE")  # it holds no image
    meter._firmware.hold(NEXT, wanted(rtds))
    assert ask.document(CS06, asked) == payload(rtds, "CS06_11.3_IMMEDIATE_SUCCESS_RESPONSE")
    dated = payload(rtds, "CS06_11.3_FUTURE_DATED_SUCCESS_COMMAND")
    assert ask.document(CS06, dated) == payload(rtds, "CS06_11.3_FUTURE_DATED_SUCCESS_RESPONSE")
    cancelled = payload(rtds, "CS06_11.3_CANCELLATION_SUCCESS_COMMAND")
    assert ask.document(CS06, cancelled) == payload(rtds, "CS06_11.3_CANCELLATION_SUCCESS_RESPONSE")


def test_what_is_dated_is_activated_then_and_told_as_in_the_rtds(
    ask: Asker, meter: BareMeter, clock: VirtualClock
) -> None:
    digest = bytes(range(32))
    meter._firmware.hold(NEXT, digest)
    when = "20150601000000Z"
    asked = {"imageHash": digest, "originatorCounter": 1001, "executionTime": when}
    assert ask.document(CS06, asn1.make("ActivateFirmwareCommand", asked).encode()) == b"\x05\x00"
    assert meter._firmware.version == RUNS
    meter.sent.clear()
    clock.advance(200 * DAY)
    (alert,) = map(decode, meter.sent)
    assert (alert.cra, alert.message_code, meter._firmware.version) == (Cra.ALERT, 0x00CA, NEXT)
    told = "30250203008F66180F" + when.encode().hex() + "020203E9300902010004040123ABCE"  # as the RTDS
    assert alert.payload == bytes.fromhex(told)


def test_a_wrong_hash_activates_nothing_and_leaves_the_image(ask: Asker, meter: BareMeter) -> None:
    meter._firmware.hold(NEXT, bytes(range(32)))
    told = ask.document(CS06, activation(MISSING))
    assert told == bytes.fromhex("300902010204040123ABCF")
    assert ask.document(CS06, activation(bytes(range(32)))) == bytes.fromhex("300902010004040123ABCE")


def test_what_runs_is_told_by_every_way_that_asks(bare: MakeMeter, clock: VirtualClock) -> None:
    esme, gsme = bare(ESME, firmware=RUNS), bare(GSME, firmware=RUNS)
    before = esme.configuration()["firmware"], gsme.configuration()["firmware"]
    for meter in (esme, gsme):
        meter._firmware.hold(NEXT, MISSING)
        assert meter._firmware.activate(MISSING) is Activation.DONE
    assert Asker(esme, clock).objects(ECS52, access("get 1/0-0:0.2.1.255/2")) == [
        (0, Octets(9, bytes.fromhex("0123ABCE")))
    ]
    found = Asker(gsme, clock).clusters(GCS38, read(0x0702, 0x0206))
    assert found is not None
    assert found[0].body == bytes.fromhex("06020041040123ABCE")
    assert (esme.configuration()["firmware"], gsme.configuration()["firmware"]) != before


def test_the_alert_of_a_receipt_is_that_of_the_rtds(rtds: SimpleNamespace, bare: MakeMeter) -> None:
    for name, fuel, code, octet in (("FDRA-DLMS", "esme", 0x00CE, b"\x01"), ("FDRA-ZigBee", "gsme", 0x00CF, b"\xa1")):
        published = decode(rtds.messages[f"{name}_NA_8F72_ALERT"])
        number, make = messages._RECEIPTS[fuel]
        assert (number, code) == (published.message_code, code)
        assert make(0x8F72, published.counter, NEW_YEAR_2015, octet * 32) == published.payload


@pytest.mark.parametrize(("device", "code"), [(ESME, 0x00CE), (GSME, 0x00CF)])
def test_a_receipt_is_told_to_the_supplier_and_signed(bare: MakeMeter, device: Eui, code: int) -> None:
    meter = bare(device)
    meter._tell_receipt(MISSING)
    alert = decode(meter.sent[-1])
    assert (alert.message_code, alert.target, alert.cra) == (code, SUPPLIER, Cra.ALERT)
    crypto.verify_signature(alert, CREDENTIALS[device].own("signing").private.public_key())


def test_firmware_is_activated_once_and_by_its_own_hash() -> None:
    firmware = Firmware(1)
    assert firmware.activate(MISSING) is Activation.NO_IMAGE
    firmware.hold(2, b"two")
    firmware.hold(3, b"three")  # takes its place
    assert firmware.activate(b"two") is Activation.HASH_MISMATCH
    assert (firmware.activate(b"three"), firmware.octets) == (Activation.DONE, b"\0\0\0\3")
    assert firmware.activate(b"three") is Activation.NO_IMAGE


def test_the_hash_is_of_what_stands_after_the_head() -> None:
    file = MAKERS["esme"].image(2)
    assert contents_hash(file) == hashlib.sha256(file[read_head(file).octets :]).digest()
    assert len(contents_hash(file)) == 32
