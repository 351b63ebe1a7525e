"""Fuzz targets and print what came of each; 1 when anything but a ProtocolError was raised, 2 for wrong usage."""

import argparse
import sys
import warnings

from cryptography.utils import CryptographyDeprecationWarning

from fuzz import guided
from fuzz.run import Outcome, fuzz, keep
from fuzz.targets import TARGETS


def main() -> int:
    """Print one line for each target, and one for each finding."""
    parser = argparse.ArgumentParser(prog="python -m fuzz", description=__doc__)
    parser.add_argument("--seconds", type=float, default=10.0, help="for each target (default: 10)")
    parser.add_argument("--target", action="append", choices=sorted(TARGETS), help="only this one; may come again")
    parser.add_argument("--seed", type=int, default=1, help="the same seed gives the same inputs (default: 1)")
    parser.add_argument("--guided", action="store_true", help="by coverage, with atheris (extra: fuzz)")
    chosen = parser.parse_args()
    if chosen.guided and not guided.available():
        print("--guided needs atheris: pip install ppmid-harness[fuzz]", file=sys.stderr)
        return 2
    warnings.simplefilter("ignore", CryptographyDeprecationWarning)  # certificates that a later release will refuse
    engine = guided.fuzz if chosen.guided else fuzz
    print(f"{'target':14} {'executions':>12} {'per second':>12} {'unhandled':>10}")
    outcomes = [_print(engine(TARGETS[name], chosen.seed, chosen.seconds)) for name in chosen.target or TARGETS]
    return 1 if any(outcome.findings for outcome in outcomes) else 0


def _print(outcome: Outcome) -> Outcome:
    rate = outcome.executions / outcome.seconds
    print(f"{outcome.target:14} {outcome.executions:12,} {rate:12,.0f} {len(outcome.findings):10}", flush=True)
    for finding in outcome.findings:
        print(f"  {finding.kind} at {finding.place}: {finding.text}")
        if finding.data:
            print(f"  kept as {keep(outcome.target, finding)}")
    return outcome


if __name__ == "__main__":
    sys.exit(main())
