"""Lets tests import the vendor's example, which is installed nowhere."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "examples" / "vendor_ppmid"))
sys.path.insert(0, str(Path(__file__).parent))
