"""Layer by layer: octets stand under what they are, those of a secret never."""

from collections.abc import Callable
from dataclasses import replace
from types import ModuleType
from typing import Any

import pytest
from lxml import etree

from ppmid_bench.evidence import Log
from ppmid_reports import write_report
from ppmid_reports.opened import HomeKeys
from ppmid_reports.trace import MOST_TRACED, Traced, trace

NO_KEYS = HomeKeys(why="there are none")
LogOf = Callable[..., Log]
FRAME = bytes.fromhex(
    "618800621a011000004802011000001e002800000000a29078563412db0000"
    "2172608d06c70986601dfef8b31fd5b09cb5c10cfc07c1f7624d9e91a92a769031cf30139dd1bd7c"
)
"""A HAN frame of a run: MAC, NWK, its auxiliary header (IEEE 802.15.4 7.2, ZigBee R22 3.3.1, 4.5.1), then sealed."""
RESPONSE = bytes.fromhex(
    "dd0000000000004c1100000000df090200000001000000000800db1234567890a00890b3d51f300100000c"
    "07ea0109ff0b2a04008000ff0200070cda2000000000000100010300003f5f2ff3710750e5ec458343"
)
"""A Response CS01a of a run, and below the message of the local command interface that brought it."""
SEALED = bytes.fromhex(
    "d284582aa50127044570706d69643a00010000043a0001000166686f6d652d313a000100024800db1234567890a4a0585d83034400000001"
    "5854dd0000000000004c1100000000df090200000001000000000800db1234567890a00890b3d51f300100000c07ea0109ff0b2a04008000"
    "ff0200070cda2000000000000100010300003f5f2ff3710750e5ec4583435840d05da7c66400eaf70ffbf20cbd2779a577dcd033c4cc0bb2"
    "583b43a77dbb9cb9df2e1b4f57feb3b6f3c10eff5ea80adf70163729abe891da99864edbdeafb90e"
)


def with_octets(log: Log, *octets: bytes) -> Log:
    """The log with these octets in its last entries."""
    kept, given = log.entries[: -len(octets)], log.entries[-len(octets) :]
    pairs = zip(given, octets, strict=True)
    return Log((*kept, *(replace(one, octets=held) for one, held in pairs)))


def layers(one: Traced) -> dict[str, tuple[str, ...]]:
    return {layer.name: layer.lines for layer in one.layers}


def test_a_frame_stands_octet_by_octet_under_its_layers(log_of: LogOf) -> None:
    log = with_octets(log_of((1, "han", "hub", "ppmid", "zcl", {"frame": 2, "cluster": "0704", "command": 0})), FRAME)
    (found,), more = trace(log, [1], NO_KEYS)
    assert (more, found.note) == (0, "")
    told = layers(found)
    assert list(told) == [
        "MAC",
        "NWK",
        "NWK security",
        "Sealed",
        "As the observer read it",
    ]
    assert told["MAC"][0].endswith("PAN 1A62, 0000 to 1001, sequence 0, asks for an acknowledgement")
    assert told["NWK"][0].endswith("data, 0000 to 1001, radius 30, sequence 0")
    assert told["NWK security"][0].endswith("network key, counter 0, by 00-DB-12-34-56-78-90-A2")
    assert "cluster: 0704" in told["As the observer read it"]
    octets = {}
    for name in list(told)[:4]:
        for line in told[name]:
            octets[int(line[:6])] = bytes.fromhex(line[8:42])
    assert b"".join(octets[at] for at in sorted(octets)) == FRAME


def test_a_message_is_told_in_full_once_and_then_named(log_of: LogOf, build: ModuleType) -> None:
    gbcs = build.gbcs("response", tag="gbcs:9", success=True)
    lines = (
        (1, "han", "ppmid", "hub", "tunnel", {"frame": 7, "gbcs": gbcs}),
        (2, "avenue", "ppmid", "delivery-service", "command-response", {"frame": 8, "gbcs": gbcs}),
        (3, "wan", "hub", "dcc", "gbcs", {"frame": 9, "gbcs": gbcs}),
    )
    log = with_octets(log_of(*lines), FRAME, SEALED, RESPONSE)
    found, _ = trace(log, [1, 2, 3], NO_KEYS)
    (in_full,) = [lines for name, lines in layers(found[0]).items() if name == "GBCS message, 84 octets"]
    assert in_full[0] == "CS01a Top up: Response"
    (head,) = [line for line in in_full if line.startswith("offset")]
    (counter,) = [line for line in in_full if "Originator Counter  " in line]
    assert head.index("field") == counter.index("Originator Counter")
    assert counter.endswith("4294967296")
    again = ("the same octets as in entry 1, which shows them",)
    assert layers(found[1])["GBCS message"] == layers(found[2])["GBCS message"] == again
    assert list(layers(found[1]))[:2] == ["COSE_Sign1", "Local command interface: command response"]


def test_octets_that_hold_a_secret_are_not_there_to_be_shown(log_of: LogOf, build: ModuleType) -> None:
    secret = build.gbcs("command", tag="gbcs:5") | {"utrn": "utrn:12"}
    log = log_of((1, "avenue", "delivery-service", "ppmid", "submit-command", {"frame": 3, "gbcs": secret}))
    (found,), _ = trace(log, [1], NO_KEYS)
    assert found.layers == ()
    assert found.note.startswith("The octets are not shown: they hold, or may hold, a secret.")
    sealed = with_octets(log_of((1, "han", "ppmid", "hub", "tunnel", {"frame": 4, "gbcs": secret})), FRAME)
    (found,), _ = trace(sealed, [1], NO_KEYS)
    assert found.note.startswith("The GBCS message in it stands nowhere in the evidence in clear")


@pytest.mark.parametrize("link", ["han", "avenue", "duis", "wan", "own-link"])
@pytest.mark.parametrize("octets", [b"", b"\x00", b"<a/>", b"\xff" * 40, FRAME[:20], RESPONSE[:30], SEALED[:50]])
def test_what_nobody_can_read_stands_as_octets(log_of: LogOf, build: ModuleType, link: str, octets: bytes) -> None:
    fields = {"frame": 3, "gbcs": build.gbcs("command", tag="gbcs:5")}
    (found,), _ = trace(with_octets(log_of((1, link, "ppmid", "hub", "x", fields)), octets), [1], NO_KEYS)
    assert found.layers or found.note


def test_what_crossed_no_link_is_left_out_and_so_is_what_is_too_much(log_of: LogOf, build: ModuleType) -> None:
    many = tuple((n, "han", "ppmid", "hub", "frame", {"frame": n}) for n in range(1, MOST_TRACED + 11))
    found, more = trace(log_of(*many, build.reading(99, 0)), range(200), NO_KEYS)
    assert (len(found), more) == (MOST_TRACED, 10)


def test_no_twenty_digits_of_octets_stand_together(log_of: LogOf) -> None:
    fields = {"frame": 3, "firmware": 1}
    log = with_octets(log_of((1, "own-link", "ppmid", "hub", "x", fields)), bytes.fromhex("12345678901234567890" * 4))
    (found,), _ = trace(log, [1], NO_KEYS)
    assert layers(found)["40 octets"][0] == "     0  1234567890123456  7890123456789012"


def test_a_page_leads_from_a_check_to_the_frame(make_run: Callable[..., Any]) -> None:
    folder = make_run()
    write_report(folder)
    top: Any = etree.HTML((folder / "report" / "first__fails.html").read_text(encoding="utf-8"))
    assert "#t8" in top.xpath("//section[@id='checks']//a/@href")
    (shown,) = top.xpath("//details[contains(@class, 'traced')][.//div[@id='t8']]")
    assert shown.get("open") is not None  # it did not pass
    assert " ".join(shown.findtext("summary").split()) == "Entry 8, frame 31: han, ppmid → hub, fragment"
    passing: Any = etree.HTML((folder / "report" / "first__passes.html").read_text(encoding="utf-8"))
    assert not passing.xpath("//details[contains(@class, 'traced')]")
