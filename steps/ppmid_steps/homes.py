"""Givens: which devices stand in the home, and what they are like."""

from ppmid_bench.bench_file import LinkTable
from ppmid_bench.scenario import ScenarioRun
from ppmid_devices import roles
from ppmid_devices.dcc_user.contract import UserSituation
from ppmid_devices.hub.contract import HubSituation
from ppmid_devices.meter.contract import Edition, Supply, Variant
from ppmid_devices.ports import SECOND, CannotArrange
from ppmid_devices.ppmid.contract import PpmidSituation
from ppmid_protocols.gbcs.prepayment.requests import CS01A, CS01B
from ppmid_steps.one_of import OneOf
from ppmid_steps.registry import given

TOP_UPS = frozenset({CS01A, CS01B})
"""The Message Codes by which a Supplier tops up: electricity and gas."""

_ABUSIVE = OneOf(
    {
        "lacks a block": "BreaksATransferOff",
        "is too large": "SendsTooMuch",
    }
)
_RETURNS = OneOf({"by the way of its Command alone": False, "over the SM WAN too": True})
_ALTERING = OneOf({"payload": "AltersCommands", "MAC": "AltersMacs", "UTRN": "AltersUtrns"})


@given("a prepayment home with an electricity meter")
def electricity_home(world: ScenarioRun) -> None:
    world.home.meters = [roles.ESME]


@given("a prepayment home with a gas meter")
def gas_home(world: ScenarioRun) -> None:
    world.home.meters = [roles.GSME]


@given("a prepayment home with an electricity meter and a gas meter")
def dual_fuel_home(world: ScenarioRun) -> None:
    world.home.meters = [roles.ESME, roles.GSME]


@given("a prepayment home with a {variant:Variant}")
def home_with_variant(world: ScenarioRun, variant: Variant) -> None:
    world.home.meters = [roles.ESME]
    world.home.ask(roles.ESME, variant=variant)


@given("an HCALCS")
def hcalcs(world: ScenarioRun) -> None:
    world.home.hcalcs = True


@given("a prepayment home with a SMETS1 meter")
def home_of_smets1(world: ScenarioRun) -> None:  # noqa: ARG001 - no world has one
    raise CannotArrange("a home with a SMETS1 meter: no party here is one")


@given("the {meter:Meter} is of {edition:Edition} of SMETS2")
def of_edition(world: ScenarioRun, meter: str, edition: Edition) -> None:
    world.home.ask(meter, edition=edition)


@given("a hub that can relay")
def relaying_hub(world: ScenarioRun) -> None:
    world.home.ask_hub(can_relay=True)


@given("a hub that can relay, and returns each Response {ways:Words}")
def returning_hub(world: ScenarioRun, ways: str) -> None:
    world.home.ask_hub(can_relay=True, also_over_wan=_RETURNS[ways])


@given("a hub that relays top-ups alone")
def choosy_hub(world: ScenarioRun) -> None:
    world.home.ask_hub(can_relay=True, relays=TOP_UPS)


@given("a hub of today")
def todays_hub(world: ScenarioRun) -> None:
    world.home.hub = HubSituation(can_relay=False)


@given("the hub's frame counter is at {now:Count}, and was last stored at {stored:Count}")
def hub_counter(world: ScenarioRun, now: int, stored: int) -> None:
    world.home.ask_hub(frame_counter=(now, stored))


@given("the hub sends a frame of its own every {every:Duration}")
def hub_frames(world: ScenarioRun, every: int) -> None:
    world.home.ask_hub(own_frame_s=every // SECOND)


@given("a Supplier that counts its UTRNs by the clock")
def clock_counter(world: ScenarioRun) -> None:
    world.home.user = UserSituation(counts_by_clock=True)


@given("a PPMID that has been joined to no meter yet")
def unjoined_ppmid(world: ScenarioRun) -> None:
    world.home.joined = False


@given("a PPMID that cannot relay")
def legacy_ppmid(world: ScenarioRun) -> None:
    world.home.ppmid = PpmidSituation(can_relay=False)


@given("a PPMID whose first transfer to the hub {breaks:Words}")
def abusive_ppmid(world: ScenarioRun, breaks: str) -> None:
    world.home.adapters[roles.PPMID] = f"ppmid_devices.ppmid.faulty_ways:{_ABUSIVE[breaks]}"


@given("the {meter:Meter} has run out of credit")
def out_of_credit(world: ScenarioRun, meter: str) -> None:
    world.home.ask(meter, balance=0, supply=Supply.DISABLED)


@given("an {meter:Meter} that answers to a UTRN it has seen before")
def talkative_meter(world: ScenarioRun, meter: str) -> None:
    world.home.ask(meter, answers_used_utrns=True)


@given("the {meter:Meter} holds {amount:Money}")
def balance_of(world: ScenarioRun, meter: str, amount: int) -> None:
    world.home.ask(meter, balance=amount)


@given("a HAN that loses {share:Count} frames in a hundred")
def lossy_han(world: ScenarioRun, share: int) -> None:
    world.home.links["han"] = LinkTable(lost=share / 100)


@given("an Internet line that alters what it carries")
def altering_line(world: ScenarioRun) -> None:
    world.home.links["avenue"] = LinkTable(altered=1.0)


@given("an Internet line that carries nothing, though it is up")
def hung_line(world: ScenarioRun) -> None:
    world.home.links["avenue"] = LinkTable(lost=1.0)


@given("a delivery service that alters the {part:Words} of what it carries")
def altering_service(world: ScenarioRun, part: str) -> None:
    world.home.adapters[roles.DELIVERY_SERVICE] = f"ppmid_devices.delivery_service.faulty:{_ALTERING[part]}"


@given("a delivery service that sends every Command twice")
def repeating_service(world: ScenarioRun) -> None:
    world.home.adapters[roles.DELIVERY_SERVICE] = "ppmid_devices.delivery_service.faulty:RepeatsCommands"


@given("a delivery service that answers in the meter's place")
def forging_service(world: ScenarioRun) -> None:
    world.home.adapters[roles.DELIVERY_SERVICE] = "ppmid_devices.delivery_service.faulty:ForgesResponses"


@given("a delivery service that answers with the meter's Response to an earlier Command")
def replaying_service(world: ScenarioRun) -> None:
    world.home.adapters[roles.DELIVERY_SERVICE] = "ppmid_devices.delivery_service.faulty:ReplaysResponses"


@given("a delivery service that loses what the PPMID answers")
def losing_service(world: ScenarioRun) -> None:
    world.home.adapters[roles.DELIVERY_SERVICE] = "ppmid_devices.delivery_service.faulty:LosesResponses"
