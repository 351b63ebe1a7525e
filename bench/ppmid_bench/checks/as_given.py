"""Whether a Command reached a device as it was given; what was altered on its way, the device rightly refuses."""

from ppmid_bench.checks.relaying import same_exchange, same_message
from ppmid_bench.evidence import Entry, Log

_ON_ITS_WAY = ("wan", "avenue", "han")


def as_given(log: Log, command: Entry) -> bool:
    """Whether nobody on the way to the device is seen to have had other octets of the same Command.

    Where two copies differ, none who sees them can tell which of the two is the one that was made; so neither counts.
    """
    return all(same_message(one, command) for one in _copies(log, command) if same_exchange(one, command))


def _copies(log: Log, command: Entry) -> list[Entry]:
    """The Commands of its request between DCC and device, and as the DCC gave them to the User; no blocks of any."""
    request = command.fields["gbcs"]["request"]
    return [
        one
        for one in log
        if (one.link in _ON_ITS_WAY or (one.link == "duis" and one.fields.get("kind") == "local-command"))
        and one.fields.get("gbcs", {}).get("cra") == "command"
        and one.fields["gbcs"].get("request") == request
        and "block" not in one.fields["gbcs"]
    ]
