"""An ESME's objects: what Commands set and do is what account, supply and logs then are, and nothing else."""

import pytest
from asking import AT_ONCE, NEVER, Asker, access, money, number
from home_parts import BROKER, CREDENTIALS, ESME, HUB, SUPPLIER, BareMeter, MakeMeter, Vend

from ppmid_bench.clock import VirtualClock
from ppmid_devices.meter.asked import Asked
from ppmid_devices.meter.contract import Supply
from ppmid_devices.meter.cosem import shapes
from ppmid_devices.meter.cosem.objects import activations, members, place
from ppmid_devices.meter.log_codes import LogCode
from ppmid_devices.meter.variants import variants
from ppmid_devices.ports import DAY, HOUR
from ppmid_protocols.gbcs import axdr, crypto, dlms
from ppmid_protocols.gbcs.message import Cra, decode
from ppmid_protocols.gbcs.names.notation import read_item

ECS02, ECS03, ECS04A, ECS04B, ECS07, ECS08A = 0x001A, 0x001B, 0x001C, 0x00B3, 0x001E, 0x00DE
ECS15A, ECS17B, ECS19, ECS20D, ECS26A, ECS26J, ECS35A = 0x0024, 0x0027, 0x002D, 0x00C9, 0x003B, 0x00BE, 0x0048
ECS42, ECS43, ECS44, ECS45, ECS70, ECS82, CS01A = 0x004F, 0x0050, 0x0051, 0x0052, 0x0062, 0x0069, 0x0007
SCRIPT, BALANCE = "action 9/0-0:10.0.106.255/1", "112/0-0:19.10.0.255"
LIMIT, LIMIT_TIME = "set 9000/0-0:94.44.128.2/4", "set 9000/0-0:94.44.128.2/6"
MODE, MODE_TIME = "set 111/0-1:19.0.0.255/2", "set 111/0-1:19.0.0.255/13"
NEW_YEAR_2016 = axdr.octet_string(bytes.fromhex("07e00101ff000000008000ff"))


@pytest.fixture
def meter(bare: MakeMeter) -> BareMeter:
    """An ESME with £5.00."""
    return bare()


@pytest.fixture
def ask(meter: BareMeter, clock: VirtualClock) -> Asker:
    """Its Supplier."""
    return Asker(meter, clock)


def read_of(ask: Asker, code: int, where: str) -> axdr.Data:
    found = ask.objects(code, access(where))
    assert found is not None
    ((result, data),) = found
    assert result == 0
    return data


def script(which: int) -> axdr.Number:
    return number(axdr.LONG_UNSIGNED, which)


# One truth: objects are views.


def test_each_result_names_what_was_asked(ask: Asker) -> None:
    """A set is answered as a set, and a read as a read (IEC 62056-5-3, Access-Response-Specification)."""
    for code, one, choice in (
        (ECS08A, access(LIMIT, money(1)), dlms.Choice.SET),
        (ECS26A, access("get 112/0-0:19.10.1.255/9"), dlms.Choice.GET),
        (ECS04A, access(f"action {BALANCE}/1", money(1)), dlms.Choice.ACTION),
    ):
        ask.counter += 1
        response = ask.send(code, dlms.request(ask.counter, one).encode())
        assert response is not None
        payload = dlms.decode(response.payload)
        assert isinstance(payload, dlms.AccessResponse)
        assert [result.choice for result in payload.results] == [choice]


def test_what_is_reset_is_what_it_was_at_first(meter: BareMeter) -> None:
    store, where = meter.functions.objects, place(LIMIT.split()[1])
    assert store is not None
    first = store.value(where)
    store.put(where, money(5))
    assert (store.value(where), first) == (money(5), members("esme")[where].value)
    store.reset(where)
    assert store.value(where) == first


def test_a_limit_that_is_set_is_in_force_at_its_time_and_lends_so_much(ask: Asker, meter: BareMeter) -> None:
    assert ask.results(ECS08A, access(LIMIT, money(300_000))) == [0]
    assert read_of(ask, ECS26A, "get 112/0-0:19.10.1.255/9") == money(1_000_000)
    assert ask.results(ECS08A, access(LIMIT_TIME, AT_ONCE)) == [0]
    assert read_of(ask, ECS26A, "get 112/0-0:19.10.1.255/9") == money(300_000)
    assert ask.results(ECS04A, access(f"action {BALANCE}/1", money(-450_000))) == [0]
    assert ask.results(0x0020, access("action 112/0-0:19.10.1.255/3", number(axdr.INTEGER, 0))) == [0]
    assert meter.display().emergency_credit == 300_000


def test_what_is_dated_comes_into_force_then_with_the_alert_of_the_rtds(
    ask: Asker, meter: BareMeter, clock: VirtualClock
) -> None:
    ask.results(ECS08A, access(LIMIT, money(300_000)), access(LIMIT_TIME, NEW_YEAR_2016))
    clock.advance(365 * DAY - HOUR)
    assert read_of(ask, ECS26A, "get 112/0-0:19.10.1.255/9") == money(1_000_000)
    meter.sent.clear()
    clock.advance(HOUR)
    (alert,) = map(decode, meter.sent)
    assert (alert.cra, alert.message_code) == (Cra.ALERT, 0x00CC)
    notification = dlms.decode(alert.payload)
    assert isinstance(notification, dlms.DataNotification)
    assert isinstance(notification.body, axdr.Group)
    code, _, what = notification.body.items
    assert code == number(axdr.LONG_UNSIGNED, 0x8F66)
    assert isinstance(what, axdr.Octets)
    assert what.value.hex() == "00de" + f"{5001:016x}" + "232800005e2c800206"
    assert read_of(ask, ECS26A, "get 112/0-0:19.10.1.255/9") == money(300_000)


def test_a_cancelled_date_never_comes(ask: Asker, clock: VirtualClock) -> None:
    ask.results(ECS08A, access(LIMIT, money(300_000)), access(LIMIT_TIME, NEW_YEAR_2016))
    ask.results(ECS08A, access(LIMIT_TIME, NEVER))
    clock.advance(400 * DAY)
    assert read_of(ask, ECS26A, "get 112/0-0:19.10.1.255/9") == money(1_000_000)


def test_an_activation_of_what_nobody_has_set_changes_nothing(ask: Asker) -> None:
    assert ask.results(ECS08A, access(LIMIT_TIME, AT_ONCE)) == [0]
    assert read_of(ask, ECS26A, "get 112/0-0:19.10.1.255/9") == money(1_000_000)


def test_credit_mode_disables_no_supply_and_prepayment_does_again(ask: Asker, meter: BareMeter) -> None:
    def mode(which: int) -> axdr.Group:
        return axdr.structure(number(axdr.ENUM, which), number(axdr.ENUM, 1))

    assert ask.results(ECS02, access(MODE, mode(1)), access(MODE_TIME, AT_ONCE)) == [0, 0]
    assert read_of(ask, ECS26J, "get 111/0-0:19.0.0.255/2") == axdr.structure(*[number(axdr.ENUM, n) for n in (1, 2)])
    ask.results(ECS04A, access(f"action {BALANCE}/1", money(-800_000)))
    assert (meter.display().balance, meter.display().supply) == (-300_000, Supply.ENABLED)
    assert ask.results(ECS03, access(MODE, mode(2)), access(MODE_TIME, AT_ONCE)) == [0, 0]
    assert meter.display().supply is Supply.DISABLED


def test_a_disablement_threshold_works_at_once(ask: Asker, meter: BareMeter) -> None:
    threshold = "set 9000/0-0:94.44.128.22/4"
    assert ask.results(ECS03, access(threshold, money(556_677)), access("set 9000/0-0:94.44.128.22/6", AT_ONCE)) == [
        0,
        0,
    ]
    assert read_of(ask, ECS26A, "get 21/0-0:16.0.1.255/2") == axdr.array(money(556_677))
    assert meter.display().supply is Supply.DISABLED


def test_the_balance_is_adjusted_and_reset_and_never_wraps(ask: Asker, meter: BareMeter) -> None:
    assert ask.results(ECS04A, access(f"action {BALANCE}/1", money(1_200_000))) == [0]
    assert read_of(ask, ECS82, f"get {BALANCE}/2") == money(1_700_000)
    assert ask.results(ECS04A, access(f"action {BALANCE}/1", money(2**31 - 1))) == [250]
    assert meter.display().balance == 1_700_000
    reset = [f"action {BALANCE.replace('10.0', f'10.{which}')}/2" for which in range(3)]
    assert ask.results(ECS04B, *(access(where, money(0)) for where in reset)) == [0, 0, 0]
    assert meter.display().balance == 0


def test_debts_change_by_increments_rates_are_settings_and_a_top_up_pays(
    ask: Asker, meter: BareMeter, vend: Vend
) -> None:
    share = access("set 113/0-0:19.20.3.255/13", number(axdr.LONG_UNSIGNED, 2_000))
    debt = "action 113/0-0:19.20.{}.255/4"
    assert ask.results(ECS07, share, access(debt.format(3), money(50_000)), access(debt.format(1), money(30_000))) == [
        0,
        0,
        0,
    ]
    assert ask.results(ECS07, access(debt.format(3), money(100_000)), access(debt.format(2), money(-1))) == [0, 250]
    meter.enter_utrn(vend(1))
    assert meter.display().balance == 500_000 + 1_000_000 - 150_000  # a fifth would be £2.00, owed are £1.50
    assert ask.results(ECS07, access("set 113/0-0:19.20.3.255/13", number(axdr.LONG_UNSIGNED, 10_001))) == [250]


def test_the_protected_balances_open_for_the_supplier_alone(ask: Asker, meter: BareMeter) -> None:
    wanted = axdr.structure(
        number(axdr.LONG_UNSIGNED, 1),
        axdr.octet_string(bytes.fromhex("00005e2c221e")),
        number(axdr.INTEGER, 2),
        number(axdr.LONG_UNSIGNED, 0),
        axdr.structure(number(axdr.ENUM, 0), dlms.NULL),
    )
    found = ask.objects(ECS19, access("action 30/0-0:43.2.1.255/1", protected(ask, wanted)))
    assert found is not None
    ((result, data),) = found
    assert result == 0
    assert isinstance(data, axdr.Group)
    sealed = data.items[1]
    assert isinstance(sealed, axdr.Octets)
    z = crypto.shared_secret(
        CREDENTIALS[SUPPLIER].own("agreement").private, CREDENTIALS[ESME].own("agreement").private.public_key()
    )
    plain = crypto.unseal(sealed.value, crypto.encryption_key(z, ESME, SUPPLIER, ask.counter), ESME)
    assert axdr.decode_data(plain) == axdr.structure(axdr.structure(*map(money, (500_000, 1_000_000, 0, 0, 0, 0))))
    other = ask.objects(ECS17B, access("action 30/0-0:43.2.8.255/1", protected(ask, wanted)))
    assert other is None
    assert meter.security_log[-1].code is LogCode.COMMAND_FORMAT


def protected(ask: Asker, *wanted: axdr.Data) -> axdr.Data:
    key = axdr.structure(number(axdr.ENUM, 2), axdr.structure(axdr.octet_string(b"\x02"), axdr.octet_string(b"")))
    texts = (b"\x04" + (ask.counter + 1).to_bytes(8, "big"), SUPPLIER, ESME, b"")
    parameters = axdr.structure(*map(axdr.octet_string, texts), key)
    return axdr.structure(axdr.array(*wanted), axdr.array(axdr.structure(number(axdr.ENUM, 2), parameters)))


def test_logs_are_those_of_the_meter(ask: Asker, meter: BareMeter, vend: Vend, clock: VirtualClock) -> None:
    meter.enter_utrn(vend(1, pounds=7))
    selection = axdr.structure(
        axdr.structure(
            number(axdr.LONG_UNSIGNED, 1),
            axdr.octet_string(bytes.fromhex("00005e2c64ff")),
            number(axdr.INTEGER, 2),
            number(axdr.LONG_UNSIGNED, 0),
        ),
        number(axdr.DOUBLE_LONG_UNSIGNED, 0),
        number(axdr.DOUBLE_LONG_UNSIGNED, 2**32 - 1),
        axdr.array(),
    )
    plain, _ = access("get 7/0-0:98.1.5.255/2")
    wanted = dlms.Specification(dlms.Choice.GET_WITH_SELECTION, 7, plain.obis, 2, 1, selection)
    found = ask.objects(ECS20D, (wanted, dlms.NULL))
    assert found is not None
    ((_, log),) = found
    assert isinstance(log, axdr.CompactArray)
    (entry,) = log.items
    assert isinstance(entry, axdr.Group)
    assert entry.items[1] == number(axdr.DOUBLE_LONG_UNSIGNED, 700_000)
    assert meter.event_log
    assert ask.results(ECS15A, access("action 7/0-0:99.98.0.255/1", number(axdr.INTEGER, 0))) == [0]
    assert (meter.event_log, meter.security_log[-1].code) == ((), LogCode.EVENT_LOG_CLEARED)


def test_scripts_move_the_supply_and_no_other_script_does(ask: Asker, meter: BareMeter) -> None:
    for code, which, supply in ((ECS43, 52, Supply.DISABLED), (ECS44, 54, Supply.ARMED), (ECS42, 51, Supply.ENABLED)):
        assert ask.results(code, access(SCRIPT, script(which))) == [0]
        assert meter.display().supply is supply
    assert ask.results(ECS44, access(SCRIPT, script(54))) == [1]  # it is on


def test_the_clock_is_set_within_its_interval_only(ask: Asker, meter: BareMeter) -> None:
    def adjust(earliest: str, latest: str) -> list[int] | None:
        times = axdr.structure(
            *(axdr.octet_string(bytes.fromhex(one)) for one in ("ff" * 9 + "8000ff", earliest, latest))
        )
        return ask.results(
            ECS70,
            access("set 8/0-0:1.0.0.255/9", number(axdr.ENUM, 5)),
            access("action 8/0-0:1.0.0.255/5", times),
            access("action 8/0-0:1.0.0.255/4", number(axdr.INTEGER, 0)),
        )

    assert adjust("07de0c1fff173b32008000ff", "07df0101ff000132008000ff") == [0, 0, 0]
    assert meter.event_log[-1].code is LogCode.CLOCK_ADJUSTED
    assert adjust("07df0102ff000000008000ff", "07df0102ff000132008000ff") == [0, 0, 250]
    assert meter.security_log[-1].code is LogCode.CLOCK_NOT_ADJUSTED


# What is refused, and how.


@pytest.mark.parametrize(
    ("where", "data"),
    [
        (LIMIT, number(axdr.LONG, 5)),
        (LIMIT, axdr.array(money(5))),
        (LIMIT_TIME, axdr.octet_string(b"\x00")),  # no date-time
        (LIMIT_TIME, axdr.octet_string(bytes.fromhex("07e00d01ff000000008000ff"))),  # a thirteenth month
    ],
)
def test_a_value_of_another_type_is_refused_and_changes_nothing(ask: Asker, where: str, data: axdr.Data) -> None:
    store = ask.meter.functions.objects
    assert store is not None
    before = store.values
    assert ask.results(ECS08A, access(where, data)) == [12]
    assert store.values == before


@pytest.mark.parametrize(
    ("where", "result"),
    [
        ("set 112/0-0:19.10.0.255/2", 3),  # read only
        ("get 1/0-2:96.13.1.255/2", 3),  # write only
        ("get 1/0-0:94.44.34.30/2", 3),  # protected only
        ("get 1/0-0:1.2.3.4/2", 4),  # no such object
        ("get 1/0-0:19.10.0.255/2", 9),  # an object of another class
        ("action 112/0-0:19.10.0.255/9", 4),  # no such method
    ],
)
def test_what_the_store_does_not_have_or_allow_is_refused_by_name(ask: Asker, where: str, result: int) -> None:
    """No use case asks such a thing, so that a Command with it is ill-formed; the store refuses it all the same."""
    store = ask.meter.functions.objects
    assert store is not None
    request = dlms.request(1, access(where, money(1)))
    message = ask.message(ECS82, request.encode())
    asked = Asked(message=message, payload=request, now=0, reader=SUPPLIER, reader_counter=1, seal=bytes)
    response = dlms.decode(store.answer(request, asked).replace(dlms.invoke_id(5_000).to_bytes(4), b"\x20\0\0\1"))
    assert isinstance(response, dlms.AccessResponse)
    assert [one.result for one in response.results] == [result]
    assert response.data == (dlms.NULL,)
    assert ask.results(ECS82, access(where, money(1))) is None
    assert ask.meter.security_log[-1].code is LogCode.COMMAND_FORMAT


def test_a_later_access_is_done_though_an_earlier_one_was_refused(ask: Asker) -> None:
    first, second = access(LIMIT, number(axdr.LONG, 5)), access("set 9000/0-0:94.44.128.3/4", money(70_000))
    assert ask.results(ECS08A, first, second) == [12, 0]


@pytest.mark.parametrize(
    ("code", "which"),
    [(ECS42, 52), (ECS43, 51), (ECS44, 51), (ECS44, 52)],
)
def test_a_use_case_carries_its_own_script_only(ask: Asker, meter: BareMeter, code: int, which: int) -> None:
    before = meter.display()
    assert ask.results(code, access(SCRIPT, script(which))) is None
    assert meter.display() == before
    assert meter.security_log[-1].code is LogCode.COMMAND_FORMAT


def test_each_party_may_send_what_its_role_allows(ask: Asker, meter: BareMeter, clock: VirtualClock) -> None:
    state = "get 70/0-0:96.3.10.255/3"
    assert ask.results(ECS45, access(state)) == [0]
    assert Asker(meter, clock, BROKER).results(ECS45, access(state)) == [0]
    assert Asker(meter, clock, BROKER).results(ECS82, access(f"get {BALANCE}/2")) is None
    assert meter.security_log[-1].code is LogCode.NO_AUTHORITY
    assert Asker(meter, clock, HUB).results(ECS45, access(state)) is None
    assert meter.security_log[-1].code is LogCode.NO_AUTHORITY


# The tables.


@pytest.mark.parametrize("device", ["esme", *variants(), "chf"])
def test_every_value_at_first_has_the_shape_of_its_object(device: str) -> None:
    for one, member in members(device).items():
        if not one.method:
            assert member.shape is not None
            assert member.value is not None
            assert shapes.fits(member.shape, member.value), str(one)
            assert axdr.decode_data(axdr.encode_data(member.value)) == member.value


def test_what_is_to_come_becomes_something_of_the_same_kind() -> None:
    known = members("twin-element-switches")
    for trigger, group in activations().items():
        assert trigger in known
        for one in group:
            what, becomes = known[one.what].shape, known[one.becomes].shape
            assert becomes in (what, read_item("[:i32]")), str(one)


def test_a_shape_tells_types_apart() -> None:
    shape = read_item("[{:u16, :octets}]")
    good = axdr.array(axdr.structure(number(axdr.LONG_UNSIGNED, 1), axdr.octet_string(b"x")))
    assert shapes.fits(shape, good)
    assert shapes.fits(shape, axdr.array())
    for bad in (
        axdr.structure(*good.items),
        axdr.array(axdr.structure(number(axdr.LONG, 1), axdr.octet_string(b"x"))),
        axdr.array(axdr.structure(number(axdr.LONG_UNSIGNED, 1))),
        dlms.NULL,
    ):
        assert not shapes.fits(shape, bad)
