"""A meter whose clock nobody has set: what it asks its hub, what it says of its time, and when it can be set."""

from datetime import UTC, datetime

import pytest
from asking import Asker, access
from home_parts import (
    ESME,
    GSME,
    HUB,
    REPOSITORY,
    SUPPLIER,
    MakeMeter,
    MeterHome,
    Vend,
    genuine_command,
    heard_on_the_han,
)

from ppmid_bench.clock import VirtualClock
from ppmid_devices.dcc.alerts import alert_code
from ppmid_devices.hub.time_desk import TimeDesk
from ppmid_devices.meter.esme import SimulatedEsme
from ppmid_devices.meter.faulty_clock import (
    ClaimsAReliableClock,
    ClaimsAReliableClockGsme,
    NeverTrustsItsClock,
    SetsItsClockByAnUnsetHub,
)
from ppmid_devices.meter.gsme import SimulatedGsme
from ppmid_devices.meter.han_meter import HanMeter
from ppmid_devices.meter.log_codes import LogCode
from ppmid_devices.meter.times import cosem_date_time, der_time
from ppmid_devices.ports import HOUR, MINUTE, SECOND
from ppmid_protocols.errors import Malformed
from ppmid_protocols.gbcs import asn1, axdr, crypto
from ppmid_protocols.gbcs.message import decode
from ppmid_protocols.gbcs.prepayment import TopUp
from ppmid_protocols.secret import Secret
from ppmid_protocols.zigbee import utc_time, zcl
from ppmid_protocols.zigbee.utc_time import HubTime
from ppmid_protocols.zigbee.values import Typed, ZclType
from ppmid_protocols.zigbee.zcl import AttributeRead, ReadAttributesResponse, Status

ECS70, GCS28 = 0x62, 0x7F
NEW_YEAR = 1_767_225_600 * SECOND
SECONDS_2000 = NEW_YEAR // SECOND - int(datetime(2000, 1, 1, tzinfo=UTC).timestamp())


# On the wire.


def test_the_time_and_its_status_are_read_as_the_cluster_library_has_them() -> None:
    told = HubTime(SECONDS_2000, known=True)
    assert told.as_values() == {0: Typed(ZclType.UTC_TIME, 820_540_800), 1: Typed(ZclType.BITMAP8, 0x01)}
    records = tuple(AttributeRead(one, Status.SUCCESS, typed) for one, typed in told.as_values().items())
    assert utc_time.read(ReadAttributesResponse(records)) == told
    assert not HubTime(1, known=False).as_values()[1].value
    with pytest.raises(Malformed, match="Time"):
        utc_time.read(ReadAttributesResponse(records[:1]))
    with pytest.raises(Malformed, match="Time"):
        utc_time.read(ReadAttributesResponse((*records[:1], AttributeRead(1, Status.UNSUPPORTED_ATTRIBUTE))))


def test_the_date_of_an_unreliable_clock_has_the_status_of_the_published_response() -> None:
    """RTDS 4.5.0, GCS14_4.3_SUCCESS_UNRELIABLE: 07DF0101FF09000000800002."""
    nine = 1_420_070_400 * SECOND + 9 * HOUR
    assert cosem_date_time(nine, reliable=False).hex() == "07df0101ff09000000800002"
    assert cosem_date_time(nine).hex() == "07df0101ff090000008000ff"


# In a home.


class Home(MeterHome):
    """A meter of that kind whose clock nobody has set, and a hub whose SM WAN comes when the test says so."""

    def __init__(self, kind: type[HanMeter], clock: str = "unreliable") -> None:
        super().__init__(NEW_YEAR)
        self.wan = self.line("wan")
        self.wan.set_up(False)
        TimeDesk(self.clock, self.hub, self.wan)
        role = GSME if kind.kind == "gsme" else ESME
        self.own = self.meter(kind, role, clock=clock)
        self.own.start()
        self.run(40 * MINUTE)

    @property
    def questions(self) -> int:
        heard = heard_on_the_han(self.tap.crossings)
        return len([one for one in heard if one.cluster == utc_time.CLUSTER and one.destination == HUB])


@pytest.mark.parametrize(("kind", "asked"), [(SimulatedEsme, 1), (SimulatedGsme, 2)])
def test_it_asks_its_hub_until_its_clock_is_set_and_one_that_is_set_never_does(
    kind: type[HanMeter], asked: int
) -> None:
    home, quiet = Home(kind), Home(kind, "reliable")
    assert (home.questions, quiet.questions) == (asked, 0)
    assert not home.own._own_clock.hub_knows_time
    home.wan.set_up(True)
    home.run(HOUR)
    assert home.own._own_clock.hub_knows_time
    now = home.clock.now()
    assert home.own._own_clock.set_within(now - SECOND, now + SECOND)
    before = home.questions
    home.run(3 * HOUR)
    assert home.questions == before


def test_a_hub_that_has_known_the_time_goes_on_knowing_it() -> None:
    home = Home(SimulatedEsme)
    home.wan.set_up(True)
    home.wan.set_up(False)
    home.run(HOUR)
    assert home.own._own_clock.hub_knows_time


def test_what_another_device_says_of_the_time_counts_for_nothing() -> None:
    home = Home(SimulatedEsme)
    records = tuple(AttributeRead(one, Status.SUCCESS, typed) for one, typed in HubTime(1, True).as_values().items())
    frame = zcl.general_frame(ReadAttributesResponse(records), zcl.Direction.TO_CLIENT, 9)
    home.ppmid.send_frame(ESME, utc_time.CLUSTER, frame)
    home.run()
    assert not home.own._own_clock.hub_knows_time


# Under Commands.


def between(*moments: int) -> tuple[axdr.Data, ...]:
    return tuple(axdr.octet_string(cosem_date_time(one)[:-1] + b"\xff") for one in moments)


def set_esme(ask: Asker) -> list[int]:
    """ECS70 around the present: gives the results of its parts; the last two read time and status."""
    now = ask.clock.now()
    preset = axdr.octet_string(bytes.fromhex("ffffffffffffffffff8000ff"))
    found = ask.objects(
        ECS70,
        access("set 8/0-0:1.0.0.255/9", axdr.Number(axdr.ENUM, 5)),
        access("action 8/0-0:1.0.0.255/5", axdr.structure(preset, *between(now - HOUR, now + HOUR))),
        access("action 8/0-0:1.0.0.255/4", axdr.Number(axdr.INTEGER, 0)),
        access("get 8/0-0:1.0.0.255/2"),
        access("get 8/0-0:1.0.0.255/4"),
    )
    assert found is not None
    time, status = found[3][1], found[4][1]
    assert isinstance(time, axdr.Octets)
    assert isinstance(status, axdr.Number)
    return [found[2][0], time.value[-1], status.value]


def test_an_esme_can_be_set_once_its_hub_knows_the_time_and_says_so(bare: MakeMeter, clock: VirtualClock) -> None:
    meter = bare(clock="unreliable")
    ask = Asker(meter, clock)
    assert set_esme(ask) == [250, 0x02, 2]  # other reason: not adjusted
    assert LogCode.CLOCK_NOT_ADJUSTED in {one.code for one in meter.security_log}
    meter._own_clock.hub_knows_time = True
    assert set_esme(ask) == [0, 0xFF, 0]
    meter._own_clock.hub_knows_time = False
    assert set_esme(ask) == [0, 0xFF, 0]  # it has a time of its own now


@pytest.mark.parametrize(("hub_knows", "status"), [(False, "02"), (True, "00")])
def test_a_gsme_answers_with_the_status_of_its_clock(
    bare: MakeMeter, clock: VirtualClock, hub_knows: bool, status: str
) -> None:
    meter = bare(GSME, clock="unreliable")
    meter._own_clock.hub_knows_time = hub_knows
    times = {"earliest": der_time(clock.now() - HOUR), "latest": der_time(clock.now() + HOUR)}
    said = Asker(meter, clock).document(GCS28, asn1.make("SetTimeCommand", times).encode())
    assert said is not None
    assert said.hex().endswith(f"0201{status}")
    assert meter._own_clock.reliable is hub_knows


def test_a_dated_response_says_whether_its_clock_is_reliable_and_a_top_up_is_credited_either_way(
    bare: MakeMeter, vend: Vend, clock: VirtualClock
) -> None:
    for state, status in (("unreliable", 0x02), ("reliable", 0xFF)):
        meter = bare(clock=state)
        before = meter.display().balance
        meter.hear(genuine_command(TopUp(Secret(vend(1).encode())), 1 << 32))
        clock.advance(SECOND)
        assert decode(meter.sent[-1]).date_time[-1] == status
        assert meter.display().balance == before + 1_000_000


def test_what_no_supplier_can_switch_off_is_a_critical_alert_and_in_its_log(
    bare: MakeMeter, clock: VirtualClock
) -> None:
    """0x8F0C in the Security Log, 0x8F0F when credit falls below the Disablement Threshold (a maker's manual)."""
    meter = bare(balance_mp=1_000, usage_per_hour_mp=2_000)
    assert not meter._own_clock.set_within(0, 1)
    assert [one.code for one in meter.security_log] == [LogCode.CLOCK_NOT_ADJUSTED]
    clock.advance(HOUR)
    alerts = list(map(decode, meter.sent))
    assert [alert_code(one) for one in alerts] == [0x8F0C, 0x8F0F]
    for one in alerts:
        assert (one.message_code, one.target) == (0x1000, SUPPLIER)
        crypto.verify_signature(one, REPOSITORY.public_key(ESME, "signing"))


# At fault.


def test_each_fault_shows() -> None:
    for kind in (ClaimsAReliableClock, ClaimsAReliableClockGsme):
        home = Home(kind)
        assert home.own._own_clock.reliable
        assert home.questions == 0
    hasty = Home(SetsItsClockByAnUnsetHub).own._own_clock
    assert hasty.set_within(0, 1 << 62)
    assert hasty.reliable
    diffident = Home(NeverTrustsItsClock)
    diffident.own._own_clock.hub_knows_time = True
    assert diffident.own._own_clock.set_within(0, 1 << 62)
    assert not diffident.own._own_clock.reliable
