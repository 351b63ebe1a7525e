"""``python -m ppmid_harness``: the command line."""

from ppmid_harness.cli import main

main()
