"""The use cases by Message Code (GBCS 20; SRVs as in DUIS 5.4), read from ``data/use_cases.csv``.

Names are those of GBCS use cases; the Alert of a use case that also has a Command ends ``-alert``, and FDEI, FDRA,
FDRM, MIIWA, GCA and GNCA are Alerts without a use case of their own. Titles are ours.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType

from ppmid_protocols.tables import rows


class Kind(Enum):
    """How a message with the code travels."""

    COMMAND = "command"  # from a Remote Party, with a Response
    ALERT = "alert"
    HAN = "han"  # from the PPMID to the GSME, with a Response
    ZSE = "zse"  # a ZigBee Smart Energy command without a GBCS message; the code stands in event logs only


class PayloadKind(Enum):
    """How the payload is coded."""

    DLMS = "dlms"
    GBZ = "gbz"
    DER = "der"
    ANY = "any"  # DLMS or GBZ, by the device that sends it
    ZSE = "zse"
    UNKNOWN = ""


@dataclass(frozen=True, slots=True)
class UseCase:
    """One Message Code.

    ``srvs``: Service Reference Variants that lead to it. ``target``: the device that is commanded or that alerts
    (``esme``, ``gsme``, ``gpf``, ``chf``, ``ppmid``, or ``device`` for several). ``critical``, ``replay_protected``,
    ``dated_response`` (the Response's header has a date-time): None where no public source tells.
    """

    code: int
    name: str
    srvs: tuple[str, ...]
    kind: Kind
    critical: bool | None
    target: str
    payload: PayloadKind
    replay_protected: bool | None
    dated_response: bool | None
    title: str


_YES_NO = {"yes": True, "no": False, "": None}


def _read() -> dict[int, UseCase]:
    return {
        (code := int(row["code"], 16)): UseCase(
            code=code,
            name=row["name"],
            srvs=tuple(row["srvs"].split()),
            kind=Kind(row["kind"]),
            critical=_YES_NO[row["critical"]],
            target=row["target"],
            payload=PayloadKind(row["payload"]),
            replay_protected=_YES_NO[row["replay_protected"]],
            dated_response=_YES_NO[row["dated_response"]],
            title=row["title"],
        )
        for row in rows("ppmid_protocols.gbcs", "use_cases.csv")
    }


USE_CASES: Mapping[int, UseCase] = MappingProxyType(_read())
"""Every known Message Code, rising."""


def by_srv(srv: str) -> tuple[UseCase, ...]:
    """The use cases that a Service Reference Variant such as ``2.2`` leads to, by rising code."""
    return tuple(use_case for use_case in USE_CASES.values() if srv in use_case.srvs)


def describe(code: int) -> str:
    """``CS01a Top up``, or the code in hex where it is not known."""
    use_case = USE_CASES.get(code)
    return f"{code:04X} (unknown)" if use_case is None else f"{use_case.name} {use_case.title}"
