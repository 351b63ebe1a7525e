"""Loads ``check_cases``, so that the tests of the checks can import it by name (pytest's importlib mode does not)."""

import importlib.util
import sys
from pathlib import Path

_SPEC = importlib.util.spec_from_file_location("check_cases", Path(__file__).parent / "check_cases.py")
assert _SPEC is not None
assert _SPEC.loader is not None
check_cases = importlib.util.module_from_spec(_SPEC)
sys.modules[_SPEC.name] = check_cases
_SPEC.loader.exec_module(check_cases)
