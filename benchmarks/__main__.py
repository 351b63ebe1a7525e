"""Run all benchmarks and print one table: what was done, how long, and the ratio that says what it means."""

import argparse
from itertools import chain

from benchmarks import gbcs, han, outage, suite, top_up

_QUICK = (gbcs, han, outage, top_up)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--short", action="store_true", help="fewer repetitions, and not the whole suite")
    short = parser.parse_args().short
    repeats, parts = (1, _QUICK) if short else (5, (*_QUICK, suite))
    print(f"{'what':62} {'seconds':>10} {'ratio':>14}")
    for row in chain.from_iterable(part.rows(repeats) for part in parts):
        print(f"{row.what:62} {row.seconds:9.3f}s {row.ratio:>14}")


if __name__ == "__main__":
    main()
