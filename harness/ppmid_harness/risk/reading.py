"""What is read along, in the document of ``risk``: by configuration, avenue, class and reader, and beside today's."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any

from ppmid_bench.risk.exposure import CALM, Outcome
from ppmid_bench.risk.privacy import SIGHTS, Told


def reading(outcomes: Sequence[Outcome], base: str) -> dict[str, Any]:
    """``rows``, ``beyond`` (what a configuration lets be read, and ``base`` does not) and the ``rules``.

    Rows are of the trials that nobody disturbs: there everything crosses that can.
    """
    calm = [one for one in outcomes if one.attacker == CALM]
    today = [one for one in calm if one.configuration == base]
    configurations = dict.fromkeys(one.configuration for one in calm if one.configuration != base)
    return {
        "rows": [
            {
                "configuration": one.configuration,
                "avenue": one.avenue,
                "class": one.kind,
                "reader": reader,
                "reads": list(map(str, told)),
            }
            for one in calm
            for reader, told in one.read.items()
        ],
        "beyond": [
            {"configuration": name, "against": base, "reader": reader, "reads": list(map(str, more))}
            for name in configurations
            for reader in dict.fromkeys(sight.reader for sight in SIGHTS)
            if (more := _beyond([one for one in calm if one.configuration == name], today, reader))
        ],
        "rules": [asdict(one) for one in SIGHTS],
    }


def _beyond(own: Iterable[Outcome], today: Iterable[Outcome], reader: str) -> list[Told]:
    """What somebody reads in one configuration of any class, and in none of the other's."""
    more = _all(own, reader) - _all(today, reader)
    return [one for one in Told if one in more]


def _all(outcomes: Iterable[Outcome], reader: str) -> set[Told]:
    return {told for one in outcomes for told in one.read.get(reader, ())}
