"""What in the evidence a device itself has said or shown: without any of it, nothing that it passes is its pass.

A port where nobody is, one that takes everything and says nothing, and a loop that gives our own frames back all look
like a device that does nothing wrong.
"""

from ppmid_bench.bench_file import POINTS
from ppmid_bench.evidence import Entry, Log

_NO_MESSAGE = ("unreadable", "chunk", "block", "apdu", "apdu-response")
"""What a disturbed or looped line shows too: octets that are no whole message."""


def authored(log: Log, role: str) -> list[Entry]:
    """The messages of ``role`` and what was read off it, oldest first; not what only came back by the way it went."""
    returned = {entry.n for entry in came_back(log, role)}
    return [entry for entry in _of(log, role) if entry.n not in returned]


def came_back(log: Log, role: str) -> list[Entry]:
    """What seems to come from ``role``, and is octet for octet what its receiver had sent to it."""
    sent: set[tuple[str, str, str]] = set()
    found = []
    for entry in log:
        tag = entry.fields.get("tag")
        if tag is None:  # a reading
            continue
        if entry.receiver == role:
            sent.add((entry.link, entry.sender, tag))
        elif entry.sender == role and (entry.link, entry.receiver, tag) in sent:
            found.append(entry)
    return found


def absence(log: Log, role: str) -> str:
    """Why the log shows no device in this role, in a sentence; empty where it shows one."""
    if authored(log, role):
        return ""
    if came_back(log, role):
        return f"what seems to come from the {role} is what was sent to it: our own frames come back, and no device"
    return f"nothing that was observed comes from the {role}"


def _of(log: Log, role: str) -> list[Entry]:
    """Each at an observation point: what the bench does to a device itself, such as a cut of its power, is at none."""
    return [one for one in log if one.sender == role and one.link in POINTS and one.what not in _NO_MESSAGE]
