"""The device logs that the DCC keeps of hubs, and what it makes of them when a hub takes another's place (SRV 8.12)."""

import pytest
from dcc_bench import Bench, verify_as_meter
from home_parts import BROKER, ESME, GPF, GSME, HUB, PPMID, SUPPLIER, with_mac_of

from ppmid_devices import roles
from ppmid_devices.dcc.kept_logs import CHANGED, KeptLogs
from ppmid_devices.meter.cosem.chf import back_up
from ppmid_protocols.duis.documents import Request
from ppmid_protocols.duis.request_id import RequestId
from ppmid_protocols.duis.service_body import ServiceBody
from ppmid_protocols.duis.services import Target
from ppmid_protocols.errors import Malformed
from ppmid_protocols.eui import Eui
from ppmid_protocols.gbcs import axdr, dlms
from ppmid_protocols.gbcs.dlms import Choice
from ppmid_protocols.gbcs.message import Cra, Message
from ppmid_protocols.transforms import Circumstances, KnownDevice, transform

CCS07 = 0x00FE
HASHES = {ESME: bytes(range(16)), PPMID: bytes(range(16, 32)), GPF: bytes(16)}
RTDS_CS14 = bytes.fromhex(
    "0f20000fa0000203128f12090c07df0101ff000000008000ff0203090c07df0101ff000000008000ff0908000102030405060701020202"
    "090800db1234567890a0091083fed3407a939723a5c639b26916d5060202090800db1234567890a1091083fed3407a939723a5c639b26916d505"
)


def message(payload: bytes, code: int = CHANGED, cra: Cra = Cra.ALERT, counter: int = 1) -> Message:
    return Message(
        cra=cra, counter=counter, originator=HUB, target=BROKER, message_code=code, payload=payload, mac=bytes(12)
    )


def changed(counter: int = 1) -> Message:
    body = axdr.structure(axdr.Number(axdr.LONG_UNSIGNED, 0x8F12), axdr.octet_string(bytes(12)), back_up(HASHES, 0))
    return message(dlms.DataNotification(dlms.invoke_id(1), body).encode(), counter=counter)


def read(result: int) -> Message:
    logs = back_up(HASHES, 0), back_up({}, 0)
    answer = dlms.response(1, *((Choice.ACTION, result, data) for data in logs))
    return message(answer.encode(), CCS07, Cra.RESPONSE)


def test_an_alert_of_rtds_holds_the_whole_log() -> None:
    kept = KeptLogs({})
    kept.take(message(RTDS_CS14))
    (log,) = kept.hubs.values()
    assert log.pan == bytes(range(8))
    assert {str(one): key.hex() for one, key in log.devices.items()} == {
        "00-DB-12-34-56-78-90-A0": "83fed3407a939723a5c639b26916d506",
        "00-DB-12-34-56-78-90-A1": "83fed3407a939723a5c639b26916d505",
    }


def test_what_was_read_is_kept_and_a_refusal_is_not() -> None:
    kept = KeptLogs({})
    kept.take(read(250))
    assert kept.hubs == {}
    kept.take(read(0))
    assert kept.hubs[HUB].devices == HASHES


@pytest.mark.parametrize(
    "payload",
    [
        dlms.DataNotification(dlms.invoke_id(1), axdr.structure(dlms.NULL, dlms.NULL, dlms.NULL)).encode(),
        dlms.DataNotification(
            dlms.invoke_id(1),
            axdr.structure(
                dlms.NULL,
                dlms.NULL,
                axdr.structure(dlms.NULL, axdr.octet_string(bytes(8)), axdr.array(dlms.NULL)),
            ),
        ).encode(),
        dlms.AccessRequest(dlms.invoke_id(1), (), ()).encode(),
    ],
)
def test_what_is_no_back_up_is_malformed(payload: bytes) -> None:
    with pytest.raises(Malformed, match=r"back up"):
        KeptLogs({}).take(message(payload))


def test_of_other_messages_nothing_is_kept() -> None:
    kept = KeptLogs({})
    kept.take(message(RTDS_CS14, code=0x1001))
    assert kept.hubs == {}


def restore(counter: int = 1, old: Eui = HUB) -> Request:
    body = ServiceBody.of("RestoreHANDeviceLog", {"OldCHFID": old})
    return Request(RequestId(SUPPLIER, HUB, counter), 2, "8.12.1", body)


def test_a_restore_is_made_of_the_log_that_the_hub_has_backed_up() -> None:
    bench = Bench()
    assert bench.code_of(restore()) == "E100"  # none is kept yet
    bench.from_hub(with_mac_of(changed(), HUB, BROKER).encode())
    answer = bench.ask(restore(2))
    assert answer is not None
    made = verify_as_meter(answer.body.gbcs)  # type: ignore[union-attr]
    assert (made.message_code, made.originator, made.supplementary_party) == (0x0003, BROKER, SUPPLIER)
    entries = "".join(f"02020908{bytes(one).hex()}0910{HASHES[one].hex()}" for one in (ESME, PPMID, GPF))
    assert (
        made.payload.hex()
        == (f"d920{made.counter:06x}000103006800001e0300ff050102020908" + bytes(range(8)).hex() + "0103") + entries
    )


def test_an_alert_without_the_hubs_mac_is_not_kept() -> None:
    bench = Bench()
    bench.from_hub(changed().encode())
    assert bench.code_of(restore()) == "E100"
    assert "mac" in bench.dcc.refused[0]


def test_the_gas_proxy_of_the_hub_before_is_not_restored_and_its_own_log_has_the_gas_meter() -> None:
    kept = KeptLogs({HUB: roles.HUB, GPF: roles.GPF, GSME: roles.GSME, ESME: roles.ESME})
    kept.take(read(0))
    known = {GPF: KnownDevice(Target.GPF), ESME: KnownDevice(Target.ESME)}
    at = Circumstances(
        target=Target.CHF,
        now=0,
        broker=BROKER,
        devices=known,
        hub_logs=kept.hubs,
        gas_proxy_logs=kept.gas_proxies,
    )
    assert bytes(GPF) not in transform(restore(), at).message.payload
    body = ServiceBody.of("RestoreGPFDeviceLog", {"OldGPFID": GPF})
    request = Request(RequestId(SUPPLIER, GPF, 1), 2, "8.12.2", body)
    at = Circumstances(target=Target.GPF, now=0, broker=BROKER, gas_proxy_logs=kept.gas_proxies)
    made = transform(request, at).message
    assert made.message_code == 0x008C
    assert made.payload.hex() == "3011300f300d0408" + bytes(GSME).hex() + "020100"
