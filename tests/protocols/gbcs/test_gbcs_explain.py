"""What ``gbcs decode`` prints, and that secrets stay out of it."""

import json
from dataclasses import replace

from ppmid_protocols.gbcs import crypto
from ppmid_protocols.gbcs.explain import explain, explain_text
from ppmid_protocols.gbcs.message import Cra
from ppmid_protocols.smki import Usage

TOP_UP = "CS01a_2.2_SUCCESS_COMMAND"
DIGITS = "73946144332040217315"


def test_a_top_up_command(rtds, ring):
    tree = explain(rtds[TOP_UP].message, ring)
    assert tree == {
        "message_code": "0007",
        "use_case": "CS01a",
        "title": "Top up",
        "cra": "command",
        "originator": "90-B3-D5-1F-30-01-00-00",
        "target": "00-DB-12-34-56-78-90-A0",
        "counter": 12884901888,
        "date_time": "",
        "pre_command": False,
        "payload": {
            "coding": "DLMS Access-Request",
            "invoke_id": "20000000",
            "accesses": [{"access": "action 115/0-0:19.40.0.255/1", "data": {"octet-string": "<secret>"}}],
        },
        "checks": {"signature": "absent", "mac": "holds", "encrypted": []},
    }


def test_digits_are_shown_on_request_only(rtds):
    hidden = (DIGITS, DIGITS.encode().hex())
    for name in (TOP_UP, "CS01b_2.2_SUCCESS_COMMAND", "PCS01_NA_SUCCESS_COMMAND"):
        message = rtds[name].message
        digits = message.payload[-20:].hex()
        assert digits in json.dumps(explain(message, show_secrets=True))
        assert digits not in json.dumps(explain(message))
        assert digits not in "\n".join(explain_text(message))
        unreadable = replace(message, payload=message.payload + b"\0")
        assert digits not in json.dumps(explain(unreadable))
    assert all(text not in json.dumps(explain(rtds[TOP_UP].message)) for text in hidden)


def test_the_key_of_a_new_device_is_hidden(rtds):
    message = rtds["CCS01_8.11_SUCCESS_COMMAND"].message
    shown, hidden = (json.dumps(explain(message, show_secrets=show)) for show in (True, False))
    assert "<secret>" not in shown
    assert "<secret>" in hidden


def test_sealed_parts_are_opened_with_keys_only(rtds, ring):
    message = rtds["ECS19_4.3_SUCCESS_RESPONSE"].message
    opened = explain(message, ring)
    assert opened["checks"] == {"signature": "absent", "mac": "holds", "encrypted": ["holds"]}
    registers = opened["payload"]["answers"][0]["data"]["structure"][1]["plain"]["structure"][0]["structure"]
    assert registers[0] == {"double-long": 250000}
    closed = explain(message)
    assert closed["checks"] == {"signature": "absent", "mac": "not checked", "encrypted": ["not checked"]}
    assert "plain" not in closed["payload"]["answers"][0]["data"]["structure"][1]


def test_plain_octets_that_cannot_be_read_are_said_and_shown(rtds, ring):
    message = rtds["ECS19_4.3_SUCCESS_RESPONSE"].message
    keys = {
        "private": ring.private_key(message.originator, Usage.KEY_AGREEMENT),
        "peer": ring.public_key(message.target, Usage.KEY_AGREEMENT),
    }
    sealed = message.payload.index(bytes.fromhex("3100000000"))
    octets = message.payload[sealed - 1]
    garbage = b"\xee" * (octets - 17)
    replaced = crypto.encrypt(garbage, originator=message.originator, reader=message.target, counter=1000, **keys)
    payload = message.payload[:sealed] + replaced + message.payload[sealed + octets :]
    tree = explain(replace(message, payload=payload), ring)
    assert tree["payload"]["problem"] == "DLMS data at offset 0: expected the tag of a type, found EE"
    assert tree["payload"]["answers"][0]["data"]["structure"][1]["plain"] == garbage.hex()
    assert tree["checks"]["encrypted"] == ["holds"]


def test_what_does_not_hold_or_cannot_be_read_is_said(rtds, ring):
    message = rtds[TOP_UP].message
    tree = explain(replace(message, mac=bytes(12), payload=b"\xd9"), ring)
    assert tree["payload"]["octets"] == "d9"
    assert tree["payload"]["problem"].startswith("long-invoke-id at offset 1")
    assert tree["checks"]["mac"].startswith("does not hold: ")
    assert explain(replace(message, message_code=0x7777))["use_case"] is None


def test_lines_for_people(rtds, ring):
    lines = explain_text(rtds["GCS33_7.4_SUCCESS_COMMAND"].message, ring)
    assert "use_case: GCS33" in lines
    assert "  coding: GBZ" in lines
    assert "      cluster: 0702" in lines
    assert "  mac: holds" in lines


def test_every_rtds_message_can_be_explained(rtds, ring):
    for sample in rtds.values():
        message = sample.message
        tree = explain(message, ring)
        json.dumps(tree)
        assert "problem" not in tree["payload"]
        assert tree["pre_command"] == (sample.facts["kind"] == "PRECOMMAND")
        assert explain_text(message)
        assert message.cra is not Cra.ALERT or tree["cra"] == "alert"
