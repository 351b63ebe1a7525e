"""What flows through a meter: readings, profile, daily and billing logs are all of one load."""

import hashlib

import pytest
from asking import Asker, component
from home_parts import CREDENTIALS, GSME, SUPPLIER, BareMeter, MakeMeter
from hypothesis import given
from hypothesis import strategies as st

from ppmid_bench.clock import VirtualClock
from ppmid_devices.meter.billing import Dates, by_dates, by_periods, time_of_day
from ppmid_devices.meter.consumption import HALF_HOUR, Amount, Consumption
from ppmid_devices.meter.cosem.objects import place
from ppmid_devices.meter.non_disablement import DatePattern
from ppmid_devices.meter.times import zigbee_time
from ppmid_devices.meter.zcl.attributes import attribute_id
from ppmid_devices.ports import DAY, HOUR, MINUTE
from ppmid_protocols.gbcs import axdr, crypto
from ppmid_protocols.gbcs.axdr import CompactArray, Data, Group, Number
from ppmid_protocols.gbcs.gbz import Component

GCS15C, GCS16A, GCS17, GCS61 = 0x76, 0x77, 0x78, 0xA0
METERING, PREPAYMENT = 0x0702, 0x0705
BEGAN = 16_436 * DAY  # 2015-01-01
MORE, LATEST = "00000000", "ffffffff"


# The load.


def test_a_half_hour_is_its_share_of_the_mean_times_a_chance_of_the_seed() -> None:
    load = Consumption(b"seed", 0, 1_000)
    shares = {0: 40, 11: 40, 12: 140, 17: 140, 18: 90, 31: 90, 32: 160, 43: 160, 44: 80, 47: 80, 48: 40}
    for half_hour, share in shares.items():
        chance = hashlib.sha256(b"seed" + half_hour.to_bytes(8, "big")).digest()[0]
        assert load.amount(half_hour) == 1_000 * share * (128 + chance) // 51_200  # 0.5 h x share / 100 x (0.5 to 1.5)


def test_a_month_is_about_the_mean_and_seeds_differ() -> None:
    one, other = Consumption(b"a", BEGAN, 300), Consumption(b"b", BEGAN, 300)
    month = one.register(BEGAN + 30 * DAY)
    assert 0.97 * 300 * 720 < month < 1.03 * 300 * 720
    assert month != other.register(BEGAN + 30 * DAY)
    assert Consumption(b"a", BEGAN, 0).register(BEGAN + DAY) == 0


@given(st.integers(0, 3 * DAY), st.lists(st.integers(0, 5 * DAY), min_size=2, max_size=4))
def test_a_register_never_falls_whenever_it_is_read(offset: int, times: list[int]) -> None:
    load = Consumption(b"seed", BEGAN + offset, 700)
    fresh = [Consumption(b"seed", BEGAN + offset, 700).register(BEGAN + offset + at) for at in sorted(times)]
    assert [load.register(BEGAN + offset + at) for at in sorted(times)] == fresh == sorted(fresh)
    assert load.register(BEGAN + offset - 1) == load.register(BEGAN + offset) == 0


def test_profile_and_days_add_up_to_the_register() -> None:
    load, now = Consumption(b"seed", BEGAN, 300), BEGAN + 3 * DAY + 40 * MINUTE
    profile, days = list(load.profile(now)), list(load.days(now))
    assert [one.time for one in profile] == [BEGAN + HALF_HOUR * n for n in range(1, 146)]
    assert [one.time for one in days] == [BEGAN + DAY, BEGAN + 2 * DAY, BEGAN + 3 * DAY]
    assert sum(one.amount for one in profile) == load.register(BEGAN + 3 * DAY + HALF_HOUR)
    assert sum(one.amount for one in days) == load.register(BEGAN + 3 * DAY)
    assert days[0] == Amount(BEGAN + DAY, sum(one.amount for one in profile[:48]))


def test_logs_keep_so_many_entries_and_the_first_may_be_cut() -> None:
    load = Consumption(b"seed", BEGAN + 10 * MINUTE, 300)
    first = next(iter(load.profile(BEGAN + HOUR)))
    assert first == Amount(BEGAN + HALF_HOUR, load.register(BEGAN + HALF_HOUR))
    assert not list(load.profile(BEGAN + 29 * MINUTE))
    two_years = list(load.days(BEGAN + 800 * DAY))
    assert (len(two_years), two_years[-1].time) == (731, BEGAN + 800 * DAY)
    half_hours = list(load.profile(BEGAN + 400 * DAY))
    assert (len(half_hours), half_hours[-1].time) == (19_056, BEGAN + 400 * DAY)


# The billing calendar.


def test_dates_with_open_parts_fall_on_their_days() -> None:
    rows = (Dates(DatePattern(day=1), 0), Dates(DatePattern(month=6, day=15), 6 * HOUR))
    january, june = BEGAN // DAY, BEGAN // DAY + 165  # 2015-06-15
    assert (by_dates(rows, january), by_dates(rows, january + 1), by_dates(rows, june)) == (0, None, 6 * HOUR)
    assert time_of_day(bytes((6, 30, 5, 0))) == 6 * HOUR + 30 * MINUTE + 5 * 10**9
    assert time_of_day(bytes((0xFF, 30, 0xFF, 0))) == 30 * MINUTE


@pytest.mark.parametrize(
    ("duration", "base", "days"),
    [
        (1, 1, [0, 1, 2, 3]),
        (3, 1, [0, 3, 6, 9]),
        (1, 2, [0, 7, 14, 21]),
        (2, 2, [0, 14, 28, 42]),
        (1, 3, [0, 31, 59, 90]),
        (3, 3, [0, 90, 181, 273]),
    ],
)
def test_periods_end_every_so_many_days_weeks_or_months(duration: int, base: int, days: list[int]) -> None:
    start = BEGAN + 90 * MINUTE
    due = [day for day in range(-40, 274) if by_periods(start, duration, base, BEGAN // DAY + day) is not None]
    assert due[:4] == days
    assert by_periods(start, duration, base, BEGAN // DAY + days[1]) == 90 * MINUTE


def test_no_period_ends_without_a_duration_in_a_known_unit() -> None:
    assert not any(by_periods(BEGAN, 0, 1, BEGAN // DAY + day) is not None for day in range(9))
    assert not any(by_periods(BEGAN, 1, base, BEGAN // DAY + day) is not None for day in range(40) for base in (0, 4))


# An ESME's objects.


def entries(meter: BareMeter, obis: str) -> list[list[int | list[int]]]:
    """A log as numbers."""
    objects = meter.functions.objects
    assert objects is not None
    log = objects.value(place(f"7/0-0:{obis}.255/2"))
    assert isinstance(log, CompactArray)
    assert axdr.decode_data(axdr.encode_data(log)) == log
    return [_plain(one) for one in log.items]


def _plain(data: Data) -> list[int | list[int]]:
    assert isinstance(data, Group)
    return [one.value if isinstance(one, Number) else [n.value for n in one.items] for one in data.items]  # type: ignore[union-attr]


@pytest.mark.parametrize(("variant", "elements"), [("single-element", 1), ("twin-element", 2)])
def test_profile_daily_log_and_registers_of_an_esme_are_of_one_load(
    variant: str, elements: int, bare: MakeMeter, clock: VirtualClock
) -> None:
    meter = bare(variant=variant)
    began = clock.now()
    clock.advance(2 * DAY + HOUR)
    profile = entries(meter, "99.1.0")
    assert [one[0] for one in profile] == [zigbee_time(began + HALF_HOUR * n) for n in range(1, 99)]
    assert {len(one) for one in profile} == {1 + elements}
    day = sum(sum(one[1:]) for one in profile[:48])  # type: ignore[arg-type]
    assert entries(meter, "99.1.3")[0] == [zigbee_time(began + DAY), day]
    (first, second) = entries(meter, "98.1.9")
    assert (first[0], second[0]) == (zigbee_time(began + DAY), zigbee_time(began + 2 * DAY))
    assert sum(first[1 : 1 + elements]) == day  # type: ignore[arg-type]
    sizes = [len(one) for one in first[1 + elements :] if isinstance(one, list)]
    assert sizes == ([48, 8, 8, 8, 8] if elements == 1 else [48, 4, 8, 8, 8, 8])
    assert first[1 + elements] == [first[1], *[0] * 47]
    objects = meter.functions.objects
    assert objects is not None
    told = objects.value(place("1/0-0:94.44.34.10/2"))
    assert isinstance(told, Group)
    assert told.items[0] == Number(axdr.DOUBLE_LONG_UNSIGNED, sum(one[1] for one in profile))  # type: ignore[misc]
    assert len(told.items) == 3 + elements


def test_the_billing_calendar_keeps_registers_on_the_first_of_a_month(bare: MakeMeter, clock: VirtualClock) -> None:
    meter = bare()
    began = clock.now()
    clock.advance(60 * DAY)
    months = [zigbee_time(began + days * DAY) for days in (31, 59)]
    assert [one[0] for one in entries(meter, "98.1.0")] == months
    assert [one[:3] for one in entries(meter, "98.1.1")] == [[month, 1_000_000, 500_000] for month in months]
    assert entries(meter, "98.1.0")[0][1] == entries(meter, "98.1.9")[1][1]  # the daily log begins at the 30th day


def test_the_billing_calendar_may_be_another_and_has_a_time(bare: MakeMeter, clock: VirtualClock) -> None:
    meter = bare()
    began, objects = clock.now(), meter.functions.objects
    assert objects is not None
    row = axdr.structure(axdr.octet_string(bytes((6, 0, 0, 0))), axdr.octet_string(bytes.fromhex("ffffff05ff")))
    objects.put(place("22/0-0:15.0.0.255/4"), axdr.array(row))
    clock.advance(10 * DAY)
    assert [one[0] for one in entries(meter, "98.1.0")] == [zigbee_time(began + 4 * DAY + 6 * HOUR)]


def test_a_change_of_mode_keeps_what_was_before_it(bare: MakeMeter, clock: VirtualClock) -> None:
    meter, objects = (made := bare()), made.functions.objects
    assert objects is not None
    mode = place("111/0-0:19.0.0.255/2")
    for wanted in (1, 1, 2):
        clock.advance(DAY + HOUR)
        objects.put(mode, axdr.structure(Number(axdr.ENUM, wanted), Number(axdr.ENUM, 1)))
    first, second = entries(meter, "98.1.2")
    assert [first[0], second[0]] == [zigbee_time(clock.now() - n * (DAY + HOUR)) for n in (2, 0)]
    assert first[-5] == second[-5] == 500_000
    assert len(entries(meter, "98.1.9")) == 3
    assert len(entries(meter, "98.1.8")) == 1, "in credit mode no amounts are read"


# A GSME's clusters.


@pytest.fixture
def gas(bare: MakeMeter, clock: VirtualClock) -> Asker:
    """The Supplier of a GSME that has been on for two days and an hour."""
    meter = bare(GSME)
    clock.advance(2 * DAY + HOUR)
    return Asker(meter, clock)


def opened(ask: Asker, one: Component) -> bytes:
    """What the Supplier reads in a sealed component."""
    z = crypto.shared_secret(
        CREDENTIALS[SUPPLIER].own("agreement").private, CREDENTIALS[GSME].own("agreement").private.public_key()
    )
    return crypto.unseal(one.body, crypto.encryption_key(z, GSME, SUPPLIER, ask.counter), GSME)


def u32(number: int) -> str:
    return number.to_bytes(4, "little").hex()


def asked_snapshot(ask: Asker, code: int, cluster: int, cause: int, at: int = 0) -> Component:
    command = 0x06 if cluster == METERING else 0x07
    found = ask.clusters(code, component(cluster, command, f"{MORE}{LATEST}{at:02x}{u32(cause)}"))
    assert found is not None
    (one,) = found
    return one


def gas_load() -> Consumption:
    """The load of a GSME as of its settings, from two days and an hour ago."""
    return Consumption(bytes(GSME) + b"gas", BEGAN, 300)


def test_a_snapshot_of_a_midnight_has_the_register_then(gas: Asker) -> None:
    one = asked_snapshot(gas, GCS16A, METERING, 1, at=1)
    plain, at = opened(gas, one), BEGAN + 2 * DAY
    total = gas_load().register(at).to_bytes(6, "little")
    assert one.command == 0x06
    assert plain[:16].hex() == u32(1) + u32(zigbee_time(at)) + "020001" + u32(1) + "06"
    assert plain[16:] == total + b"\x04" + total + bytes(18) + b"\x14" + bytes(24)
    refused = asked_snapshot(gas, GCS16A, METERING, 1, at=2)
    assert refused.body.hex() == "068b"


def test_a_billing_period_of_a_week_ends_on_saturdays_as_2000_began_with_one(gas: Asker, clock: VirtualClock) -> None:
    assert asked_snapshot(gas, GCS15C, METERING, 2, at=1).body.hex() == "068b"
    clock.advance(8 * DAY)  # to 2015-01-11; the first Saturday is the 3rd, 2 days after the meter was made
    times = [zigbee_time(BEGAN + days * DAY) for days in (2, 9)]
    for at, time in enumerate(times):
        consumed = opened(gas, asked_snapshot(gas, GCS15C, METERING, 2, at))
        owed = opened(gas, asked_snapshot(gas, GCS15C, PREPAYMENT, 2, at))
        assert consumed[:15].hex() == owed[:15].hex() == u32(at) + u32(time) + "020001" + u32(2)
        assert owed[-8:].hex() == u32(1_000_000) + u32(500_000)


def samples(ask: Asker, code: int, which: int, earliest: int, number: int) -> Component:
    body = which.to_bytes(2, "little").hex() + u32(earliest) + "00" + number.to_bytes(2, "little").hex()
    found = ask.clusters(code, component(METERING, 0x08, body))
    assert found is not None
    (one,) = found
    return one


@pytest.mark.parametrize(
    ("code", "which", "earliest", "number", "head", "first", "length"),
    [
        (GCS17, 0, 0, 3, "0000{}0008070300", HALF_HOUR, HALF_HOUR),
        (GCS17, 0, HOUR, 500, "0000{}0008076100", HOUR, HALF_HOUR),  # from the second of 98 half hours on: 97
        (GCS61, 1, 0, 9, "0100{}00ffff0200", DAY, DAY),
    ],
)
def test_samples_are_of_half_hours_and_days_from_a_time_on(
    code: int, which: int, earliest: int, number: int, head: str, first: int, length: int, gas: Asker
) -> None:
    plain = opened(gas, samples(gas, code, which, zigbee_time(BEGAN + earliest) if earliest else 0, number))
    assert plain[:11].hex() == head.format(u32(zigbee_time(BEGAN + first)))
    load, end = gas_load(), BEGAN + first
    found = [int.from_bytes(plain[at : at + 3], "little") for at in range(11, len(plain), 3)]
    wanted = [load.register(end + n * length) - load.register(end + (n - 1) * length) for n in range(len(found))]
    assert found == wanted
    assert len(found) == int.from_bytes(plain[9:11], "little")


def test_there_are_no_samples_of_the_future(gas: Asker) -> None:
    assert samples(gas, GCS17, 0, zigbee_time(BEGAN + 3 * DAY), 5).body.hex() == "088b"


def test_the_register_is_read_as_it_is_now(gas: Asker) -> None:
    clusters = gas.meter.functions.clusters
    assert clusters is not None
    assert clusters.value(attribute_id("0702/0000")) == gas_load().register(BEGAN + 2 * DAY + HOUR) > 0
