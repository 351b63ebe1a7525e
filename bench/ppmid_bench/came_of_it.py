"""What came of a request, read out of the evidence: did the target act, how far did it come, what the User holds."""

from collections.abc import Sequence
from dataclasses import dataclass

from ppmid_bench.checks.relaying import same_exchange, same_message
from ppmid_bench.evidence import Entry, Log
from ppmid_devices import roles

HOSTS = {roles.GPF: roles.HUB}
"""The party that a function of a device lives in, where that has another name."""


@dataclass(frozen=True, slots=True)
class CameOfIt:
    """``acted``: the target has answered it and refused nothing, ``times`` so often with different octets.

    ``genuine``: all that it acted on was as the DCC had made it. ``outcome``: what the User holds, empty where it was
    not asked. ``reached``: the parties that had it, in their order.
    """

    acted: bool
    times: int
    genuine: bool
    outcome: str
    reached: tuple[str, ...]


def came_of_it(log: Log, asked: int, target: str) -> CameOfIt:
    """What came of what was asked at ``asked`` (ns) of the device ``target``, a role."""
    all_since = [entry for entry in log if entry.t >= asked]
    since = [entry for entry in all_since if not entry.lost]
    made = _made(all_since)
    host = HOSTS.get(target, target)
    commands = [one for one in since if _is(one, "command") and any(same_exchange(one, other) for other in made)]
    answers = [
        one
        for one in since
        if one.sender == host and _succeeded(one) and any(same_exchange(one, other) for other in made)
    ]
    typed = [one for one in since if one.what == "consumer-top-up-response" and one.fields["accepted"]]
    typed += [one for one in since if one.sender == host and _succeeded(one) and _is_code(one)]
    records = [one for one in since if one.link == "user" and one.what == "record"]
    acts = {one.fields["gbcs"]["tag"] for one in answers} | {one.fields["tag"] for one in typed}
    at_target = [one for one in commands if one.receiver == host]
    return CameOfIt(
        acted=bool(acts),
        times=len(acts),
        genuine=all(any(same_message(one, other) for other in made) for one in at_target),
        outcome=records[-1].fields["outcome"] if records else "",
        reached=tuple(dict.fromkeys(one.receiver for one in commands)),
    )


def _made(since: Sequence[Entry]) -> list[Entry]:
    """The Command as the DCC has made it: given for local delivery, or put on the SM WAN; lost ones too.

    What the User asks later for is another Service Request, to learn what became of it. A Command that the DCC makes in
    its own name bears no name of the User's request, and is the first for that device.
    """
    asked = [one for one in since if one.link == "duis" and one.what == "request"]
    names = {one.fields["request"] for one in asked if one.fields["srv"] == asked[0].fields["srv"]}
    devices = {name.split(":")[1] for name in names}
    given = (one for one in since if one.fields.get("kind") == "local-command" and one.fields["request"] in names)
    sent = (
        one
        for one in since
        if (one.link, one.sender) == ("wan", roles.DCC)
        and _is(one, "command")
        and (one.fields["gbcs"].get("request") in names or one.fields["gbcs"]["target"] in devices)
    )
    return [*given, *sent][:1]


def _is(entry: Entry, cra: str) -> bool:
    return entry.link != "duis" and bool(entry.fields.get("gbcs", {}).get("cra") == cra)


def _succeeded(entry: Entry) -> bool:
    """Whether it is a Response that refuses nothing; of some the layout says no more."""
    return _is(entry, "response") and entry.fields["gbcs"].get("success") is not False


def _is_code(entry: Entry) -> bool:
    """Whether it answers a PPMID's own top-up of a gas meter (PCS01)."""
    return bool(entry.fields["gbcs"]["use_case"] == "PCS01")
