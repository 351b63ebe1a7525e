"""The tables of names: whole against the supplied lists and RTDS 4.5.0, and how shapes are written in them."""

import csv

import pytest

from ppmid_protocols.gbcs import dlms
from ppmid_protocols.gbcs.dlms import AccessResult, Choice, Specification
from ppmid_protocols.gbcs.names import kinds, tables
from ppmid_protocols.gbcs.names.dlms_nodes import pair
from ppmid_protocols.gbcs.names.notation import UNNAMED, Item, read_item, read_items
from ppmid_protocols.gbcs.names.zcl_fields import ATTRIBUTE_TYPES
from ppmid_protocols.gbcs.payload import GbzPayload, read_payload

SET, ACTION = AccessResult(Choice.SET, 0), AccessResult(Choice.ACTION, 0)


def rows(shared, name):
    with (shared / "data" / name).open(newline="") as file:
        return list(csv.DictReader(file))


def specification(text: str) -> Specification:
    place, member = text.rsplit("/", 1)
    class_id, code = place.split("/")
    return Specification(Choice.GET, int(class_id), tables.obis(code), int(member))


def test_every_listed_object_has_a_name(shared):
    for row in rows(shared, "dlms_objects.csv"):
        choice = Choice.ACTION if row["kind"] == "method" else Choice.GET
        member = int(row["attribute_or_method"])
        one = Specification(choice, int(row["class_id"]), tables.obis(row["obis"]), member)
        assert ": " in tables.describe(one), row


def test_listed_structures_have_as_many_names_as_parts(shared):
    for row in rows(shared, "dlms_objects.csv"):
        shape = row["wire_shape"].removeprefix("protected: ").split(" | ")[0]
        if not shape.startswith(("structure{", "array[structure{", "compact-array[structure{")):
            continue
        choice = Choice.ACTION if row["kind"] == "method" else Choice.GET
        one = Specification(choice, int(row["class_id"]), tables.obis(row["obis"]), int(row["attribute_or_method"]))
        item = tables.value_item(one)
        item = item.items[0] if item.shape == "[" else item
        inside = shape[shape.index("{") + 1 : shape.rindex("}")]
        depth, parts = 0, 1
        for letter in inside:
            depth += (letter in "{[") - (letter in "}]")
            parts += letter == "," and not depth
        assert parts in (len(item.items), sum(not part.optional for part in item.items)), row


def test_every_listed_request_is_known(shared):
    listed: dict[int, list[str]] = {}
    for row in rows(shared, "use_case_specs.csv"):
        if row["payload"] == "DLMS" and row["operation"] in ("get", "set", "action"):
            listed.setdefault(int(row["message_code"], 16), []).append(f"{row['operation']} {row['item']}")
    assert len(listed) > 100
    for code, accesses in listed.items():
        assert [str(access.specification) for access in tables.requests(code)] == accesses


def test_rtds_commands_ask_what_the_tables_say(rtds):
    compared = 0
    for sample in rtds.values():
        message = sample.message
        known = [access.specification for access in tables.requests(message.message_code)]
        if sample.facts["kind"] != "COMMAND" or not known:
            continue
        apdu = read_payload(message)
        if isinstance(apdu, dlms.AccessRequest):
            asked = [(one.class_id, one.obis, one.member) for one in apdu.specifications]
            order = iter((one.class_id, one.obis, one.member) for one in known)
            assert all(one in order for one in asked), sample.name  # a subset, in the same order
            compared += 1
    assert compared >= 163


def test_every_listed_alert_cluster_command_and_attribute_has_a_name(shared):
    assert set(tables.ALERTS) == {int(row["code"], 16) for row in rows(shared, "alert_codes.csv")}
    assert set(tables.ZCL_STATUSES) == {int(row["code"], 16) for row in rows(shared, "zcl_status.csv")}
    assert set(tables.DATA_RESULTS) == {int(row["code"]) for row in rows(shared, "data_access_results.csv")}
    for row in rows(shared, "gbz_items.csv"):
        if row["cluster"] == "any":
            continue
        cluster, number = int(row["cluster"], 16), int(row["id"], 16)
        assert tables.cluster_name(cluster) == row["cluster_name"]
        if row["kind"] == "attribute":
            assert tables.zcl_attribute(cluster, number).name, row
            assert int(row["zcl_type"].split("0x")[1].rstrip(")"), 16) in ATTRIBUTE_TYPES
            continue
        command = tables.zcl_command(cluster, 0x09 if row["direction"] == "server-to-client" else 0x01, number)
        assert command is not None, row
        plain = [part for part in row["zcl_type"].split("; ") if part and not part.endswith("array")]
        assert len(command.fields) >= len(plain), row


def test_every_kind_in_a_table_is_known():
    known = set(kinds.NUMBER_KINDS) | set(kinds.OCTET_KINDS) | kinds.SECRET_KINDS | {"count", "low nibble", "nibbles"}

    def used(items):
        for item in items:
            yield item.kind
            yield from used(item.items)

    found = set()
    for name in ("dlms_objects.csv", "dlms_members.csv"):
        for row in tables._rows(name):
            found |= set(used(read_items(row["value"].replace("*", ""))))
    for row in tables._rows("zcl_commands.csv"):
        found |= set(used(read_items(row["fields"])))
    found |= {row["kind"] for row in tables._rows("zcl_attributes.csv")}
    assert found - {""} <= known


def test_every_rtds_component_is_named(rtds):
    for sample in rtds.values():
        payload = read_payload(sample.message)
        for one in payload.components if isinstance(payload, GbzPayload) else ():
            assert tables.cluster_name(one.cluster)
            if one.frame_control & 1:
                assert tables.zcl_command(one.cluster, one.frame_control, one.command) is not None, sample.name


def test_notation():
    assert read_item("") == UNNAMED
    assert read_item("(money)") == Item(kind="money")
    assert read_items("a:u8(hex), b [{c:utc, d}], e?") == (
        Item("a", "u8", "hex"),
        Item("b", shape="[", items=(Item(shape="{", items=(Item("c", "utc"), Item("d"))),)),
        Item("e", optional=True),
    )


@pytest.mark.parametrize("text", ["a}", "a {b", "[a", "a, b]"])
def test_a_wrong_table_is_refused(text):
    with pytest.raises(ValueError, match="expected"):
        read_items(text)


@pytest.mark.parametrize(
    ("kind", "value", "text"),
    [
        ("money", 0, "£0.00"),
        ("money", 1, "£0.00001"),
        ("money", -150_000, "-£1.50"),
        ("money", 1_234_560, "£12.3456"),
        ("money", 0xFFFFFFFF, "no value"),
        ("utc", 0, "2000-01-01 00:00:00Z, or at once"),
        ("utc", 0xFFFFFFFF, "no time"),
        ("utc", 86_400 * 59 + 3_661, "2000-02-29 01:01:01Z"),
        ("day", 0xFF1403FF, "any-03-20"),
        ("minute of day", 480, "08:00"),
        ("supply", 9, ""),
        ("no such kind", 1, ""),
        ("time", bytes(9) + b"\x80\x00\xff", "at once"),
        ("time", b"\xff" * 9 + b"\x80\x00\xff", "cancelled"),
        ("time", bytes.fromhex("07df0101ff0c1e0000800000"), "2015-01-01 12:30:00"),
        ("time", b"short", ""),
        ("obis", bytes.fromhex("0000132800ff"), "0-0:19.40.0.255"),
        ("text", b"\xff", ""),
        ("event data", bytes.fromhex("02009b"), "Message Code 009B"),
    ],
)
def test_values_in_words(kind, value, text):
    assert kinds.words(kind, value) == text


def test_answers_get_names_where_there_is_one_way_to_pair_them():
    optional = tables.requests(0x005A)  # ECS57: three resets, the first and the last optional
    assert pair(optional, [ACTION] * 3) == list(optional)
    assert pair(optional, [ACTION]) == [optional[1]]
    assert pair(optional, [ACTION, ACTION]) == [None, None]  # the first two, or the last two
    assert pair(optional, [SET]) == [None]
    assert pair(optional, [ACTION] * 4) == [None] * 4
    assert pair((), [SET]) == [None]
    times = tables.requests(0x011F)  # ECS47e: up to ten settings, then a script
    assert pair(times, [SET, SET, ACTION]) == [None, None, times[-1]]
