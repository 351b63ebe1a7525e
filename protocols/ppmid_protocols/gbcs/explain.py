"""A message for people and for programs: what ``gbcs decode`` prints.

Secrets in it (UTRN digits, keys, PINs) are shown only on request; else ``<secret>`` stands in their place.
"""

from collections.abc import Iterator, Mapping, Sequence

from ppmid_protocols.gbcs.keyring import KeyRing
from ppmid_protocols.gbcs.message import Cra, Message
from ppmid_protocols.gbcs.names.envelope import message_nodes
from ppmid_protocols.gbcs.payload import Payload
from ppmid_protocols.gbcs.top_up_check import TopUpCheck, check_top_up
from ppmid_protocols.gbcs.tree import Node
from ppmid_protocols.gbcs.use_cases import USE_CASES, describe
from ppmid_protocols.gbcs.verify import Check, Examination, State, examine, mac_parties
from ppmid_protocols.utrn import IN_OCTETS

_SECRET = "<secret>"
_NO_KEYS = KeyRing({}, {})
_CODINGS = {"AccessRequest": "DLMS Access-Request", "AccessResponse": "DLMS Access-Response"} | {
    "DataNotification": "DLMS Data-Notification",
    "DerPayload": "DER",
    "GbzPayload": "GBZ",
}
_OCTETS_IN_LINE, _NAME_COLUMN = 16, 44


def explain(message: Message, ring: KeyRing | None = None, *, show_secrets: bool = False) -> dict[str, object]:
    """The message as a tree of JSON values.

    ``header``, ``payload.elements`` and ``ending`` are its elements in their order, every octet in one of them: each
    with ``field``, ``offset``, ``length``, and where it has them ``octets`` (hex), ``value``, ``meaning``, ``check``,
    ``elements`` and ``plain`` (what was sealed). ``checks`` has ``signature``, ``mac``, ``encrypted`` (a list) and, for
    a top-up, ``utrn``; without a ring, what is there is ``not checked``. ``payload.problem``: why it was not read.
    """
    use_case = USE_CASES.get(message.message_code)
    view = _View(message, ring, show_secrets)
    payload: dict[str, object] = {"coding": view.coding, "elements": view.json(view.payload.children)}
    if view.found.parse_problem:
        payload["problem"] = view.found.parse_problem
    return {
        "message_code": f"{message.message_code:04X}",
        "use_case": None if use_case is None else use_case.name,
        "title": None if use_case is None else use_case.title,
        "cra": message.cra.name.lower(),
        "originator": str(message.originator),
        "target": str(message.target),
        "counter": message.counter,
        "date_time": message.date_time.hex(),
        **_supplementary(message),
        "pre_command": message.cra is Cra.COMMAND and not message.signature and message.mac is None,
        "header": view.json(view.header),
        "payload": payload,
        "ending": view.json(view.ending),
        "checks": view.checks(),
    }


def explain_text(message: Message, ring: KeyRing | None = None, *, show_secrets: bool = False) -> list[str]:
    """``explain`` as lines: what the message is, its octets with their meaning, and what was checked."""
    view = _View(message, ring, show_secrets)
    pre = "Pre-" * (message.cra is Cra.COMMAND and not message.signature and message.mac is None)
    lines = [
        f"{describe(message.message_code)}: {pre}{message.cra.name.title()}",
        f"from {message.originator} to {message.target}, Originator Counter {message.counter}",
        "",
        f"offset  {'octets':<{2 * _OCTETS_IN_LINE}}  {'field':<{_NAME_COLUMN}}  meaning",
    ]
    for node in (*view.header, view.payload, *view.ending):
        lines += view.lines(node, 0)
    lines.append("")
    if view.found.parse_problem:
        lines.append(f"problem: {view.found.parse_problem}")
    return lines + view.check_lines()


class _View:
    """One message with all that was found of it, as nodes that carry the checks."""

    def __init__(self, message: Message, ring: KeyRing | None, show_secrets: bool) -> None:
        self._message, self._ring, self._show = message, ring, show_secrets
        keys = ring or _NO_KEYS
        self.found: Examination = examine(message, keys)
        self._parties = mac_parties(message, keys)
        self._utrn: TopUpCheck | None = check_top_up(message, ring)
        plain = (part.plain for part in self.found.sealed)
        nodes = [self._with_check(node) for node in message_nodes(message, self.found.payload, iter(plain))]
        at = next(at for at, node in enumerate(nodes) if node.field == "payload")
        self.header, self.payload, self.ending = nodes[:at], nodes[at], nodes[at + 1 :]

    @property
    def coding(self) -> str | None:
        return _coding(self.found.payload)

    def _with_check(self, node: Node) -> Node:
        checks = {"signature": self._signature, "MAC": self._mac}
        return node.checked(checks[node.field]()) if node.field in checks else node

    def _signature(self) -> str:
        return _joined(self._state(self.found.signature), f"by {self._message.originator}")

    def _mac(self) -> str:
        between = "" if self._parties is None else f"between {self._parties[0]} and {self._parties[1]}"
        return _joined(self._state(self.found.mac), between)

    def _state(self, check: Check) -> str:
        if self._ring is None and check.state is not State.ABSENT:
            return "not checked"
        return f"{check.state.value}: {check.reason}" if check.reason else check.state.value

    def checks(self) -> dict[str, object]:
        checks: dict[str, object] = {
            "signature": self._state(self.found.signature),
            "mac": self._state(self.found.mac),
            "encrypted": [self._state(part.check) for part in self.found.sealed],
        }
        if self._message.signature:
            checks["signed_by"] = str(self._message.originator)
        if self._message.mac is not None and self._parties is not None:
            checks["mac_between"] = [str(party) for party in self._parties]
        if self._utrn is not None:
            checks["utrn"] = self._utrn.as_json()
        return checks

    def check_lines(self) -> list[str]:
        lines = ["signature: " + (self._signature() if self._message.signature else "absent")]
        lines.append("mac: " + ("absent" if self._message.mac is None else self._mac()))
        lines += [f"encrypted: {self._state(part.check)}" for part in self.found.sealed]
        return lines if self._utrn is None else [*lines, *self._utrn.lines()]

    def _hides(self, node: Node) -> bool:
        """Whether a secret stands in a leaf: one that its place tells, or what looks like a UTRN anywhere."""
        return not self._show and not node.children and (node.secret or bool(IN_OCTETS.search(node.octets)))

    def json(self, nodes: Sequence[Node]) -> list[dict[str, object]]:
        return [self._json(node) for node in nodes]

    def _json(self, node: Node) -> dict[str, object]:
        hide = self._hides(node)
        entry: dict[str, object] = {"field": node.field, "offset": node.offset, "length": len(node.octets)}
        if not node.children:
            entry["octets"] = _SECRET if hide else node.octets.hex()
        if node.value is not None:
            entry["value"] = _SECRET if hide else node.value
        texts = {"meaning": "" if hide else node.meaning, "check": node.check}
        entry |= {name: text for name, text in texts.items() if text}
        parts = {"elements": node.children, "plain": node.plain}
        return entry | {name: self.json(nodes) for name, nodes in parts.items() if nodes}

    def lines(self, node: Node, depth: int) -> Iterator[str]:
        hide = self._hides(node)
        name = "  " * depth + node.field
        value = "" if node.value is None else _SECRET if hide else str(node.value)
        meaning = ", ".join(part for part in (value, "" if hide else node.meaning) if part)
        if node.check:
            meaning = f"{meaning} [{node.check}]" if meaning else f"[{node.check}]"
        octets = b"" if node.children else node.octets
        shown = _SECRET if hide else octets[:_OCTETS_IN_LINE].hex()
        yield f"{node.offset:6}  {shown:<{2 * _OCTETS_IN_LINE}}  {name:<{_NAME_COLUMN}}  {meaning}".rstrip()
        for at in range(_OCTETS_IN_LINE, 0 if hide else len(octets), _OCTETS_IN_LINE):
            yield f"{node.offset + at:6}  {octets[at : at + _OCTETS_IN_LINE].hex()}"
        for child in node.children:
            yield from self.lines(child, depth + 1)
        for plain in node.plain:
            yield from self.lines(plain, depth + 2)


def _coding(payload: Payload | None) -> str | None:
    return None if payload is None else _CODINGS[type(payload).__name__]


def _joined(state: str, who: str) -> str:
    return f"{state}, {who}" if who and not state.startswith("absent") else state


def _supplementary(message: Message) -> Mapping[str, object]:
    elements: dict[str, object] = {
        "supplementary_party": None if message.supplementary_party is None else str(message.supplementary_party),
        "supplementary_party_counter": message.supplementary_party_counter,
        "supplementary_originator_counter": message.supplementary_originator_counter,
        "supplementary_certificate": message.supplementary_certificate.hex() or None,
    }
    return {name: value for name, value in elements.items() if value is not None}
