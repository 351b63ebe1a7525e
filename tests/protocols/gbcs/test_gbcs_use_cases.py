"""The table of use cases against the supplied list of codes and RTDS 4.5.0."""

import csv

from ppmid_protocols.gbcs.payload import DerPayload, GbzPayload, read_payload
from ppmid_protocols.gbcs.use_cases import USE_CASES, Kind, PayloadKind, by_srv, describe


def test_all_codes_and_their_srvs(shared):
    with (shared / "data/use_cases.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(USE_CASES) == len(rows) == 240
    assert list(USE_CASES) == [int(row["code"], 16) for row in rows]
    for row in rows:
        use_case = USE_CASES[int(row["code"], 16)]
        assert list(use_case.srvs) == row["SRV"].split()
        if row["critical"] in ("critical", "non-critical"):
            assert use_case.critical == (row["critical"] == "critical")
        if use_case.kind is Kind.COMMAND and row["replay_protected"] in ("Yes", "No"):
            assert use_case.replay_protected == (row["replay_protected"] == "Yes")


def test_a_row_and_the_look_ups():
    use_case = USE_CASES[0x0007]
    assert (use_case.name, use_case.srvs, use_case.kind) == ("CS01a", ("2.2",), Kind.COMMAND)
    assert (use_case.critical, use_case.target, use_case.payload) == (False, "esme", PayloadKind.DLMS)
    assert (use_case.replay_protected, use_case.dated_response) == (True, True)
    assert [one.code for one in by_srv("2.2")] == [0x0007, 0x0097]
    assert (describe(0x0007), describe(0x7777)) == ("CS01a Top up", "7777 (unknown)")


def test_what_rtds_shows_of_each_use_case(rtds):
    kinds = {GbzPayload: "GBZ", DerPayload: "ASN1"}
    for sample in rtds.values():
        message, facts = sample.message, sample.facts
        use_case = USE_CASES[message.message_code]
        assert kinds.get(type(read_payload(message)), "DLMS") == facts["payload"]
        assert (use_case.kind is Kind.ALERT) == (facts["kind"] == "ALERT")
        if facts["kind"] == "RESPONSE":
            assert use_case.dated_response == bool(message.date_time), sample.name
            if use_case.critical is not None and "Signature" not in sample.name:
                assert use_case.critical == bool(message.signature), sample.name
