"""What the PPMID asks of meters in its own name: by which commands, with which digits, under which counters."""

from ppmid_bench.checks.check import Finding, check, failed, inconclusive, passed
from ppmid_bench.checks.relaying import brought
from ppmid_bench.evidence import Entry, Log
from ppmid_bench.sentences import counted
from ppmid_devices import roles

TOP_UP_OF_GAS, EMERGENCY_CREDIT_OF_GAS = "PCS01", "PCS02"
_OWN_USE_CASES = (TOP_UP_OF_GAS, EMERGENCY_CREDIT_OF_GAS)
_PREPAYMENT, _METERING, _LOCAL_CHANGE_SUPPLY = "0705", "0702", 0x0C
_TO_AN_ESME = ("consumer-top-up", "select-available-emergency-credit")


def _sent(log: Log) -> list[Entry]:
    """All that the PPMID put on the HAN, also what was lost on the way."""
    return [entry for entry in log.of("han") if entry.sender == roles.PPMID]


def _is_command(entry: Entry) -> bool:
    return bool(entry.fields.get("gbcs", {}).get("cra") == "command")


def _own_commands(log: Log) -> list[Entry]:
    """The GBCS Commands that the PPMID makes itself."""
    return [one for one in _sent(log) if _is_command(one) and one.fields["gbcs"]["use_case"] in _OWN_USE_CASES]


@check(
    "own-counters-used-once",
    judges="ppmid",
    needs=("han",),
    reasons=("used-again",),
    purposes=("PP-009",),
)
def own_counters_used_once(log: Log) -> Finding:
    """The PPMID never uses an Originator Counter of its own for other content again, whatever has become of it since.

    A counter that comes again would be taken for a replay at best (GBCS 4.3.1).
    """
    commands = _own_commands(log)
    if len(commands) < 2:
        return inconclusive("one-command", "the PPMID has made fewer than two Commands of its own", *commands)
    first: dict[tuple[str, int], Entry] = {}
    for one in commands:
        gbcs = one.fields["gbcs"]
        before = first.setdefault((gbcs["target"], gbcs["counter"]), one)
        if before.fields["gbcs"]["tag"] != gbcs["tag"]:
            return failed("used-again", f"counter {gbcs['counter']} stands for two contents", before, one)
    return passed(f"{counted(len(commands), 'Command')}, each under a counter of its own", *commands)


@check(
    "utrn-by-its-command",
    judges="ppmid",
    needs=("avenue", "han"),
    reasons=("not-sent", "other-command", "other-digits"),
    requirements=("REQ-026",),
    purposes=("PP-011",),
    version=2,
)
def utrn_by_its_command(log: Log, meter: str) -> Finding:
    """Each UTRN goes to the meter by that meter's own command, with every digit as it was entered.

    To an ESME by Consumer Top Up (PECS01), to a GSME inside PCS01.
    """
    asked = sorted([*brought(log, "submit-utrn"), *log.of("keypad", "typed")], key=lambda entry: entry.n)
    if not asked:
        return inconclusive("nothing-asked", "no UTRN was given to the PPMID")
    given = {one.fields["utrn"] for one in asked}
    direct = [one for one in _sent(log) if one.what == "consumer-top-up"]
    inside = [one for one in _own_commands(log) if one.fields["gbcs"]["use_case"] == TOP_UP_OF_GAS]
    own, other = (inside, direct) if meter == roles.GSME else (direct, inside)
    shown: list[Entry] = []
    for one in asked:
        utrn = one.fields["utrn"]
        right = [sent for sent in own if sent.n > one.n and _utrn(sent) == utrn]
        if right:
            shown += [one, *right]
            continue
        elsewhere = [sent for sent in other if sent.n > one.n and _utrn(sent) == utrn]
        if elsewhere:
            return failed("other-command", f"it went on by another meter's command than the {meter}'s", one, *elsewhere)
        later = [sent for sent in own if sent.n > one.n and _utrn(sent) not in given]
        if later:
            return failed("other-digits", f"the digits that went to the {meter} are others", one, *later)
        return failed("not-sent", f"nothing went to the {meter}", one)
    return passed(f"{counted(len(asked), 'UTRN')}, each by the {meter}'s own command, digit for digit", *shown)


def _utrn(sent: Entry) -> str | None:
    found: str | None = sent.fields.get("utrn") or sent.fields.get("gbcs", {}).get("utrn")
    return found


@check(
    "asks-what-meters-allow",
    judges="ppmid",
    needs=("avenue", "han"),
    reasons=("other-command", "unasked"),
    purposes=("PP-013",),
    version=2,
)
def asks_what_meters_allow(log: Log) -> Finding:
    """In its own name the PPMID asks meters for a top-up, emergency credit and, of an ESME, supply; for nothing else.

    PECS01 to PECS03 of an ESME, PCS01 and PCS02 of a GSME; figures may be read. Emergency credit and supply it asks for
    when somebody has chosen them, and never by itself.
    """
    given = {one.fields["gbcs"]["tag"] for one in brought(log, "submit-command")}
    asked: list[Entry] = []
    for one in _sent(log):
        if _is_command(one):
            gbcs = one.fields["gbcs"]
            if gbcs["use_case"] in _OWN_USE_CASES:
                asked.append(one)
            elif gbcs["tag"] not in given:
                return failed("other-command", f"a {gbcs['use_case']} that nobody gave it", one)
        elif one.what in _TO_AN_ESME or _switches_supply(one):
            asked.append(one)
        elif _commands_a_meter(one):
            command = f"command {one.fields['command']:02X} of cluster {one.fields['cluster']}"
            return failed("other-command", f"it sent a meter {command}", one)
    if not asked:
        return inconclusive("nothing-asked", "the PPMID has asked nothing of a meter")
    chosen: list[Entry] = []
    for one in asked:
        choice = _chosen_for(one)
        before = [other for other in log.of("keypad", "chosen", choice=choice) if other.n < one.n]
        if choice and not before:
            return failed("unasked", f"it asked for {choice.replace('-', ' ')}, which nobody had chosen", one)
        chosen += before[:1]
    return passed(f"{counted(len(asked), 'command')}, all of those that a meter takes from a PPMID", *chosen, *asked)


def _chosen_for(asked: Entry) -> str:
    """What somebody must have chosen before the PPMID asks this of a meter; empty for a top-up."""
    if _switches_supply(asked):
        return "supply"
    of_gas = asked.fields.get("gbcs", {}).get("use_case") == EMERGENCY_CREDIT_OF_GAS
    return "emergency-credit" if of_gas or asked.what == _TO_AN_ESME[1] else ""


def _commands_a_meter(entry: Entry) -> bool:
    """Whether it is a command of a cluster that moves credit or supply; such as are known by name are none here."""
    return (
        entry.what == "zcl"
        and entry.fields["scope"] == "cluster"
        and entry.fields["cluster"] in (_PREPAYMENT, _METERING)
    )


def _switches_supply(entry: Entry) -> bool:
    return (
        _commands_a_meter(entry)
        and entry.fields["cluster"] == _METERING
        and entry.fields["command"] == _LOCAL_CHANGE_SUPPLY
    )
