"""The bench file: which adapter stands for each party, how the links behave, what can be observed.

    [bench]
    time = "virtual"                 # or "wall"
    seed = 1
    settling_ms = 5000               # from switching on to the first step
    iut = "ppmid"                    # the implementation under test
    points = ["user", "han", …]      # observation points that this bench has

    keys = "keys"                    # a folder of certificates and private keys, beside this file, of real parties
    avenue_keys = "tls"              # a folder of keys of the local command interface, see ``avenue_keys``
    kind = "radio"                   # rehearsal, host build, radio or coordinator: see ``kinds``
    device = "Maker, model, serial"  # what is under test, and
    lab = "Name of the lab"          # who tests it, as the report's first page has them
    control = "127.0.0.1:7465"       # where parties in processes call, those above all that somebody starts by hand
    muster_s = 60                    # how long a run waits for those

    [identities]
    esme = "00-DB-12-34-56-78-90-A0" # whoever is not called as in the Reference Test Data Set

    [parties.ppmid]
    adapter = "simulated"            # or "process": ours in a process of its own; "replay"; "module:Class"; or the name
                                     # of an installed adapter, see ``installed``
    start = "by run"                 # or "by hand": somebody starts the process, by ``ppmid-harness device``
    esme_answer_s = 60               # its own settings

    [links.han]
    lost = 0.05                      # also adapter, delay_ms, jitter_ms, reordered, altered, an adapter's settings

    [lab]
    place = "ppmid-1"                # of a labgrid coordinator, for the time of a run; see ``lab``

    [limits]
    response-on-demand = 30          # overrides of the table of limits

Everything may be left out. Seeds derive keys, so they are for benches on which all parties are simulated.
"""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec

from ppmid_bench import input_files, kinds
from ppmid_bench.errors import BadInput
from ppmid_bench.home_keys import EUIS, NEW_HUB_EUIS, OTHER_USERS
from ppmid_bench.installed import resolved
from ppmid_bench.labgrid_client import LabTable
from ppmid_bench.limits import with_overrides
from ppmid_bench.supplied_keys import SuppliedKeys, read_key_folder
from ppmid_bench.typed import convert, read_toml
from ppmid_devices import roles
from ppmid_devices.links.link import Conditions
from ppmid_devices.ports import MILLISECOND
from ppmid_protocols.errors import Malformed
from ppmid_protocols.eui import Eui

SIMULATED, PROCESS = "simulated", "process"
REPLAY = "replay"
"""The adapter of a party of which only a capture is known."""
OPERATOR = "operator"
"""The adapter of a real device that a person stands for."""
OURS = (SIMULATED, PROCESS)
"""The adapters that stand for our own plain simulations, here or in a process of their own."""

POINTS = {
    "user": "the User's record of its requests",
    "duis": "DUIS documents between User and DCC",
    "dcc": "the DCC's records of requests, counts of anomaly detection, and quarantine",
    "wan": "GBCS messages on the SM WAN",
    "avenue": "messages of the local command interface",
    "han": "HAN frames, with the keys to open them",
    "meter-display": "the meter's own display",
    "meter-configuration": "digests of a meter's firmware and of what is configured in it",
    "ppmid-display": "the PPMID's screen",
}
"""The observation points, by the names that bench files and checks use."""

SMALLEST = frozenset({"user", "avenue", "han"})
"""The points of the smallest bench with a real PPMID: the lab's own User and avenue, and a sniffer with its keys."""

LINKS = ("duis", "wan", "avenue", "han")

BY_HAND = "by hand"
_STARTS = ("by run", BY_HAND)
_OF_THIS_MACHINE = ("127.0.0.1", "localhost")

Share = Annotated[float, msgspec.Meta(ge=0, le=1)]
Name = Annotated[str, msgspec.Meta(max_length=200)]
Milliseconds = Annotated[int, msgspec.Meta(ge=0)]


class _Bench(msgspec.Struct, forbid_unknown_fields=True):
    time: Literal["virtual", "wall"] = "virtual"
    seed: Annotated[int, msgspec.Meta(ge=0)] = 1
    settling_ms: Milliseconds = 5_000
    iut: str = roles.PPMID
    points: list[str] = msgspec.field(default_factory=lambda: list(POINTS))
    keys: str | None = None
    avenue_keys: str | None = None
    control: str | None = None
    kind: str | None = None
    device: Name = ""
    lab: Name = ""
    muster_s: Annotated[int, msgspec.Meta(ge=0)] = 60
    scan: str = ""


class LinkTable(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Which adapter stands for a link, and how it behaves; absent values are the link's own.

    ``settings``: what else its table holds, for the adapter.
    """

    adapter: str = SIMULATED
    delay_ms: Milliseconds | None = None
    jitter_ms: Milliseconds = 0
    lost: Share = 0.0
    reordered: Share = 0.0
    altered: Share = 0.0
    settings: dict[str, Any] = {}

    def conditions(self, own: Conditions) -> Conditions:
        """These conditions, over the link's own delay."""
        delay = own.delay if self.delay_ms is None else self.delay_ms * MILLISECOND
        return Conditions(delay, self.jitter_ms * MILLISECOND, self.lost, self.reordered, self.altered)


class _File(msgspec.Struct, forbid_unknown_fields=True):
    bench: _Bench = msgspec.field(default_factory=_Bench)
    identities: dict[str, str] = {}
    parties: dict[str, dict[str, Any]] = {}
    links: dict[str, dict[str, Any]] = {}
    lab: LabTable | None = None
    limits: dict[str, float] = {}


class PartyEntry(msgspec.Struct, frozen=True):
    """Which adapter stands for a party, with its settings as the file gives them."""

    adapter: str = SIMULATED
    settings: dict[str, Any] = {}
    by_hand: bool = False
    """Whether somebody else starts its process."""


class BenchFile(msgspec.Struct, frozen=True):
    """A bench file, checked. ``id``: by which its processes know it; the same for files of one name and content."""

    source: str = "the default bench"
    id: str = "default"
    time: Literal["virtual", "wall"] = "virtual"
    seed: int = 1
    settling_ms: int = 5_000
    iut: str = roles.PPMID
    points: frozenset[str] = frozenset(POINTS)
    keys: SuppliedKeys = SuppliedKeys()
    avenue_keys: str = ""
    """The folder of the keys of the local command interface, which is read when they are needed; empty: none."""
    identities: Mapping[str, Eui] = EUIS
    parties: dict[str, PartyEntry] = {}
    links: dict[str, LinkTable] = {}
    place: LabTable | None = None
    limits: dict[str, float] = {}
    control: tuple[str, int] | None = None
    """Where parties in processes call; without it the run finds a port of its own."""
    muster_s: int = 60
    """How long a run waits for a party that somebody starts."""
    scan: str = ""
    """Where the PPMID has its Internet side: a host or address that is scanned for open ports; nothing: it has none."""
    kind: str = ""
    """A word of ``kinds.KINDS``, or nothing."""
    device: str = ""
    lab: str = ""
    """What is under test and who tests it, in the words of the file; empty where it does not say."""
    declared: Mapping[str, Any] = {}
    """What the maker of the PPMID declares (see ``ics``), by item; of a run, not of the file."""

    def party(self, role: str) -> PartyEntry:
        """The entry of one party; our own simulation when the file says nothing."""
        return self.parties.get(role, PartyEntry())


def read_bench(path: Path | None, *, elsewhere: bool = False) -> BenchFile:
    """Read a bench file, or the project's own of that name; without one, all parties are simulated in virtual time.

    ``elsewhere``: it was used there, so its keys are not here, nor need the adapters be installed that it names; the
    bench that is given is to be looked at, and none to run on. Raises BadInput.
    """
    if path is None:
        return BenchFile()
    path = kinds.find(path)
    source = str(path)
    content = read_toml(path, _File)
    digest = hashlib.sha256(input_files.text(path, "a readable bench file").encode()).hexdigest()
    _require(source, "[bench] points", content.bench.points, POINTS)
    _require(source, "[bench] kind", filter(None, [content.bench.kind]), kinds.KINDS)
    _require(source, "[bench] iut", [content.bench.iut], roles.PARTIES)
    _require(source, "[identities]", content.identities, EUIS)
    _require(source, "[parties]", content.parties, roles.PARTIES)
    _require(source, "[links]", content.links, LINKS)
    with_overrides(content.limits, source)
    parties = {role: _party(source, role, table, elsewhere) for role, table in content.parties.items()}
    if content.bench.scan and content.bench.time != "wall":
        raise BadInput(source, "[bench] scan", 'time = "wall" with an address to scan', content.bench.time)
    by_hand = [role for role, entry in parties.items() if entry.by_hand]
    control, keys, avenue_keys = content.bench.control, content.bench.keys, content.bench.avenue_keys
    if by_hand and control is None:
        raise BadInput(source, "[bench] control", f"HOST:PORT, where {by_hand[0]} is to call", "none")
    return BenchFile(
        source=source,
        id=f"{path.stem}-{digest[:8]}",
        time=content.bench.time,
        seed=content.bench.seed,
        settling_ms=content.bench.settling_ms,
        iut=content.bench.iut,
        points=frozenset(content.bench.points),
        keys=read_key_folder(path.parent / keys) if keys is not None and not elsewhere else SuppliedKeys(),
        avenue_keys=str(path.parent / avenue_keys) if avenue_keys else "",
        identities=_identities(source, content.identities),
        parties=parties,
        links={name: _link(source, name, table) for name, table in content.links.items()},
        place=content.lab,
        limits=content.limits,
        control=None if control is None else read_address(source, "[bench] control", control),
        muster_s=content.bench.muster_s,
        kind=content.bench.kind or "",
        scan=content.bench.scan,
        device=content.bench.device,
        lab=content.bench.lab,
    )


def read_address(source: str, place: str, text: str) -> tuple[str, int]:
    """An address of this machine as HOST:PORT: keys cross in clear there. Raises BadInput."""
    host, _, port = text.rpartition(":")
    if host not in _OF_THIS_MACHINE or not (port.isdecimal() and 0 < int(port) < 1 << 16):
        raise BadInput(source, place, f"HOST:PORT with one of {', '.join(_OF_THIS_MACHINE)}", repr(text))
    return host, int(port)


def _party(source: str, role: str, table: dict[str, Any], elsewhere: bool) -> PartyEntry:
    settings = dict(table)
    place = f"[parties.{role}]"
    adapter = convert(settings.pop("adapter", SIMULATED), str, source, f"{place} adapter")
    start = settings.pop("start", _STARTS[0])
    if start not in _STARTS or (start == BY_HAND and adapter != PROCESS):
        expected = f'"{_STARTS[0]}", or "{BY_HAND}" with adapter = "{PROCESS}"'
        raise BadInput(source, f"{place} start", expected, repr(start))
    try:
        adapter = resolved(adapter, source, place, (*OURS, REPLAY, OPERATOR))
    except BadInput:
        if not elsewhere:
            raise
    return PartyEntry(adapter, settings, start == BY_HAND)


def _link(source: str, name: str, table: dict[str, Any]) -> LinkTable:
    ours = set(LinkTable.__struct_fields__) - {"settings"}
    known = {key: value for key, value in table.items() if key in ours}
    own = {key: value for key, value in table.items() if key not in ours}
    return convert({**known, "settings": own}, LinkTable, source, f"[links.{name}]")


def _identities(source: str, texts: Mapping[str, str]) -> Mapping[str, Eui]:
    """The identifier of every holder; no two have the same."""
    identities = {**EUIS, **{holder: _eui(source, holder, text) for holder, text in texts.items()}}
    for holder in texts:
        alike = [
            other
            for other, eui in {**identities, **OTHER_USERS, **NEW_HUB_EUIS}.items()
            if eui == identities[holder] and other != holder
        ]
        if alike:
            raise BadInput(source, f"[identities] {holder}", "an identifier of its own", f"that of {alike[0]}")
    return identities


def _eui(source: str, holder: str, text: str) -> Eui:
    try:
        return Eui.parse(text)
    except Malformed as problem:
        place = f"[identities] {holder}"
        raise BadInput(source, place, "16 hex digits such as 00-DB-12-34-56-78-90-A0", repr(text)) from problem


def _require(source: str, place: str, found: Any, allowed: Any) -> None:
    for name in found:
        if name not in allowed:
            raise BadInput(source, place, f"one of {', '.join(allowed)}", repr(name))
