"""Loads ``home_parts``, so that the tests of the devices can import it by name.

pytest's importlib mode puts no folder of tests on the path.
"""

import importlib.util
import sys
from pathlib import Path

_SPEC = importlib.util.spec_from_file_location("home_parts", Path(__file__).parent / "home_parts.py")
assert _SPEC is not None
assert _SPEC.loader is not None
home_parts = importlib.util.module_from_spec(_SPEC)
sys.modules[_SPEC.name] = home_parts
_SPEC.loader.exec_module(home_parts)
