"""Which class stands for a party or link, and what is said when there is none such."""

import math
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Annotated, Any

import pytest

from ppmid_bench import adapters
from ppmid_bench.bench_file import PROCESS, BenchFile, LinkTable, PartyEntry
from ppmid_bench.derivation import Derivation
from ppmid_bench.errors import BadInput
from ppmid_bench.home import HomePlan
from ppmid_bench.home_keys import EUIS, NEW_HUB_EUIS, make_home_keys
from ppmid_bench.remote_party import RemoteParty
from ppmid_bench.wiring import _new_hub
from ppmid_devices import roles
from ppmid_devices.carrier.simulated import SimulatedCarrier
from ppmid_devices.hub.simulated import SimulatedHub
from ppmid_devices.needs import NEEDS
from ppmid_devices.ports import CannotArrange, Nature
from ppmid_devices.signed import Signed

REPOSITORY = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Settings:
    patience_s: int = 3
    share: float = 0.5
    offset_s: Annotated[int, Signed()] = 0


class Device(SimulatedHub):
    def __init__(self, *, settings: Settings, **needs: Any) -> None:
        self.settings, self.needs = settings, needs


class OldCarrier(SimulatedCarrier):
    def __init__(self, *, settings: Settings, clock: Any, port: Any, ppmid: Any, handover: Any, avenue: Any) -> None:
        self.port = port


class Unsettled(SimulatedHub):
    def __init__(self, **needs: Any) -> None:
        self.needs = needs


class Deaf(SimulatedHub):
    def __init__(self, *, settings: Settings, clock: Any, wan: Any) -> None:
        self.settings = settings


class Wanting(SimulatedHub):
    def __init__(self, *, settings: Settings, port: str, **needs: Any) -> None:
        self.settings = settings


class Remote(RemoteParty):
    def __init__(self, *, settings: Settings, **needs: Any) -> None:
        self.settings = settings


class Mute:
    """A link that carries nothing."""


class Probe(Device):
    """It says what it is."""

    nature = Nature(real=True, wall_clock_only=True, hides=frozenset({"wan"}))


@pytest.fixture(autouse=True)
def lab(monkeypatch: pytest.MonkeyPatch) -> None:
    """A module ``lab`` from outside."""
    module = ModuleType("lab")
    offered = (Device, OldCarrier, Unsettled, Deaf, Wanting, Remote, Mute, Probe)
    module.__dict__.update({one.__name__: one for one in offered})
    monkeypatch.setitem(sys.modules, "lab", module)


def test_an_adapter_without_what_the_home_asks_for_is_not_to_blame() -> None:
    needs = dict.fromkeys(NEEDS[roles.CARRIER])
    with pytest.raises(CannotArrange, match=r"does not take there$"):
        adapters.build(roles.CARRIER, "lab:OldCarrier", {}, "bench.toml", **needs, there=roles.HUB)
    assert adapters.build(roles.CARRIER, "lab:OldCarrier", {}, "bench.toml", **needs).port is None


def _build(adapter: str, **settings: Any) -> Any:
    return adapters.build(roles.HUB, adapter, settings, "bench.toml", clock="the clock")


def test_a_class_from_outside_is_built_with_its_needs_and_its_settings() -> None:
    device = _build("lab:Device", patience_s=9)
    assert (device.needs, device.settings) == ({"clock": "the clock"}, Settings(9))
    assert _build("lab:Device").settings == Settings()


def test_a_class_is_looked_for_once_for_each_party(monkeypatch: pytest.MonkeyPatch) -> None:
    find, asked = adapters.find, list[str]()

    def counted(name: str, source: str, place: str) -> Any:
        asked.append(name)
        return find(name, source, place)

    monkeypatch.setattr(adapters, "find", counted)
    _build("lab:Remote")
    assert asked == ["lab:Remote"]


def test_what_is_known_of_a_class_is_known_of_no_other_that_bears_its_name_later(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    first = _build("lab:Device", patience_s=9)
    assert _build("lab:Device", patience_s=9).settings is not first.settings
    module = sys.modules["lab"]
    monkeypatch.setattr(module, "Device", Probe)
    assert isinstance(_build("lab:Device"), Probe)
    monkeypatch.setattr(module, "Device", Deaf)
    with pytest.raises(BadInput, match="whose constructor takes"):
        _build("lab:Device")
    with pytest.raises(BadInput, match=r"patience_s.*a number from 0 up.*-1"):
        _build("lab:Probe", patience_s=-1)
    assert _build("lab:Probe", offset_s=-1).settings.offset_s == -1


class Equal(SimulatedHub):
    """Whose instances are equal to others, as ``True`` is to ``1``; so no dictionary takes them."""

    def __init__(self) -> None:
        pass

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Equal)

    __hash__ = None  # type: ignore[assignment]


class Maker(Equal):
    """One that can be called as a class is, and takes what a hub's is given."""

    def __call__(self, **needs: Any) -> Any:
        return needs


def test_who_names_an_object_and_no_class_is_told_so_and_equal_ones_have_their_own_answers() -> None:
    sys.modules["lab"].__dict__.update(plain=Equal(), maker=Maker())
    for _ in range(2):
        with pytest.raises(BadInput, match=r"whose constructor takes settings.*not a callable object"):
            _build("lab:plain")
        with pytest.raises(BadInput, match="a class whose constructor takes typed settings"):
            _build("lab:maker")


def test_limits_of_the_dccs_anomaly_detection_stand_in_a_bench_file() -> None:
    limit = {"element": "UTRN", "least": 0, "most": 5}
    adapters.require_adapters(BenchFile(parties={roles.DCC: PartyEntry(settings=_limits(values=[limit]))}))
    for wrong in (_limits(quarantine="many"), _limits(values=[{"element": "UTRN"}]), _limits(quarantine=-1)):
        with pytest.raises(BadInput, match=r"\[parties.dcc\].*anomaly_limits"):
            adapters.require_adapters(BenchFile(parties={roles.DCC: PartyEntry(settings=wrong)}))


def _limits(**limits: Any) -> dict[str, Any]:
    return {"anomaly_limits": [{"srv": "2.2", **limits}]}


@pytest.mark.parametrize(
    ("adapter", "settings", "problem"),
    [
        ("lab:Nobody", {}, "simulated or module:Class"),
        (
            "no.such.module:Device",
            {},
            "(No module named 'no'; is its folder in PYTHONPATH?)",
        ),
        ("lab", {}, "simulated or module:Class"),
        ("", {}, "simulated or module:Class"),
        ("lab:Unsettled", {}, "typed settings"),
        ("lab:Device", {"patience_s": "long"}, "patience_s: expected `int`"),
        ("lab:Device", {"patients": 9}, "expected settings of Settings, found patients"),
        ("lab:Device", {"patience_s": -1}, "patience_s: expected a number from 0 up, found -1"),
        ("lab:Device", {"share": -0.5}, "share: expected a number from 0 up, found -0.5"),
        ("lab:Device", {"share": math.nan}, "share: expected a number from 0 up, found nan"),
        ("lab:Mute", {}, "adapter of hub, found lab:Mute, which has no start, update, take_away, power_cycle"),
        ("lab:Deaf", {}, "got an unexpected keyword argument"),
        ("lab:Wanting", {}, "missing a required argument: 'port'"),
    ],
)
def test_each_fault_gives_one_line_that_names_file_and_party(
    adapter: str, settings: dict[str, Any], problem: str
) -> None:
    with pytest.raises(BadInput) as caught:
        _build(adapter, **settings)
    sentence = str(caught.value)
    assert sentence.startswith("bench.toml: [parties.hub]")
    assert problem in sentence
    assert "\n" not in sentence


@pytest.mark.parametrize("settings", [{"patience_s": 0, "share": 0.0}, {"offset_s": -30}])
def test_numbers_from_0_up_are_taken_and_those_that_may_be_signed_below_it(settings: dict[str, Any]) -> None:
    assert _build("lab:Device", **settings).settings == Settings(**settings)


SIMULATED = (
    "dcc_user.simulated:SimulatedDccUser",
    "dcc.simulated:SimulatedDcc",
    "delivery_service.simulated:SimulatedDeliveryService",
    "ppmid.simulated:SimulatedPpmid",
    "hub.simulated:SimulatedHub",
    "meter.esme:SimulatedEsme",
)


@pytest.mark.parametrize("role", roles.PARTIES)
def test_no_simulation_is_taken_for_another_role(role: str) -> None:
    own = "meter." if role in roles.METERS else f"{role.replace('-', '_')}."
    for name in SIMULATED:
        bench = BenchFile(parties={role: PartyEntry(f"ppmid_devices.{name}")})
        if name.startswith(own):
            adapters.require_adapters(bench)
        else:
            with pytest.raises(BadInput, match=f"expected an adapter of {role}, (whose .*)?found ppmid_devices.{name}"):
                adapters.require_adapters(bench)


def test_a_link_has_the_methods_of_its_own_kind() -> None:
    adapters.require_adapters(
        BenchFile(links={"wan": LinkTable(adapter="ppmid_devices.links.faulty:CarriesInTheDark")})
    )
    for name, adapter in (("duis", "lab:Mute"), ("wan", "ppmid_devices.links.link:Link"), ("han", "lab:Mute")):
        with pytest.raises(BadInput, match=f"expected an adapter of the link {name}, found {adapter}, which has no "):
            adapters.require_adapters(BenchFile(links={name: LinkTable(adapter=adapter)}))


@pytest.mark.parametrize(
    ("bench", "place"),
    [
        (BenchFile(source="b.toml", parties={roles.ESME: PartyEntry("lab:Nobody")}), "[parties.esme]"),
        (BenchFile(source="b.toml", links={"wan": LinkTable(adapter="lab:Nobody")}), "[links.wan]"),
    ],
)
def test_adapters_are_asked_for_before_anything_runs(bench: BenchFile, place: str) -> None:
    adapters.require_adapters(BenchFile())
    adapters.require_adapters(BenchFile(time="wall", parties={roles.HUB: PartyEntry("lab:Remote")}))
    with pytest.raises(BadInput, match="lab:Nobody") as caught:
        adapters.require_adapters(bench)
    assert place in caught.value.place


@pytest.mark.parametrize("role", [roles.NEIGHBOUR_HUB, roles.COVERAGE_DESK])
def test_who_moves_the_sm_wan_itself_lives_in_this_process(role: str) -> None:
    bench = BenchFile(time="wall", parties={role: PartyEntry(PROCESS)})
    with pytest.raises(BadInput, match="expected simulated or module:Class, found process"):
        adapters.require_adapters(bench)


def test_every_party_and_link_has_a_simulation(wired: Callable[..., SimpleNamespace]) -> None:
    home = wired()
    assert set(home.parties) == set(roles.PARTIES)
    for role, party in home.parties.items():
        assert type(party).__module__.startswith("ppmid_devices."), role
    assert [link.name for link in (home.links.duis, home.links.wan, home.links.avenue, home.links.han)] == [
        "duis",
        "wan",
        "avenue",
        "han",
    ]


def test_the_first_adapter_of_the_documentation_can_stand_for_a_ppmid(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blocks = re.findall(
        "```python\n(.*?)```", (REPOSITORY / "docs" / "benches.md").read_text(encoding="utf-8"), re.DOTALL
    )
    (tmp_path / "acme.py").write_text(blocks[0], encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    bench = BenchFile(parties={roles.PPMID: PartyEntry("acme:AcmePpmid", {"esme_answer_s": 200})})
    adapters.require_adapters(bench)
    assert adapters.settings_shape(roles.PPMID, "acme:AcmePpmid", "b.toml")(esme_answer_s=200).firmware == "Acme 2.1"


def test_a_class_may_ask_for_wall_clock_time_and_hide_points() -> None:
    parties = {roles.HUB: PartyEntry("lab:Probe")}
    seen = frozenset({"user", "duis"})
    adapters.require_adapters(BenchFile(time="wall", points=seen, parties=parties))
    with pytest.raises(
        BadInput, match=r'\[parties.hub\] adapter: expected time = "wall" with lab:Probe, found virtual'
    ):
        adapters.require_adapters(BenchFile(points=seen, parties=parties))
    with pytest.raises(BadInput, match=r"\[bench\] points: expected only what can be seen with lab:Probe, found wan"):
        adapters.require_adapters(BenchFile(time="wall", parties=parties))


@pytest.mark.parametrize(
    ("adapter", "kind"),
    [
        ("simulated", "simulated"),
        ("process", "process"),
        ("ppmid_devices.dcc.faulty:NeverSends", "simulated"),
        ("ppmid_devices.dcc.boxed:RehearsedBoxedDcc", "simulated"),
        ("ppmid_devices.dcc.boxed:BoxedDcc", "real"),
        ("lab:Device", "real"),
        ("not.here:Device", "real"),
    ],
)
def test_what_stands_behind_an_adapter(adapter: str, kind: str) -> None:
    assert adapters.kind(roles.DCC, BenchFile(parties={roles.DCC: PartyEntry(adapter)})) == kind


def test_paths_in_a_partys_settings_are_taken_from_beside_the_bench_file() -> None:
    on_sheet = "ppmid_devices.on_sheet:PpmidOnSheet"
    made = adapters.party_settings(roles.PPMID, on_sheet, {"folder": "sheets"}, "/labs/one/bench.toml")
    assert made.folder == "/labs/one/sheets"
    absolute = adapters.party_settings(roles.PPMID, on_sheet, {"folder": "/sheets"}, "/labs/one/bench.toml")
    assert absolute.folder == "/sheets"


def test_a_ppmid_on_a_sheet_is_real_needs_the_wall_clock_and_has_no_screen() -> None:
    entry = PartyEntry("ppmid_devices.on_sheet:PpmidOnSheet", {"folder": "sheets"})
    with pytest.raises(BadInput, match='time = "wall"'):
        adapters.require_adapters(BenchFile(parties={roles.PPMID: entry}))
    with pytest.raises(BadInput, match="ppmid-display"):
        adapters.require_adapters(BenchFile(time="wall", parties={roles.PPMID: entry}))
    bench = BenchFile(time="wall", parties={roles.PPMID: entry}, points=frozenset({"avenue", "han"}))
    adapters.require_adapters(bench)
    assert adapters.kind(roles.PPMID, bench) == "real"


def test_a_hub_in_a_process_or_with_a_port_of_its_own_is_not_exchanged(wired: Callable[..., SimpleNamespace]) -> None:
    home = wired()
    for by_port, bench in ((False, BenchFile(parties={roles.HUB: PartyEntry(PROCESS)})), (True, BenchFile())):
        plan = HomePlan(meters=[roles.ESME], hub_exchange=True)
        if by_port:
            plan.ask_hub(port="serial")
        keys = make_home_keys(Derivation(1, "a/home"), {**EUIS, **NEW_HUB_EUIS})
        with pytest.raises(CannotArrange, match="is not exchanged"):
            _new_hub(plan, bench, keys, home.clock, home.links)
