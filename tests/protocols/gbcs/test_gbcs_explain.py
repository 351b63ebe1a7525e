"""What ``gbcs decode`` prints: every octet once, values by name, checks, and secrets kept out of it."""

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest

from ppmid_protocols.gbcs import crypto
from ppmid_protocols.gbcs.explain import explain, explain_text
from ppmid_protocols.gbcs.keyring import KeyRing
from ppmid_protocols.gbcs.message import Cra

TOP_UP = "CS01a_2.2_SUCCESS_COMMAND"
DIGITS = "73946144332040217315"
SUPPLIER, BROKER, ESME = "90-B3-D5-1F-30-01-00-00", "90-B3-D5-1F-30-00-00-02", "00-DB-12-34-56-78-90-A0"


def elements(entries: list[dict[str, object]]) -> Iterator[dict[str, object]]:
    """All elements under these, branches before their parts, sealed ones not included."""
    for entry in entries:
        yield entry
        yield from elements(entry.get("elements", []))


def every(tree: dict[str, object]) -> list[dict[str, object]]:
    return [*elements(tree["header"]), *elements(tree["payload"]["elements"]), *elements(tree["ending"])]


def find(tree: dict[str, object], field: str, nth: int = 0) -> dict[str, object]:
    """The nth element with this name, plain ones included."""
    found = []
    for entry in every(tree):
        found += [one for one in (entry, *elements(entry.get("plain", []))) if one["field"] == field]
    return found[nth]


def test_every_octet_of_every_rtds_message_is_in_one_leaf(rtds, ring):
    for sample in rtds.values():
        tree = explain(sample.message, ring, show_secrets=True)
        json.dumps(tree)
        leaves = [entry for entry in every(tree) if "elements" not in entry]
        at = 0
        for leaf in leaves:
            assert leaf["offset"] == at, (sample.name, leaf)
            assert len(leaf["octets"]) == 2 * leaf["length"]
            at += leaf["length"]
        assert bytes.fromhex("".join(leaf["octets"] for leaf in leaves)) == sample.octets, sample.name
        assert "problem" not in tree["payload"], sample.name
        assert tree["pre_command"] == (sample.facts["kind"] == "PRECOMMAND")
        assert explain_text(sample.message)


def test_branches_span_their_parts(rtds, ring):
    for name in (
        TOP_UP,
        "ECS19_4.3_SUCCESS_RESPONSE",
        "GCS21b_4.13_ERROR_RESPONSE",
        "CS06_11.3_IMMEDIATE_SUCCESS_COMMAND",
    ):
        for entry in every(explain(rtds[name].message, ring)):
            parts = entry.get("elements")
            if parts:
                assert parts[0]["offset"] == entry["offset"]
                assert sum(part["length"] for part in parts) == entry["length"]


def test_a_top_up_command(rtds, ring):
    tree = explain(rtds[TOP_UP].message, ring)
    assert {name: tree[name] for name in list(tree)[:9]} == {
        "message_code": "0007",
        "use_case": "CS01a",
        "title": "Top up",
        "cra": "command",
        "originator": SUPPLIER,
        "target": ESME,
        "counter": 12884901888,
        "date_time": "",
        "pre_command": False,
    }
    assert tree["payload"]["coding"] == "DLMS Access-Request"
    assert find(tree, "prepayment credit: enter") == {
        "field": "prepayment credit: enter",
        "offset": 65,
        "length": 22,
        "octets": "<secret>",
        "value": "<secret>",
    }
    assert find(tree, "long-invoke-id")["check"] == "repeats the Originator Counter"
    assert tree["checks"] == {
        "signature": "absent",
        "mac": "holds",
        "encrypted": [],
        "mac_between": [BROKER, ESME],
        "utrn": {
            "amount": "£10.00",
            "class": "pounds",
            "truncated_counter": 3,
            "check_digit": "holds",
            "counter": "that of the Originator Counter",
            "mac": f"holds, between {SUPPLIER} (prepayment key) and {ESME}",
        },
    }


def test_the_utrn_of_a_top_up_is_checked_both_ways(rtds, ring):
    def utrn(name: str, changed: bytes | None = None, keys: KeyRing | None = ring) -> dict[str, object]:
        message = rtds[name].message
        if changed:
            message = replace(message, payload=message.payload[:-20] + changed)
        return explain(message, keys)["checks"]["utrn"]

    assert utrn("CS01b_2.2_SUCCESS_COMMAND")["amount"] == "£12.50"
    assert utrn("CS01b_2.2_ERROR_COMMAND")["check_digit"].startswith("does not hold: ")
    other = utrn(TOP_UP, b"73950067887105178605")  # of CS01b: for the GSME, by counter 6
    assert other["counter"] == "not that of the Originator Counter, 3"
    assert other["mac"].startswith("does not hold: ")
    assert utrn(TOP_UP, keys=None)["mac"] == "not checked"
    assert utrn(TOP_UP, keys=KeyRing({}, {}))["mac"].startswith("no key: ")
    assert utrn("PCS01_NA_SUCCESS_COMMAND")["mac"] == "not checked: the message names no Supplier"
    assert utrn("PCS01_NA_SUCCESS_COMMAND")["amount"] == "£20.25"


def test_digits_are_shown_on_request_only(rtds):
    hidden = (DIGITS, DIGITS.encode().hex())
    for name in (TOP_UP, "CS01b_2.2_SUCCESS_COMMAND", "PCS01_NA_SUCCESS_COMMAND"):
        message = rtds[name].message
        digits = message.payload[-20:].hex()
        assert digits in json.dumps(explain(message, show_secrets=True))
        assert message.payload[-20:].decode() in "\n".join(explain_text(message, show_secrets=True))
        assert digits not in json.dumps(explain(message))
        assert digits not in "\n".join(explain_text(message))
        unreadable = replace(message, payload=message.payload + b"\0")
        assert digits not in json.dumps(explain(unreadable))
        assert digits not in "\n".join(explain_text(unreadable))
    for shown in (json.dumps(explain(rtds[TOP_UP].message)), "\n".join(explain_text(rtds[TOP_UP].message))):
        assert all(text not in shown for text in hidden)


@pytest.mark.parametrize(
    ("name", "secret"),
    [
        ("CCS01_8.11_SUCCESS_COMMAND", "0910"),  # the new device's key: an octet-string of 16
        ("CCS07_8.9_SUCCESS_RESPONSE", "091083fed3407a939723a5c639b26916d505"),  # hashed link keys
        ("CS14_NA_8F12_ALERT", "091083fed3407a939723a5c639b26916d505"),
        ("GCS15e_4.4.5_SUCCESS_RESPONSE", "143733393432"),  # used UTRNs in a log
        ("GCS36_9.1_SUCCESS_COMMAND", "0431323334"),  # the customer identification number, 1234
    ],
)
def test_keys_pins_and_used_utrns_are_hidden(rtds, ring, name, secret):
    shown, hidden = (json.dumps(explain(rtds[name].message, ring, show_secrets=show)) for show in (True, False))
    assert "<secret>" not in shown
    assert "<secret>" in hidden
    assert f'"{secret}' in shown
    assert f'"{secret}' not in hidden


def test_digits_in_places_that_have_no_name_are_hidden(rtds):
    """A Display Message of the GSME that quotes a UTRN, and the same octets behind an unknown command."""
    text = b"Your code: " + DIGITS.encode()
    for command in (0x00, 0x55):
        body = bytes((9, 0, command)) + bytes(11) + bytes((len(text),)) + text
        payload = bytes.fromhex("01090101") + b"\x07\x03" + len(body).to_bytes(2, "big") + body
        message = replace(rtds["GCS07_3.1_SUCCESS_COMMAND"].message, payload=payload)
        assert "problem" not in explain(message)["payload"]
        for shown in (json.dumps(explain(message)), "\n".join(explain_text(message))):
            assert DIGITS not in shown
            assert DIGITS.encode().hex() not in shown


def test_an_unreadable_ccs01_shows_nothing_of_its_payload(rtds):
    message = rtds["CCS01_8.11_SUCCESS_COMMAND"].message
    tree = explain(replace(message, payload=message.payload + b"\0"))
    assert find(tree, "octets")["octets"] == "<secret>"


def test_sealed_parts_are_opened_with_keys_only(rtds, ring):
    message = rtds["ECS19_4.3_SUCCESS_RESPONSE"].message
    opened = explain(message, ring)
    assert opened["checks"]["encrypted"] == ["holds"]
    assert find(opened, "meter balance") | {"octets": ""} == {
        "field": "meter balance",
        "offset": 4,
        "length": 5,
        "octets": "",
        "value": 250000,
        "meaning": "double-long, £2.50",
    }
    closed = explain(message)
    assert closed["checks"]["mac"] == "not checked"
    assert closed["checks"]["encrypted"] == ["not checked"]
    assert all("plain" not in entry for entry in every(closed))


def test_plain_octets_that_cannot_be_read_are_said_and_shown(rtds, ring):
    message = rtds["ECS19_4.3_SUCCESS_RESPONSE"].message
    z = ring.shared(message.originator, message.target)
    key = crypto.encryption_key(z, message.originator, message.target, 1000)
    sealed = message.payload.index(bytes.fromhex("3100000000"))
    octets = message.payload[sealed - 1]
    garbage = b"\xee" * (octets - 17)
    replaced = crypto.seal(garbage, key, message.originator)
    payload = message.payload[:sealed] + replaced + message.payload[sealed + octets :]
    tree = explain(replace(message, payload=payload), ring)
    problem = "DLMS data at offset 0: expected the tag of a type, found EE"
    assert tree["payload"]["problem"] == problem
    assert find(tree, "plain octets") == {
        "field": "plain octets",
        "offset": 0,
        "length": len(garbage),
        "octets": garbage.hex(),
        "check": problem,
    }
    assert tree["checks"]["encrypted"] == ["holds"]


def test_what_does_not_hold_or_cannot_be_read_is_said(rtds, ring):
    message = rtds[TOP_UP].message
    tree = explain(replace(message, mac=bytes(12), payload=b"\xd9"), ring)
    assert find(tree, "octets") == {"field": "octets", "offset": 47, "length": 1, "octets": "d9", "meaning": "not read"}
    assert tree["payload"]["problem"].startswith("long-invoke-id at offset 1")
    assert tree["checks"]["mac"].startswith("does not hold: ")
    assert find(tree, "MAC")["check"].startswith("does not hold: ")
    assert explain(replace(message, message_code=0x7777))["use_case"] is None


def test_a_signature_is_checked_by_whom(rtds, ring):
    message = rtds["ECS42_7.1_SUCCESS_COMMAND"].message
    tree = explain(message, ring)
    assert find(tree, "signature")["check"] == f"holds, by {SUPPLIER}"
    assert (tree["checks"]["signature"], tree["checks"]["signed_by"]) == ("holds", SUPPLIER)
    assert find(tree, "supply: execute script")["meaning"] == "long-unsigned, enable"


def test_lines_for_people(rtds, ring):
    message = rtds[TOP_UP].message
    lines = explain_text(message, ring)
    assert lines[0] == "CS01a Top up: Command"
    assert lines[1] == f"from {SUPPLIER} to {ESME}, Originator Counter 12884901888"
    assert (
        "    48  20000000                            long-invoke-id                            "
        "  20000000 [repeats the Originator Counter]"
    ) in lines
    assert f"mac: holds, between {BROKER} and {ESME}" in lines
    assert "UTRN value: £10.00 (class pounds)" in lines
    pre = replace(message, mac=None, pre_command=True)
    assert explain_text(pre)[0] == "CS01a Top up: Pre-Command"
    assert pre.cra is Cra.COMMAND
    certificate = explain_text(rtds["CS03A1_8.7.1_SUCCESS_COMMAND"].message)
    assert all(len(line.split("  ")[2].strip()) <= 32 for line in certificate if line[:6].strip().isdigit())
