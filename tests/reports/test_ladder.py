"""The sequence diagram: what it shows of the evidence, what it folds, and that it is sound SVG."""

from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest
from lxml import etree

from ppmid_bench.evidence import Log
from ppmid_reports.ladder import WIDTH, ladder
from ppmid_reports.rows import folded_away, rows

LogOf = Callable[..., Log]


def drawn(log: Log) -> Any:
    """The parts of the diagram, with their namespace taken off."""
    return etree.fromstring(f"<div>{ladder(log)}</div>".replace(' xmlns="http://www.w3.org/2000/svg"', ""))


def texts(top: Any, kind: str) -> list[str]:
    """The texts of the rows of one kind, numbers and times left out."""
    found = top.xpath(f"//g[contains(concat(@class, ' '), 'ladder-{kind} ')]/text[@class='ladder-text']/text()")
    return [str(text) for text in found]


def arrows(top: Any) -> list[tuple[str, str, str]]:
    """The arrows as (from, to, text)."""
    groups = top.xpath("//g[contains(concat(@class, ' '), 'ladder-arrow ')]")
    return [(g.get("data-from"), g.get("data-to"), g.findtext("text[@class='ladder-text']")) for g in groups]


def test_a_top_up_as_it_went(log_of: LogOf, build: ModuleType) -> None:
    top = drawn(log_of(*build.TOP_UP))
    assert arrows(top) == [
        ("dcc-user", "dcc", "SRV 2.2 CV2"),
        ("dcc", "dcc-user", "Local Command CS01a"),
        ("delivery-service", "ppmid", "Command CS01a"),
        ("ppmid", "hub", "Command CS01a"),
    ]
    assert texts(top, "step") == [
        "Given a home",
        "When the Supplier has the meter topped up by £10.00 through the PPMID",
        "Then the balance has risen by £10.00, once",
        "Then the Response came within the target response time",
    ]
    assert texts(top, "note") == ["£5.00, supply enabled", "£15.00, supply enabled"]
    assert top.xpath("//g[contains(@class, 'ladder-gap')]/title/text()") == ["2 h later"]


def test_a_life_line_for_each_party_in_the_usual_order(log_of: LogOf, build: ModuleType) -> None:
    lines = drawn(log_of(build.reading(1, 0))).xpath("//line[@class='ladder-life']")
    assert [line.get("data-party") for line in lines] == ["dcc-user", "dcc", "delivery-service", "ppmid", "hub", "esme"]
    places = [int(line.get("x1")) for line in lines]
    assert places == sorted(places)
    assert 0 < places[0] < places[-1] < WIDTH


def test_a_party_that_the_home_does_not_name_has_a_life_line_too(log_of: LogOf, build: ModuleType) -> None:
    log = log_of((1, "wan", "dcc", "neighbour-hub", "gbcs", {"gbcs": build.gbcs("command")}))
    assert drawn(log).xpath("//line[@data-party='neighbour-hub']")


LABELS: list[tuple[str, dict[str, Any], str]] = [
    ("gbcs", {"gbcs": ("response", {"success": True})}, "Response CS01a ok"),
    ("gbcs", {"gbcs": ("response", {"success": False})}, "Response CS01a refused"),
    ("gbcs", {"gbcs": ("response", {"success": None})}, "Response CS01a"),
    ("gbcs", {"gbcs": ("alert", {"use_case": "unknown", "code": "1001"})}, "Alert 1001"),
    ("request", {"srv": "8.13", "cv": 8, "gbcs": ("response", {"success": True})}, "SRV 8.13 CV8: Response CS01a ok"),
    ("response", {"code": "I0", "kind": "pre-command", "gbcs": ("command", {})}, "Pre-Command CS01a"),
    ("response", {"code": "I99", "kind": "acknowledgement"}, "Acknowledgement I99"),
    ("status", {"state": "forwarded", "reason": None}, "Status forwarded"),
    ("status", {"state": "refused", "reason": "cannot-relay"}, "Status refused: cannot-relay"),
    ("submit-utrn", {"utrn": "utrn:1"}, "UTRN"),
    ("utrn-result", {"result": "accepted"}, "UTRN result accepted"),
    ("consumer-top-up", {"utrn": "utrn:1"}, "Consumer Top Up"),
    ("consumer-top-up-response", {"accepted": True}, "Consumer Top Up Response accepted"),
    ("consumer-top-up-response", {"accepted": False}, "Consumer Top Up Response refused"),
    ("tunnel", {"exchange": "put", "gbcs": ("response", {"success": True})}, "PUT: Response CS01a ok"),
    ("zcl", {"cluster": "0700", "command": 10}, "ZCL 0700 command 0A"),
    ("no-such-thing", {}, "No such thing"),
]


@pytest.mark.parametrize(("what", "fields", "text"), LABELS)
def test_arrows_speak_the_words_of_the_field(
    log_of: LogOf, build: ModuleType, what: str, fields: dict[str, Any], text: str
) -> None:
    if "gbcs" in fields:
        cra, more = fields["gbcs"]
        fields = fields | {"gbcs": build.gbcs(cra, **more)}
    assert arrows(drawn(log_of((1, "han", "hub", "esme", what, fields)))) == [("hub", "esme", text)]


def test_what_was_lost_has_a_cross_and_no_head(log_of: LogOf) -> None:
    log = log_of((1, "avenue", "ppmid", "delivery-service", "capabilities", {"tag": "frame:1", "lost": "nobody there"}))
    (row,) = drawn(log).xpath("//g[contains(@class, 'ladder-lost')]")
    assert row.xpath("path[@class='ladder-cross']")
    assert not row.xpath("path[@class='ladder-head']")
    assert row.findtext("text[@class='ladder-text']") == "Capabilities · lost: nobody there"


def test_what_its_receiver_dropped_says_so(log_of: LogOf) -> None:
    fields = {"cluster": "0702", "command": 10, "scope": "general", "counter": 40_000, "dropped": "old frame counter"}
    (row,) = drawn(log_of((1, "han", "hub", "esme", "zcl", fields))).xpath("//g[contains(@class, 'ladder-lost')]")
    assert row.xpath("path[@class='ladder-cross']")
    assert row.findtext("text[@class='ladder-text']").endswith(" · dropped: old frame counter")


def test_what_nobody_can_read_is_dashed(log_of: LogOf) -> None:
    unreadable = (1, "avenue", "ppmid", "delivery-service", "unreadable", {"problem": "no CBOR", "tag": "frame:1"})
    readable = (2, "avenue", "ppmid", "delivery-service", "capabilities", {"tag": "frame:2"})
    top = drawn(log_of(unreadable, readable))
    assert [line.get("stroke-dasharray") for line in top.xpath("//line[@class='ladder-line']")] == ["5,4", None]


def test_a_tooltip_tells_entry_time_link_and_tag(log_of: LogOf, build: ModuleType) -> None:
    titles = drawn(log_of(*build.TOP_UP)).xpath("//g[contains(@class, 'ladder-arrow')]/title/text()")
    assert titles[-1] == "entry 9 · 2:00:05.650 · han · frame:d · with the frames of entries 8"


def test_fragments_go_into_the_message_that_they_complete(log_of: LogOf, build: ModuleType) -> None:
    fragment = {"tag": "frame:1"}
    log = log_of(
        (1.0, "han", "ppmid", "hub", "frame", fragment),
        (1.1, "han", "hub", "esme", "frame", fragment),  # of another message, which never comes
        (1.2, "han", "ppmid", "hub", "frame", fragment | {"lost": "lost"}),
        (1.3, "han", "ppmid", "hub", "frame", fragment),
        (1.4, "han", "ppmid", "hub", "tunnel", {"gbcs": build.gbcs("command")}),
        (60, "han", "hub", "esme", "tunnel", {"gbcs": build.gbcs("command")}),
    )
    assert arrows(drawn(log)) == [
        ("hub", "esme", "fragment"),
        ("ppmid", "hub", "Command CS01a · 1 frame lost and sent again"),
        ("hub", "esme", "Command CS01a"),
    ]
    assert folded_away(rows(log)) == {1, 3, 4}


def poll(second: float, **response: Any) -> list[tuple[Any, ...]]:
    """A gas meter asks the hub for Commands."""
    return [
        (second, "han", "gsme", "hub", "tunnel", {"exchange": "get"}),
        (second + 0.006, "han", "hub", "gsme", "tunnel", {"exchange": "get-response", **response}),
    ]


def test_polls_that_bring_nothing_are_folded_and_the_one_that_brings_a_command_is_not(
    log_of: LogOf, build: ModuleType
) -> None:
    keepalive = (31, "han", "hub", "gsme", "zcl", {"cluster": "0704", "command": 0})
    command = {"gbcs": build.gbcs("command", "CS01b")}
    log = log_of(*poll(30), keepalive, *poll(1830), *poll(3630), *poll(5430, **command))
    top = drawn(log)
    assert texts(top, "fold") == ["3 polls of the gas meter, 1 tunnel message, until 1:00:30.006"]
    assert arrows(top) == [("gsme", "hub", "GET"), ("hub", "gsme", "GET-RESPONSE: Command CS01b")]


def test_a_poll_that_got_lost_is_shown(log_of: LogOf) -> None:
    log = log_of((30, "han", "gsme", "hub", "tunnel", {"exchange": "get", "lost": "lost"}))
    assert arrows(drawn(log)) == [("gsme", "hub", "GET · lost")]


def test_octets_that_changed_on_the_way_are_marked(log_of: LogOf, build: ModuleType) -> None:
    pre = {"code": "I0", "kind": "pre-command", "gbcs": build.gbcs("command", tag="gbcs:0")}
    made = {"code": "I0", "kind": "local-command", "gbcs": build.gbcs("command", tag="gbcs:1")}
    log = log_of(
        (1, "duis", "dcc", "dcc-user", "response", pre),
        (2, "duis", "dcc", "dcc-user", "response", made),
        (3, "avenue", "delivery-service", "ppmid", "submit-command", {"gbcs": build.gbcs("command", tag="gbcs:1")}),
        (4, "han", "ppmid", "hub", "tunnel", {"gbcs": build.gbcs("command", tag="gbcs:2")}),
    )
    assert texts(drawn(log), "altered") == ["Command CS01a · other octets than before"]


def test_a_reading_that_says_the_same_again_is_shown_once(log_of: LogOf, build: ModuleType) -> None:
    same = build.reading(5, 500_000), build.step(5, "Then it is so"), build.reading(5, 500_000)
    crossing = (6, "wan", "dcc", "hub", "gbcs", {"gbcs": build.gbcs("command")})
    top = drawn(log_of(*same, crossing, build.reading(7, 500_000)))
    assert texts(top, "note") == ["£5.00, supply enabled", "£5.00, supply enabled"]


@pytest.mark.parametrize(
    ("seconds", "gap"),
    [
        (59, []),
        (61, ["1 min 1 s later"]),
        (7200, ["2 h later"]),
        (65536, ["18 h 12 min later"]),
        (2_592_000, ["30 d later"]),
    ],
)
def test_long_times_are_cut_out_and_said(log_of: LogOf, build: ModuleType, seconds: int, gap: list[str]) -> None:
    top = drawn(log_of(build.reading(0, 0), build.reading(seconds, 1000)))
    assert top.xpath("//g[contains(@class, 'ladder-gap')]/title/text()") == gap


def test_no_text_can_break_the_picture(log_of: LogOf, build: ModuleType) -> None:
    hostile = "</text><script>alert(1)</script> \x1b[31m & ]]>"
    crash = (1, "harness", "harness", "harness", "crash", {"text": hostile})
    top = drawn(log_of((0, "ppmid-display", "ppmid", "harness", "screen", {"lines": [hostile]}), crash))
    assert texts(top, "note") == ["screen: </text><script>alert(1)</script> \\x1b[31m & ]]>"]
    assert texts(top, "crash") == ["Crash: </text><script>alert(1)</script> \\x1b[31m & ]]>"]
    assert not top.xpath("//script")


def test_a_very_long_scenario_says_what_it_leaves_out(log_of: LogOf, build: ModuleType) -> None:
    log = log_of(*(build.step(0, f"When {number}") for number in range(700)))
    top = drawn(log)
    assert len(texts(top, "step")) == 600
    assert top.xpath("//g[contains(@class, 'ladder-gap')]/title/text()") == ["100 more rows stand in the evidence file"]


def test_every_text_stays_inside_the_picture(log_of: LogOf, build: ModuleType) -> None:
    far = (1, "duis", "dcc-user", "dcc", "status", {"state": "x" * 200, "reason": None})
    top = drawn(log_of(far, (2, "user", "dcc-user", "harness", "record", {"outcome": "y" * 200, "verified_by": ""})))
    for box in top.xpath("//g[contains(@class, 'ladder-note')]/rect"):
        assert int(box.get("x")) >= 0
        assert int(box.get("x")) + int(box.get("width")) <= WIDTH
    assert all(len(text) <= 90 for text in top.xpath("//text[@class='ladder-text']/text()"))


def test_a_long_one_is_in_parts_each_with_its_heads_and_none_longer_than_a_page(
    log_of: LogOf, build: ModuleType
) -> None:
    short = drawn(log_of(build.step(0, "Given a home")))
    assert short.xpath("svg/title/text()") == ["Sequence diagram of the scenario"]
    (says,) = short.xpath("svg/desc/text()")
    assert says.startswith("From left to right: DCC User, DCC, Delivery service, PPMID, Hub, ESME. ")
    top = drawn(log_of(*(build.step(0, f"When {'x' * 1100} {number}") for number in range(100))))
    parts = top.xpath("svg")
    assert len(parts) > 2
    assert [part.findtext("title") for part in parts][-1] == (
        f"Sequence diagram of the scenario, part {len(parts)} of {len(parts)}"
    )
    for part in parts:
        assert int(part.get("height")) <= 1_400
        assert part.get("viewBox") == f"0 0 {WIDTH} {part.get('height')}"
        assert "PPMID" in part.xpath("text[@class='ladder-party']/text()")
    assert len(top.xpath("//g[contains(@class, 'ladder-step')]")) == 100
