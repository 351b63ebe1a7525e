"""Messages and devices for the tests of the framings by which an avenue carries them."""

from pathlib import Path

from hypothesis import strategies as st

from ppmid_protocols.eui import Eui

PPMID = Eui.parse("00db1234567890a4")
OTHER = Eui.parse("00db1234567890b4")
MESSAGES = st.lists(st.binary(min_size=1, max_size=600), min_size=1, max_size=4, unique=True)
PAGE = (Path(__file__).parents[2] / "docs/ppmid-local-command-interface.md").read_text(encoding="utf-8")
"""What the framings are told to vendors by."""
