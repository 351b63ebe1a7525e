"""What the check of a meter's configuration comes to."""

from collections.abc import Mapping

import pytest
from check_cases import Case, Cases, Line, MakeLog

CASES = Cases("configuration")
BEFORE = {"firmware": "aa", "111/2": "bb", "113/5": "cc"}


def read(objects: Mapping[str, str], meter: str = "esme") -> Line:
    return "meter-configuration", f"{meter}>harness", "configuration", 0, {"meter": meter, "objects": objects}


kept = CASES.of("configuration-kept", meter="esme", but=[])
kept.passes(read(BEFORE), read(BEFORE))
kept.passes(read(BEFORE), read({"firmware": "zz"}, "gsme"), read(BEFORE))
kept.fails("firmware-changed", read(BEFORE), read({**BEFORE, "firmware": "ab"}))
kept.fails("configuration-changed", read(BEFORE), read({**BEFORE, "113/5": "cd"}))
kept.fails("configuration-changed", read(BEFORE), read({"firmware": "aa", "111/2": "bb"}))
kept.fails("configuration-changed", read(BEFORE), read({**BEFORE, "more": "cd"}))
kept.cannot_tell("no-reading", read(BEFORE))
kept.cannot_tell("nothing-read", read({}), read({}))

but = CASES.of("configuration-kept", meter="esme", but=["113/"])
but.passes(read(BEFORE), read({**BEFORE, "113/5": "cd"}))
but.fails("configuration-changed", read(BEFORE), read({**BEFORE, "111/2": "cd"}))
but.fails("firmware-changed", read(BEFORE), read({**BEFORE, "113/5": "cd", "firmware": "ab"}))


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_check_comes_to(case: Case, make_log: MakeLog) -> None:
    case.holds(make_log)


def test_every_reason_of_every_check_is_proved() -> None:
    CASES.are_complete()
