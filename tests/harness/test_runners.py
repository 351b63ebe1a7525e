"""What every runner is run in."""

import gc
import signal
import sys
from types import ModuleType, SimpleNamespace
from typing import Any, cast

import pytest

from ppmid_harness import runners


@pytest.mark.parametrize("fails", [False, True])
def test_what_is_loaded_is_spared_by_the_collector_for_as_long_as_the_run(
    monkeypatch: pytest.MonkeyPatch, fails: bool
) -> None:
    meanwhile: list[int] = []

    def run(session: object) -> None:
        assert session is given
        assert signal.getsignal(signal.SIGTERM) is given.told_to_end
        meanwhile.append(gc.get_freeze_count())
        if fails:
            raise KeyError("a runner that breaks")

    glue = ModuleType("some_glue")
    glue.__dict__["run"] = run
    monkeypatch.setitem(sys.modules, "some_glue", glue)
    monkeypatch.setitem(cast(dict[str, str], runners._GLUE), "behave", "some_glue")
    given = cast(Any, SimpleNamespace(told_to_end=lambda *_: None))
    if fails:
        with pytest.raises(KeyError):
            runners.run("behave", given)
    else:
        runners.run("behave", given)
    assert meanwhile[0] > 1000
    assert gc.get_freeze_count() == 0
    assert signal.getsignal(signal.SIGTERM) is not given.told_to_end
