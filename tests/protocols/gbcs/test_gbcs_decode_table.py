"""Chosen RTDS messages of every family, their values worked by hand from the octets."""

import pytest

from ppmid_protocols.gbcs.names.envelope import message_nodes
from ppmid_protocols.gbcs.tree import Node
from ppmid_protocols.gbcs.verify import examine

TABLE = [
    # DLMS requests
    ("CS01a_2.2_SUCCESS_COMMAND", "access 0", "0300730000132800ff01", "action 115/0-0:19.40.0.255/1",
     "prepayment credit: enter"),
    ("ECS42_7.1_SUCCESS_COMMAND", "supply: execute script", "120033", 51, "long-unsigned, enable"),
    ("ECS44_7.3_SUCCESS_COMMAND", "supply: execute script", "120036", 54, "long-unsigned, arm"),
    ("ECS09_2.5_SUCCESS_COMMAND", "emergency credit: activate", "0f00", 0, "integer"),
    # DLMS responses, which name nothing themselves
    ("ECS82_4.18_SUCCESS_RESPONSE", "meter balance: amount", "050003d090", 250_000, "double-long, £2.50"),
    ("ECS45_7.4_SUCCESS_RESPONSE", "supply: control state", "1601", 1, "enum, enabled"),
    ("CS01a_2.2_ERROR_RESPONSE", "result 0", "0301", 1, "action: prepayment credit: enter: hardware fault"),
    ("ECS19_4.3_SUCCESS_RESPONSE", "payment debt", "050000b3b0", 46_000, "double-long, £0.46"),
    # DLMS alerts
    ("GCA-DLMS_NA_8F30_ALERT", "alert code", "128f30", 0x8F30, "long-unsigned, Source not authorised for Command"),
    ("CS14_NA_8F12_ALERT", "extended PAN", "09080001020304050607", None, "octet-string"),
    # GBZ requests: little endian
    ("GCS60_4.18_SUCCESS_COMMAND", "bill to date", "000a", 0x0A00, "u16, 0xA00"),
    ("GCS05_2.1_IMMEDIATE_SUCCESS_COMMAND", "maximum balance", "40787d01", 25_000_000, "u32, £250.00"),
    ("GCS05_2.1_IMMEDIATE_SUCCESS_COMMAND", "level", "404b4c00", 5_000_000, "u32, £50.00"),
    ("GCS40a_1.5_SUCCESS_COMMAND", "event", "804a371c", 473_385_600, "u32, 2015-01-01 00:00:00Z"),
    ("GCS39_7.3_SUCCESS_COMMAND", "status", "01", 1, "e8, armed"),
    ("GCS07_3.1_SUCCESS_COMMAND", "text", "055265736574", None, "chars, 'Reset'"),
    ("GCS01a_1.1.1_IMMEDIATE_TOU_SUCCESS_COMMAND", "date", "730101ff", 0xFF010173, "u32, 2015-01-01"),
    # GBZ responses
    ("CS01b_2.2_SUCCESS_RESPONSE", "value", "d0121300", 1_250_000, "i32, £12.50"),
    ("CS01b_2.2_ERROR_RESPONSE", "result", "01", 1, "e8, rejected: invalid"),
    ("CS01b_2.2_ERROR_RESPONSE", "credit remaining", "ffffffff", -1, "i32, no value, or -£0.00001"),
    ("GCS33_7.4_SUCCESS_RESPONSE", "value of supply status", "02", 2, "e8, open"),
    ("GCS21b_4.13_ERROR_RESPONSE", "value of cut-off", "c0b4b3ff", -5_000_000, "i32, -£50.00"),
    ("GCS21b_4.13_ERROR_RESPONSE", "from", "0000", 0, "u16, 00:00"),
    ("GCS07_3.1_ERROR_RESPONSE", "command answered: display message", "00", 0, "u8"),
    ("GCS07_3.1_ERROR_RESPONSE", "status", "c0", 0xC0, "e8, hardware failure"),
    ("GCS15c_4.4.3_SUCCESS_RESPONSE", "block summations",
     "ca0000000000df0000000000790000000000c30000000000", 4, "list"),
    # GBZ alerts
    ("GNCA-ZigBee_NA_810E_ALERT", "alert code", "810e", "810E", "Credit added locally"),
    ("GCS02_1.6_8F66_FUTURE_DATED_SUCCESS_ALERT_CHANGE_PAYMENT_MODE", "command", "06", 6, "change payment mode"),
    # DER
    ("GCS28_6.11_SUCCESS_RESPONSE", "status", "020100", 0, "INTEGER, reliable"),
    ("CS06_11.3_IMMEDIATE_SUCCESS_RESPONSE", "result", "020100", 0, "INTEGER, success"),
    ("CS02bSupplierBySupplierHandover_6.21_SUCCESS_COMMAND", "mode", "020102", 2, "INTEGER, supplierBySupplier"),
    ("CS03A1_8.7.1_SUCCESS_COMMAND", "otherDeviceType", "020104", 4, "INTEGER, hcalcs"),
    ("CS09_NA_8F8B_ALERT", "alertCode", "0203008f8b", 0x8F8B, "INTEGER, Firmware version read"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "field", "octets", "value", "meaning"), TABLE)
def test_value(rtds, ring, name, field, octets, value, meaning):
    message = rtds[name].message
    found = examine(message, ring)
    nodes = message_nodes(message, found.payload, iter(part.plain for part in found.sealed))
    node = next((hit for one in nodes if (hit := one.find(field)) is not None), None)
    assert isinstance(node, Node), [leaf.field for one in nodes for leaf in one.leaves()]
    assert (node.octets.hex(), node.value, node.meaning) == (octets, value, meaning)
