"""Loads ``any_plain``, so that the tests of the protocols can import it by name.

pytest's importlib mode puts no folder of tests on the path.
"""

import importlib.util
import sys
from pathlib import Path

_SPEC = importlib.util.spec_from_file_location("any_plain", Path(__file__).parent / "any_plain.py")
assert _SPEC is not None
assert _SPEC.loader is not None
any_plain = importlib.util.module_from_spec(_SPEC)
sys.modules[_SPEC.name] = any_plain
_SPEC.loader.exec_module(any_plain)
