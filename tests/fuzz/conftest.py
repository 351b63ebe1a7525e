"""The package ``fuzz`` stands beside the tests and is not installed: put the repository on the path."""

import sys
from pathlib import Path

ROOT = str(Path(__file__).parents[2])
if ROOT not in sys.path:
    sys.path.insert(0, ROOT)
