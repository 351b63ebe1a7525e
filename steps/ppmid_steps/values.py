"""The kinds of value that a step's pattern may name, as ``{amount:Money}``: text of the features to plain numbers.

| name     | text                                          | value                              |
|----------|-----------------------------------------------|------------------------------------|
| Money    | £10.00, £5, -£1.50                            | int, millipence (£1 is 100000)     |
| Duration | 2 hours, 90 minutes, 30 days                  | int, nanoseconds                   |
| Count    | 3, three, no                                  | int                                |
| Times    | once, twice, 3 times                          | int                                |
| Meter    | electricity meter, gas meter, meter           | role ``esme`` or ``gsme``          |
| Device   | a Meter, hub, gas proxy, PPMID, HCALCS        | its role                           |
| Service  | a name in ``data/services.toml``              | Service                            |
| Way      | over the SM WAN, with the Hand-Held Terminal… | Way                                |
| Outcome  | delivered, proven; the PPMID's word; unknown  | Outcome                            |
| User     | a network operator, an Other User             | the name on the DUIS line          |
| Variant  | a twin element ESME, …with load switches      | the name of a variant of ESME      |
| Edition  | an earlier edition, a later edition           | earlier or later                   |
| Words    | one or more words of letters, digits, hyphens | str                                |
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from parse import with_pattern

from ppmid_bench.home_keys import EXPORT_SUPPLIER, NETWORK_OPERATOR, OTHER_SUPPLIER, OTHER_USER
from ppmid_devices import roles
from ppmid_devices.dcc_user.contract import Outcome, Way
from ppmid_devices.meter.contract import Edition, Variant
from ppmid_devices.ports import DAY, HOUR, MILLISECOND, MINUTE, SECOND
from ppmid_steps.services import SERVICES, Service

MILLIPENCE_PER_PENNY = 1_000

_UNITS = {"millisecond": MILLISECOND, "second": SECOND, "minute": MINUTE, "hour": HOUR, "day": DAY, "week": 7 * DAY}
_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_TIMES = {"once": 1, "twice": 2}
_METERS = {
    "electricity meter": roles.ESME,
    "gas meter": roles.GSME,
    "meter": roles.ESME,
    "ESME": roles.ESME,
    "GSME": roles.GSME,
}
_DEVICES = {**_METERS, "hub": roles.HUB, "gas proxy": roles.GPF, "PPMID": roles.PPMID, "HCALCS": roles.HCALCS}

_OUTCOMES = {
    "delivered, proven": Outcome.DELIVERED_VERIFIED,
    "refused, proven": Outcome.REFUSED_VERIFIED,
    "the PPMID's word": Outcome.REPORTED_UNVERIFIED,
    "unknown": Outcome.UNKNOWN,
    "not sent": Outcome.NOT_SENT,
}
_WAYS = {
    "over the SM WAN": Way.WAN,
    "through the PPMID": Way.LOCAL,
    "through the hub's port": Way.LOCAL,
    "by that way": Way.LOCAL,
    "both ways": Way.BOTH,
    "with the Hand-Held Terminal": Way.HHT,
}
_VARIANTS: Mapping[str, Variant] = {
    "single element ESME": "single-element",
    "twin element ESME": "twin-element",
    "polyphase ESME": "polyphase",
    "single element ESME with load switches": "single-element-switches",
    "twin element ESME with load switches": "twin-element-switches",
    "polyphase ESME with load switches": "polyphase-switches",
}
_EDITIONS: Mapping[str, Edition] = {"an earlier edition": "earlier", "a later edition": "later"}
_USERS = {
    "a network operator": NETWORK_OPERATOR,
    "the network operator": NETWORK_OPERATOR,
    "another Supplier": OTHER_SUPPLIER,
    "the other Supplier": OTHER_SUPPLIER,
    "an export Supplier": EXPORT_SUPPLIER,
    "the export Supplier": EXPORT_SUPPLIER,
    "an Other User": OTHER_USER,
    "the Other User": OTHER_USER,
}


def money(text: str) -> int:
    """``£10.00`` in millipence."""
    pounds, _, pence = text.removeprefix("-").removeprefix("£").partition(".")
    amount = (int(pounds) * 100 + int(pence or 0)) * MILLIPENCE_PER_PENNY
    return -amount if text.startswith("-") else amount


def duration(text: str) -> int:
    """``2 hours`` in nanoseconds."""
    number, unit = text.split()
    return int(number) * _UNITS[unit.removesuffix("s")]


def count(text: str) -> int:
    """``3``, ``three`` or ``no``."""
    return int(text) if text.isdecimal() else _NUMBERS.index(text)


def times(text: str) -> int:
    """``once``, ``twice`` or ``3 times``."""
    return _TIMES[text] if text in _TIMES else int(text.removesuffix(" times"))


def meter(text: str) -> str:
    """The role of the meter that is meant; a plain ``meter`` is the electricity meter."""
    return _METERS[text]


def device(text: str) -> str:
    """The role of the device that is meant."""
    return _DEVICES[text]


def service(text: str) -> Service:
    """What the Supplier has done at a meter."""
    return SERVICES[text]


def way(text: str) -> Way:
    """How a Command is delivered."""
    return _WAYS[text]


def user(text: str) -> str:
    """The name of a User beside the home's Supplier."""
    return _USERS[text]


def outcome(text: str) -> Outcome:
    """What the Supplier holds of a request."""
    return _OUTCOMES[text]


def variant(text: str) -> Variant:
    """The variant of ESME that is meant."""
    return _VARIANTS[text]


def edition(text: str) -> Edition:
    """Of which edition of SMETS2 a meter is."""
    return _EDITIONS[text]


def words(text: str) -> str:
    """Words as they stand, without punctuation."""
    return text


TYPES: Mapping[str, Callable[[str], Any]] = {
    "Money": with_pattern(r"-?£\d+(?:\.\d{2})?")(money),
    "Duration": with_pattern(rf"\d+ (?:{'|'.join(_UNITS)})s?")(duration),
    "Count": with_pattern(rf"\d+|{'|'.join(_NUMBERS)}")(count),
    "Times": with_pattern(r"once|twice|\d+ times")(times),
    "Meter": with_pattern("|".join(_METERS))(meter),
    "Device": with_pattern("|".join(_DEVICES))(device),
    "Service": with_pattern("|".join(map(re.escape, SERVICES)))(service),
    "Way": with_pattern("|".join(_WAYS))(way),
    "Outcome": with_pattern("|".join(_OUTCOMES))(outcome),
    "User": with_pattern("|".join(_USERS))(user),
    "Variant": with_pattern("|".join(sorted(_VARIANTS, key=len, reverse=True)))(variant),
    "Edition": with_pattern("|".join(_EDITIONS))(edition),
    "Words": with_pattern(r"[A-Za-z0-9][\w-]*(?: [\w-]+)*")(words),
}
"""The names by which patterns call them, each with the regular expression of the texts that it takes."""
