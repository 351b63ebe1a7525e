"""The rules of the work on coverage: whose turn it is, and what may be done to which hub by whom."""

from hypothesis import given
from hypothesis import strategies as st

from ppmid_devices.coverage_desk.cases import Act, Case, Mode, Refusal, turn, why_not_exchange, why_not_fit
from ppmid_devices.links.contract import Aerial, Installer, Variant


def case(premise: str = "a", mode: Mode = "prepayment", variant: Variant = "cellular", at: int = 0) -> Case:
    return Case(premise=premise, mode=mode, variant=variant).after(Act.REPORTED, at)


def advised(to: Variant, variant: Variant = "cellular") -> Case:
    return Case(premise="a", mode="prepayment", variant=variant, advised=to)


def test_prepayment_comes_before_credit_and_within_a_kind_the_earlier_report() -> None:
    queue = [case("a", "credit", at=1), case("b", at=3), case("c", at=2), case("d", "credit", at=0)]
    assert [one.premise for one in turn(queue)] == ["c", "b", "d", "a"]


_CASES = st.lists(
    st.builds(case, st.sampled_from("abcdef"), st.sampled_from(("prepayment", "credit")), at=st.integers(0, 9)),
    max_size=8,
    unique_by=lambda one: one.premise,
)


@given(_CASES)
def test_no_home_on_credit_stands_before_one_that_prepays_whatever_the_order_of_reports(cases: list[Case]) -> None:
    modes = [one.mode for one in turn(cases)]
    assert modes == sorted(modes, key=lambda mode: mode == "credit")
    assert turn(cases) == turn(reversed(cases))


def test_an_exchange_needs_the_advice_the_supplier_and_where_mesh_comes_in_consent() -> None:
    assert why_not_exchange(case(), "Supplier") is Refusal.NOT_ADVISED
    assert why_not_exchange(advised("cellular+mesh"), "Supplier") is Refusal.NO_CONSENT
    assert why_not_exchange(advised("buddy"), "Supplier") is Refusal.NO_CONSENT
    assert why_not_exchange(advised("cellular+mesh").after(Act.CONSENTED, 1), "Supplier") is None
    assert why_not_exchange(advised("cellular+mesh").after(Act.CONSENTED, 1), "DCC") is Refusal.NOT_THEIRS
    assert why_not_exchange(advised("cellular+mesh", "buddy"), "Supplier") is None, "it has a line to others already"
    assert why_not_exchange(advised("long-range-radio"), "Supplier") is None, "no mesh comes in"


def test_an_aerial_needs_a_place_and_whom_it_is_for() -> None:
    expected: dict[tuple[Aerial, Installer], Refusal | None] = {
        ("T1", "Supplier"): None,
        ("T2", "Supplier"): None,
        ("T3", "Supplier"): Refusal.NOT_THEIRS,
        ("T1", "DCC"): Refusal.NOT_THEIRS,
        ("T2", "DCC"): Refusal.NOT_THEIRS,
        ("T3", "DCC"): None,
    }
    mesh, plain = case(variant="cellular+mesh"), case()
    for (aerial, installer), refusal in expected.items():
        assert why_not_fit(mesh, aerial, installer) is refusal
        assert why_not_fit(plain, aerial, installer) is Refusal.NO_PLACE


def test_the_first_time_of_an_act_stands_and_the_old_case_does_not_change() -> None:
    first = case(at=5)
    again = first.after(Act.REPORTED, 9).after(Act.CONSENTED, 7)
    assert again.done == {Act.REPORTED: 5, Act.CONSENTED: 7}
    assert first.done == {Act.REPORTED: 5}
