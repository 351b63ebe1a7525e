"""UTRNs against published vectors, RTDS keys, and an oracle that tries every candidate."""

import itertools
import json
import re
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import example, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from ppmid_protocols import utrn as utrn_module
from ppmid_protocols.errors import Malformed, NotAuthentic, Unsupported
from ppmid_protocols.eui import Eui
from ppmid_protocols.utrn import Utrn, UtrnCounterCache, ValueClass, check_digit, jump_is_readable, recover_counter

SUPPLIER = Eui.parse("90b3d51f30010000")
NEW_SUPPLIER = Eui.parse("90b3d51f30030000")
ESME = Eui.parse("00db1234567890a0")
GSME = Eui.parse("00db1234567890a1")
GOOD = "73951773847901038897"  # ESME, counter 7, 10 pounds
COUNTERS = st.integers(0, 2**32 - 1)


class Keys:
    """The published test keys: private scalars and public points by EUI, usage and whether for prepayment."""

    def __init__(self, data: dict[str, Any]) -> None:
        self._private = {_key_name(row): int(row["scalar"], 16) for row in data["test_private_scalars"]}
        self._public = {_key_name(row): bytes.fromhex(row["public_point"]) for row in data["certificates"]}

    def private(self, eui: Eui, *, prepayment: bool) -> ec.EllipticCurvePrivateKey:
        return ec.derive_private_key(self._private[eui.hex(), "KA", prepayment], ec.SECP256R1())

    def public(self, eui: Eui, *, prepayment: bool = False) -> ec.EllipticCurvePublicKey:
        return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), self._public[eui.hex(), "KA", prepayment])


def _key_name(row: dict[str, Any]) -> tuple[str, str, bool]:
    return row["eui"], row["usage"], row["prepayment"]


@pytest.fixture(scope="module")
def keys(shared: Path) -> Keys:
    return Keys(json.loads((shared / "data/rtds/keys.json").read_text()))


@pytest.fixture(scope="module")
def vectors(shared: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((shared / "data/crypto_vectors.json").read_text())["utrn"]
    assert len(found) == 9
    return found


def _vend(keys: Keys, utrn_counter: int, *, supplier: Eui = SUPPLIER, device: Eui = ESME, pounds: int = 10) -> Utrn:
    private, peer = keys.private(supplier, prepayment=True), keys.public(device)
    return utrn_module.make(supplier, device, utrn_counter << 32, pounds, ValueClass.POUNDS, private, peer)


def test_every_published_utrn_with_known_keys_is_made_digit_for_digit(
    keys: Keys, vectors: list[dict[str, Any]]
) -> None:
    made = [vector for vector in vectors if vector["recomputed"]]
    assert len(made) == 6
    for vector in made:
        supplier, device = Eui.parse(vector["supplier"]), Eui.parse(vector["device"])
        value_class = ValueClass.POUNDS if vector["value_class"] == "pounds(01)" else ValueClass.PENCE
        counter = int(vector["counter"], 16)
        pair = keys.private(supplier, prepayment=True), keys.public(device)
        code = utrn_module.make(supplier, device, counter, vector["value"], value_class, *pair)
        expected = vector.get("utrn") or vector["pptd"] + check_digit(vector["pptd"])
        assert code.digits == expected.encode()
        assert (code.truncated_counter, code.value_class, code.value) == (counter >> 32, value_class, vector["value"])
        utrn_module.check_mac(code, supplier, device, counter >> 32, *pair)


def test_the_published_utrns_without_known_keys_are_judged_by_their_digits(vectors: list[dict[str, Any]]) -> None:
    rest = [vector for vector in vectors if not vector["recomputed"]]
    assert len(rest) == 3
    for vector in rest:
        digits = vector["utrn"]
        assert (check_digit(digits[:19]) == digits[19]) == vector["check_digit_valid"]
    placeholder = Utrn.parse("73941656880950804485")  # RTDS PCS01: 20.25 pounds, counter 0, MAC of zeros
    assert (placeholder.value, placeholder.truncated_counter, placeholder.mac) == (2025, 0, bytes(4))


@pytest.mark.parametrize(
    ("text", "amount"),
    [("73946144332040217315", 1_000_000), ("73950067887105178605", 1_250_000)],
    ids=["10 pounds", "1250 pence"],
)
def test_amounts_are_in_millipence(text: str, amount: int) -> None:
    assert Utrn.parse(text).amount == amount


def test_the_meter_holds_the_mac_with_its_own_key(keys: Keys) -> None:
    meter = keys.private(ESME, prepayment=False), keys.public(SUPPLIER, prepayment=True)
    utrn_module.check_mac(Utrn.parse(GOOD), SUPPLIER, ESME, 7, *meter)
    for counter in (6, 7 + 1024):
        with pytest.raises(NotAuthentic, match="mac"):
            utrn_module.check_mac(Utrn.parse(GOOD), SUPPLIER, ESME, counter, *meter)


def test_the_suppliers_management_key_makes_no_utrn(keys: Keys) -> None:
    management = keys.private(SUPPLIER, prepayment=False), keys.public(ESME)
    with pytest.raises(NotAuthentic, match="mac"):
        utrn_module.check_mac(Utrn.parse(GOOD), SUPPLIER, ESME, 7, *management)


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("93751773847901038897", "PPTD"),  # first and third digit swapped: the check digit holds
        ("12345678910121314156", "PPTD"),  # the refused code of RTDS CS01b
        (GOOD[:19], "UTRN"),
        (GOOD + "0", "UTRN"),
        (GOOD[:4] + " " + GOOD[5:], "UTRN"),
        ("٧" + GOOD[1:], "UTRN"),  # a decimal digit, but not an ASCII one
        ("", "UTRN"),
    ],
)
def test_text_of_another_shape_is_malformed(text: str, field: str) -> None:
    with pytest.raises(Malformed) as caught:
        Utrn.parse(text)
    assert caught.value.field == field
    assert len(text) < 5 or text not in str(caught.value)


@pytest.mark.parametrize(("pptd", "inside"), [(-1, False), (0, True), (2**57 - 1, True), (2**57, False)])
def test_the_range_of_pptds_ends_where_the_ptut_has_57_bits(pptd: int, inside: bool) -> None:
    body = str(7394156990786306048 + pptd)
    text = body + check_digit(body)
    if inside:
        assert Utrn.parse(text).digits == text.encode()
    else:
        with pytest.raises(Malformed, match="PPTD: expected 7394156990786306048 to 7538272178862161919, found"):
            Utrn.parse(text)


def test_the_check_digit_catches_every_single_slip_that_stays_in_range() -> None:
    slips = [GOOD[:place] + digit + GOOD[place + 1 :] for place in range(20) for digit in "0123456789"]
    slips = [slip for slip in slips if slip != GOOD]
    assert len(slips) == 180
    assert all(check_digit(slip[:19]) != slip[19] for slip in slips)
    with pytest.raises(NotAuthentic, match="check digit"):
        Utrn.parse("73951773847901038896")


def test_of_two_slips_in_one_code_the_check_digit_misses_one_in_nine() -> None:
    """Whether the digits are the meter's own code only their MAC tells then."""
    slips = (
        GOOD[:one] + first + GOOD[one + 1 : other] + second + GOOD[other + 1 :]
        for one, other in itertools.combinations(range(20), 2)
        for first in set("0123456789") - {GOOD[one]}
        for second in set("0123456789") - {GOOD[other]}
    )
    missed = [check_digit(slip[:19]) == slip[19] for slip in slips]
    assert (len(missed), sum(missed)) == (190 * 81, 1710)


@pytest.mark.parametrize(
    "text",
    ["73951773836363886218", "73951773737901038897"],
    ids=["made for the gas meter", "two digits pressed one low"],
)
def test_a_code_for_another_meter_and_a_lucky_slip_fail_only_by_the_mac(keys: Keys, text: str) -> None:
    code = Utrn.parse(text)
    with pytest.raises(NotAuthentic, match="mac"):
        utrn_module.check_mac(
            code, SUPPLIER, ESME, 7, keys.private(ESME, prepayment=False), keys.public(SUPPLIER, prepayment=True)
        )


def _check_digit_by_turning_a_pentagon(body: str) -> str:
    """The dihedral group by what it does: an element turns a pentagon, and from 5 on also flips it."""
    turned, flipped = 0, False
    for place, digit in enumerate(body, 4):
        element = int(digit)
        for _ in range(place % 8):
            element = (1, 5, 7, 6, 2, 8, 3, 0, 9, 4)[element]
        turned = (turned + (-element if flipped else element)) % 5
        flipped ^= element >= 5
    return "1267583094"[turned + 5 * flipped]


@given(st.text("0123456789", min_size=19, max_size=19))
@hypothesis_settings(max_examples=300)
def test_the_check_digit_is_that_of_the_dihedral_group(body: str) -> None:
    assert check_digit(body) == _check_digit_by_turning_a_pentagon(body)


def test_each_supplier_makes_its_own_code(keys: Keys) -> None:
    new = _vend(keys, 7, supplier=NEW_SUPPLIER)
    assert new.digits == b"73951773830533545526"
    assert _vend(keys, 7, device=GSME).digits == b"73951773836363886218"
    with pytest.raises(NotAuthentic, match="mac"):
        utrn_module.check_mac(new, SUPPLIER, ESME, 7, keys.private(SUPPLIER, prepayment=True), keys.public(ESME))


@pytest.mark.parametrize(
    ("counter", "text"),
    [
        (7, GOOD),
        (2511, "74593536771374718021"),
        (2512, "74594944143970889332"),
        (1764000400, "74865160110925037251"),
        (1764000513, "75024193505931900527"),
    ],
)
def test_codes_of_later_counters_are_made_digit_for_digit(keys: Keys, counter: int, text: str) -> None:
    assert _vend(keys, counter).digits == text.encode()


@pytest.mark.parametrize(
    ("counter", "text"),
    [(100, "74082311707802265934"), (200, "74223049185806105077"), (201, "74224456555724535587")],
)
def test_codes_of_one_pound_in_pence_are_made_digit_for_digit(keys: Keys, counter: int, text: str) -> None:
    pair = keys.private(SUPPLIER, prepayment=True), keys.public(ESME)
    assert utrn_module.make(SUPPLIER, ESME, counter << 32, 100, ValueClass.PENCE, *pair).digits == text.encode()


@pytest.mark.parametrize(
    ("counter", "value", "field"),
    [
        ((7 << 32) + 1, 10, "Originator Counter"),
        (1 << 64, 10, "UTRN counter"),
        (-1 << 32, 10, "UTRN counter"),
        (7 << 32, 8192, "UTRN value"),
        (7 << 32, -1, "UTRN value"),
    ],
)
def test_what_does_not_fit_a_utrn_is_not_made(counter: int, value: int, field: str) -> None:
    key = ec.derive_private_key(1, ec.SECP256R1())
    with pytest.raises(Malformed) as caught:
        utrn_module.make(SUPPLIER, ESME, counter, value, ValueClass.PENCE, key, key.public_key())
    assert caught.value.field == field


def test_an_undefined_value_class_is_named() -> None:
    body = str(7394156990786306048 + (0b10 << 45))
    code = Utrn.parse(body + check_digit(body))
    with pytest.raises(Unsupported, match="class 2"):
        code.amount  # noqa: B018


@given(st.integers(0, 1023), st.sampled_from(ValueClass), st.integers(0, 8191), st.binary(min_size=4, max_size=4))
def test_the_fields_come_back_from_the_digits(counter: int, value_class: ValueClass, value: int, mac: bytes) -> None:
    body = str(
        7394156990786306048 + (((counter << 15) + (value_class << 13) + value) << 32) + int.from_bytes(mac, "big")
    )
    code = Utrn.parse(body + check_digit(body))
    found = code.truncated_counter, code.value_class, code.value, code.mac
    assert found == (counter, value_class, value, mac)


def test_no_print_of_a_utrn_shows_its_digits() -> None:
    code = Utrn.parse(GOOD)
    for text in (str(code), repr(code), f"{code}", f"{[code]}", str(code.digits), f"{code.digits}"):
        assert "7395" not in text
    assert code == Utrn.parse(GOOD)
    assert code.digits.decode() == GOOD


@pytest.mark.parametrize(
    ("text", "whole", "part"),
    [
        (f"code {GOOD}, thank you", True, True),
        ("7395 1773 8479 0103 8897", True, True),
        ("73951-77384-79010-38897", True, True),
        (GOOD + "3", False, True),  # a longer number, or a code and one digit more: nobody can tell
        (GOOD[:12], False, True),
        (GOOD[:11], False, False),
        ("00-DB-12-34-56-78-90-A0 took £10.00 at 12:00", False, False),
    ],
)
def test_a_code_in_a_text_is_found_however_it_is_written(text: str, whole: bool, part: bool) -> None:
    found = utrn_module.IN_TEXT.search(text) is not None, utrn_module.PART_IN_TEXT.search(text) is not None
    assert found == (whole, part)


DIGIT_AND_WHAT_FOLLOWS = st.tuples(
    st.sampled_from("0123456789"), st.sampled_from(["", "", "", "", " ", "-", "  ", "a"])
)


@given(st.lists(DIGIT_AND_WHAT_FOLLOWS, min_size=15, max_size=70))
@example([("7", "")] * 20)
@example([("7", " ")] * 21)
def test_a_code_in_a_text_begins_and_ends_where_no_digit_stands_beside_it(parts: list[tuple[str, str]]) -> None:
    text = "".join(digit + after for digit, after in parts)
    plainly = re.compile("(?<![0-9])(?:[0-9][ -]?){19}[0-9](?![0-9])")
    assert [one.span() for one in utrn_module.IN_TEXT.finditer(text)] == [one.span() for one in plainly.finditer(text)]


# The window. Worked by hand from the rule: V mod 1024 and the candidates' first and last.
@pytest.mark.parametrize(
    ("highest", "first", "last"),
    [
        (1024, 1024 - 511, 1024 + 512),  # mod 1024 = 0
        (1024 + 511, 1024, 1024 + 1023),  # 511: -511 to +512
        (1024 + 512, 1024, 1024 + 1023),  # 512: -512 to +511
        (1024 + 1023, 1024 + 511, 2048 + 510),  # 1023
        (2000, 1488, 2511),  # 976
    ],
)
def test_the_window_ends_exactly_where_the_rule_says(highest: int, first: int, last: int) -> None:
    assert last - first == 1023
    for counter in (first, last):
        assert recover_counter(highest, counter % 1024) == counter
    assert recover_counter(highest, (first - 1) % 1024) == last
    assert recover_counter(highest, (last + 1) % 1024) == first


def test_the_worked_example_of_gbcs_rebuilds_the_counter_that_it_gives() -> None:
    assert recover_counter(2458896167, 812) == 2458896172


@pytest.mark.parametrize(("highest", "truncated"), [(3, 516), (4294967290, 3)], ids=["below 0", "above 32 bits"])
def test_no_counter_outside_32_bits_is_rebuilt(highest: int, truncated: int) -> None:
    assert recover_counter(highest, truncated) is None
    assert recover_counter(highest, highest % 1024) == highest


@pytest.mark.parametrize(
    ("highest", "truncated", "problem"),
    [
        (-1, 0, "highest UTRN counter: expected 0 to 4294967295, found -1"),
        (2**32, 0, "highest UTRN counter: expected 0 to 4294967295, found 4294967296"),
        (0, -1, "truncated UTRN counter: expected 0 to 1023, found -1"),
        (0, 1024, "truncated UTRN counter: expected 0 to 1023, found 1024"),
    ],
)
def test_counters_out_of_range_are_malformed(highest: int, truncated: int, problem: str) -> None:
    with pytest.raises(Malformed, match=f"^{problem}$"):
        recover_counter(highest, truncated)


@given(COUNTERS, st.integers(0, 1023))
@example(0, 512)
@example(511, 1023)
@example(512, 0)
@example(2**32 - 1, 511)
def test_the_rebuilt_counter_is_the_one_candidate_in_the_window(highest: int, truncated: int) -> None:
    behind = 512 if highest % 1024 >= 512 else 511
    window = range(highest - behind, highest - behind + 1024)
    (candidate,) = [counter for counter in window if counter % 1024 == truncated]
    assert recover_counter(highest, truncated) == (candidate if 0 <= candidate < 2**32 else None)


@pytest.mark.parametrize(
    ("highest", "counter", "readable"),
    [
        (2000, 2511, True),
        (2000, 2512, False),
        (2000, 1488, True),
        (2000, 1487, False),
        (1024, 1535, True),
        (1024, 1536, False),  # the rule would read it; the vend side does not rely on that
        (1764000000, 1764000400, True),
        (1764000000, 1764000513, False),
    ],
)
def test_the_vend_side_prints_no_code_that_jumps_too_far(highest: int, counter: int, readable: bool) -> None:
    assert jump_is_readable(highest, counter) is readable


def test_a_code_beyond_the_window_is_rebuilt_wrong_and_so_not_authentic(keys: Keys) -> None:
    code = _vend(keys, 2512)
    rebuilt = recover_counter(2000, code.truncated_counter)
    assert rebuilt == 1488
    with pytest.raises(NotAuthentic, match="mac"):
        utrn_module.check_mac(code, SUPPLIER, ESME, rebuilt, keys.private(SUPPLIER, prepayment=True), keys.public(ESME))
    moved = UtrnCounterCache().add(2000).add(2512)  # 2512 came by Command, which carries the whole counter
    assert recover_counter(moved.highest, _vend(keys, 2513).truncated_counter) == 2513


def test_a_cache_of_100_keeps_the_highest_and_forgets_no_credit() -> None:
    cache = UtrnCounterCache().add(7)
    for counter in range(100, 202):
        cache = cache.add(counter)
    assert cache.counters == tuple(range(102, 202))
    assert cache.highest == 201
    assert all(cache.is_duplicate(counter) for counter in (0, 7, 8, 99, 100, 101, 102, 201))
    assert not cache.is_duplicate(202)
    with pytest.raises(NotAuthentic, match="replay: UTRN counter 100 "):
        cache.add(100)


def test_counters_may_come_out_of_order_once_each() -> None:
    cache = UtrnCounterCache().add(9).add(5)
    assert (cache.counters, cache.highest) == ((5, 9), 9)
    assert cache.is_duplicate(5)
    assert not cache.is_duplicate(3)
    assert not cache.is_duplicate(7)


def test_a_new_supplier_floor_empties_the_cache_and_bars_what_is_below() -> None:
    old = UtrnCounterCache().add(9)
    new = old.with_floor(5000)
    assert (new.counters, new.highest, new.floor) == ((), 5000, 5000)
    assert new.is_duplicate(4999)
    assert not new.is_duplicate(5000)
    assert old.counters == (9,)
    for floor in (-1, 2**32):
        with pytest.raises(Malformed):
            old.with_floor(floor)


@given(st.lists(COUNTERS, max_size=40), st.integers(1, 8))
def test_no_counter_is_ever_credited_twice(counters: list[int], capacity: int) -> None:
    cache, credited = UtrnCounterCache(capacity=capacity), []
    for counter in counters:
        if not cache.is_duplicate(counter):
            cache = cache.add(counter)
            credited.append(counter)
    assert len(credited) == len(set(credited))
    assert list(cache.counters) == sorted(credited)[-capacity:]
