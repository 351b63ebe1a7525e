"""The recorder: frames go described and without secrets into the evidence, and as they crossed into the capture."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ppmid_bench.capture import CaptureFile
from ppmid_bench.describe import Description
from ppmid_bench.evidence import EvidenceLog, Redactor, read_log
from ppmid_bench.recorder import Recorder
from ppmid_protocols.captures import pcapng
from ppmid_protocols.errors import Malformed

SECRET = b"73941569907863060481"


class Reading:
    """Takes every frame for a frame of its kind; those that begin with 7 are secret, an empty one is unreadable."""

    def read(self, frame: bytes) -> Description:
        if not frame:
            raise Malformed("frame", "expected an octet", 0)
        return Description("thing", {"size": len(frame)}, secret=frame.startswith(b"7"))


@pytest.fixture
def recorder(tmp_path: Path) -> Iterator[Recorder]:
    log, capture = EvidenceLog(tmp_path / "log.jsonl"), CaptureFile(tmp_path / "log.pcapng")
    made = Recorder(log, capture, Redactor(b"key"), lambda: 11)
    made.observe("wan", Reading())
    yield made
    log.close()
    capture.close()


def _captured(recorder: Recorder, tmp_path: Path) -> list[tuple[bytes, tuple[str, ...]]]:
    recorder._capture.close()
    return [(one.octets, one.comments) for one in pcapng.read((tmp_path / "log.pcapng").read_bytes()).frames]


def test_a_frame_stands_in_the_evidence_with_its_octets_and_tag(recorder: Recorder) -> None:
    recorder.crossed("wan", "dcc", "hub", b"abc")
    (entry,) = recorder.log.log()
    assert (entry.t, entry.link, entry.sender, entry.receiver) == (11, "wan", "dcc", "hub")
    assert (entry.what, entry.octets) == ("thing", b"abc")
    assert entry.fields == {"frame": 1, "size": 3, "tag": recorder.redactor.tag("frame", b"abc")}


def test_secret_octets_are_in_the_capture_and_nowhere_in_the_evidence(recorder: Recorder, tmp_path: Path) -> None:
    recorder.crossed("wan", "dcc", "hub", SECRET)
    recorder.step("When", f"the customer types {SECRET.decode()}", "SECMP0038")
    written = recorder.log.log().entries
    assert written == read_log(tmp_path / "log.jsonl").entries
    text = (tmp_path / "log.jsonl").read_text()
    assert SECRET.decode() not in text
    assert SECRET.hex() not in text
    assert written[0].octets is None
    assert recorder.redactor.utrn(SECRET) in written[1].fields["text"]
    assert _captured(recorder, tmp_path)[0][0] == SECRET


def test_what_cannot_be_read_is_kept_back_as_a_secret(recorder: Recorder) -> None:
    recorder.crossed("wan", "dcc", "hub", b"")
    (entry,) = recorder.log.log()
    assert (entry.what, entry.octets) == ("unreadable", None)
    assert "expected an octet" in entry.fields["problem"]


@pytest.mark.parametrize(
    ("lost", "in_the_capture"), [("lost", True), ("asleep", True), ("line down", False), ("nobody there", False)]
)
def test_a_lost_frame_is_evidence_and_was_captured_only_if_it_was_ever_sent(
    recorder: Recorder, tmp_path: Path, lost: str, in_the_capture: bool
) -> None:
    recorder.crossed("wan", "dcc", "hub", b"abc", lost)
    (entry,) = recorder.log.log()
    assert entry.fields["lost"] == lost
    assert recorder.log.log().arrived("wan") == []
    assert _captured(recorder, tmp_path) == ([(b"abc", ("", f"lost: {lost}"))] if in_the_capture else [])


class Counting:
    """Reads frames of one octet, the frame counter of the device ``hub``."""

    def read(self, frame: bytes) -> Description:
        return Description("frame", {"counter": frame[0]}, sealed_by="hub")


def test_a_frame_with_an_old_counter_is_dropped_where_it_arrives(recorder: Recorder) -> None:
    recorder.observe("han", Counting())
    for receiver, counter, lost in (("esme", 5, ""), ("esme", 9, "asleep"), ("esme", 6, ""), ("ppmid", 5, "")):
        recorder.crossed("han", "hub", receiver, bytes((counter,)), lost)
    recorder.crossed("han", "attacker", "esme", b"\5")
    log = recorder.log.log()
    assert [one.fields.get("dropped") for one in log] == [None, None, None, None, "old frame counter"]
    assert [one.fields["counter"] for one in log.arrived("han")] == [5, 6, 5]


def test_a_link_that_nobody_observes_is_captured_all_the_same(recorder: Recorder, tmp_path: Path) -> None:
    recorder.crossed("avenue", "delivery-service", "ppmid", b"abc")
    assert recorder.log.log().entries == ()
    assert _captured(recorder, tmp_path) == [(b"abc", ("",))]


def test_frames_are_ascribed_to_what_was_done_not_to_what_is_observed(recorder: Recorder, tmp_path: Path) -> None:
    recorder.step("When", "it is sent", "SEC0009 REQ-049")
    recorder.crossed("wan", "dcc", "hub", b"a")
    recorder.step("Then", "it has arrived", "SEC0009 REQ-049")
    recorder.crossed("wan", "hub", "dcc", b"b")
    comment = "When it is sent [SEC0009 REQ-049]"
    assert _captured(recorder, tmp_path) == [(b"a", (comment,)), (b"b", (comment,))]
    assert [entry.fields["text"] for entry in recorder.log.log().of("harness", "step")] == [
        "When it is sent",
        "Then it has arrived",
    ]


def test_a_reading_gives_the_number_of_its_entry(recorder: Recorder) -> None:
    recorder.crossed("wan", "dcc", "hub", b"a")
    assert recorder.reading("meter-display", "esme", "reading", {"balance": 5}) == 1
    entry = recorder.log.log().entries[1]
    assert (entry.link, entry.sender, entry.receiver, entry.fields) == (
        "meter-display",
        "esme",
        "harness",
        {"balance": 5},
    )
