"""A message for people and for programs: what ``gbcs decode`` prints.

Secrets in it (UTRN digits, the key of a new device) are shown only on request; else ``<secret>`` stands in their place.
"""

import re
from collections.abc import Iterator

from ppmid_protocols.gbcs import axdr, crypto, dlms, gbz
from ppmid_protocols.gbcs.keyring import KeyRing
from ppmid_protocols.gbcs.message import Cra, Message
from ppmid_protocols.gbcs.payload import DerPayload, GbzPayload, Payload
from ppmid_protocols.gbcs.use_cases import USE_CASES
from ppmid_protocols.gbcs.verify import Check, Examination, State, examine

_SECRET = "<secret>"
_UTRN = re.compile(rb"[0-9]{20}")
_NO_KEYS = KeyRing({}, {})
_KEY_OCTETS = 16
_ADD_TO_DEVICE_LOG = 0x0001  # CCS01 carries a key of the new device, an octet-string of 16
_TAG_NAMES = {axdr.ARRAY: "array", axdr.STRUCTURE: "structure"}


def explain(message: Message, ring: KeyRing | None = None, *, show_secrets: bool = False) -> dict[str, object]:
    """The message as a tree of JSON values: header, payload and checks.

    ``checks`` has ``signature``, ``mac`` and ``encrypted`` (a list); without a ring, what is there is ``not checked``.
    A payload that cannot be read stands as ``problem`` and ``octets`` (hex).
    """
    use_case = USE_CASES.get(message.message_code)
    found = examine(message, ring or _NO_KEYS)
    hide = not show_secrets
    if found.payload is None:
        has_key = hide and message.message_code == _ADD_TO_DEVICE_LOG
        payload: dict[str, object] = {"octets": _SECRET if has_key else _octets(message.payload, hide)}
    else:
        payload = _Reader(message, found, hide).payload(found.payload)
    if found.parse_problem:
        payload["problem"] = found.parse_problem
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
        "payload": payload,
        "checks": {
            "signature": _state(found.signature, ring),
            "mac": _state(found.mac, ring),
            "encrypted": [_state(part.check, ring) for part in found.sealed],
        },
    }


def explain_text(message: Message, ring: KeyRing | None = None, *, show_secrets: bool = False) -> list[str]:
    """``explain`` as indented lines of ``name: value``."""
    return list(_lines(explain(message, ring, show_secrets=show_secrets), 0))


def _supplementary(message: Message) -> dict[str, object]:
    elements: dict[str, object] = {
        "supplementary_party": None if message.supplementary_party is None else str(message.supplementary_party),
        "supplementary_party_counter": message.supplementary_party_counter,
        "supplementary_originator_counter": message.supplementary_originator_counter,
        "supplementary_certificate": message.supplementary_certificate.hex() or None,
    }
    return {name: value for name, value in elements.items() if value is not None}


def _state(check: Check, ring: KeyRing | None) -> str:
    if ring is None and check.state is not State.ABSENT:
        return "not checked"
    return f"{check.state.value}: {check.reason}" if check.reason else check.state.value


def _octets(octets: bytes, hide: bool) -> str:
    return _SECRET if hide and _UTRN.search(octets) else octets.hex()


class _Reader:
    """Turns a payload into a tree, taking the plain octets of its sealed parts in their order."""

    def __init__(self, message: Message, found: Examination, hide: bool) -> None:
        self._hide = hide
        self._hide_keys = hide and message.message_code == _ADD_TO_DEVICE_LOG
        self._readable = not found.parse_problem
        self._plain = iter(part.plain for part in found.sealed)

    def payload(self, payload: Payload) -> dict[str, object]:
        match payload:
            case dlms.AccessRequest(invoke_id, specifications, data):
                accesses = [
                    {"access": str(one), **self._selection(one), "data": self._data(item)}
                    for one, item in zip(specifications, data, strict=True)
                ]
                return {"coding": "DLMS Access-Request", "invoke_id": f"{invoke_id:08X}", "accesses": accesses}
            case dlms.AccessResponse(invoke_id, data, results):
                answers = [
                    {"choice": answer.choice.name.lower(), "result": answer.result, "data": self._data(item)}
                    for answer, item in zip(results, data, strict=True)
                ]
                return {"coding": "DLMS Access-Response", "invoke_id": f"{invoke_id:08X}", "answers": answers}
            case dlms.DataNotification(invoke_id, body):
                return {"coding": "DLMS Data-Notification", "invoke_id": f"{invoke_id:08X}", "body": self._data(body)}
            case GbzPayload(components, alert):
                tree: dict[str, object] = {"coding": "GBZ", "components": [self._component(one) for one in components]}
                return tree if alert is None else {**tree, "alert": self._alert(alert)}
            case DerPayload(octets):
                return {"coding": "DER", "octets": octets.hex()}

    def _selection(self, specification: dlms.Specification) -> dict[str, object]:
        if specification.selection is None:
            return {}
        return {"selector": specification.selector, "selection": self._data(specification.selection)}

    def _alert(self, alert: gbz.Alert) -> dict[str, object]:
        return {"code": f"{alert.code:04X}", "time": alert.time, "extra": _octets(alert.extra, self._hide)}

    def _component(self, one: gbz.Component) -> dict[str, object]:
        tree: dict[str, object] = {
            "cluster": f"{one.cluster:04X}",
            "frame_control": f"{one.frame_control:02X}",
            "sequence": one.sequence,
            "command": f"{one.command:02X}",
            "body": _octets(one.body, self._hide),
        }
        if one.from_date_time is not None:
            tree["from_date_time"] = one.from_date_time
        if one.encrypted:
            plain = next(self._plain, None)
            tree["plain"] = None if plain is None else _octets(plain, self._hide)
        return tree

    def _data(self, data: axdr.Data) -> object:
        match data:
            case axdr.Null():
                return None
            case axdr.Number(tag, value):
                return {axdr.NUMBERS[tag][0]: value}
            case axdr.Bits():
                return {"bit-string": "".join("01"[bit] for bit in data)}
            case axdr.Octets(tag, value):
                return self._string(tag, value)
            case axdr.Group(tag, items):
                return {_TAG_NAMES[tag]: [self._data(item) for item in items]}
            case axdr.CompactArray(_, items):
                return {"compact-array": [self._data(item) for item in items]}

    def _string(self, tag: int, value: bytes) -> dict[str, object]:
        name = axdr.STRINGS[tag][0]
        if crypto.is_sealed(value) and (plain := next(self._plain, None)) is not None:
            inside = self._data(axdr.decode_data(plain)) if self._readable else _octets(plain, self._hide)
            return {name: value.hex(), "plain": inside}
        if self._hide_keys and len(value) == _KEY_OCTETS:
            return {name: _SECRET}
        return {name: _octets(value, self._hide)}


def _lines(tree: object, depth: int) -> Iterator[str]:
    indent = "  " * depth
    if isinstance(tree, dict):
        for name, value in tree.items():
            if isinstance(value, dict | list) and value:
                yield f"{indent}{name}:"
                yield from _lines(value, depth + 1)
            else:
                yield f"{indent}{name}: {_word(value)}"
    elif isinstance(tree, list):
        for number, item in enumerate(tree):
            if isinstance(item, dict):
                yield f"{indent}[{number}]"
                yield from _lines(item, depth + 1)
            else:
                yield f"{indent}[{number}] {_word(item)}"


def _word(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "none" if value in (None, "", [], {}) else str(value)
