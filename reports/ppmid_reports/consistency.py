"""Whether the files of a run folder say the same: the record with itself, its evidence, ``junit.xml`` and the report.

A bundle in which they differ is refused, whoever signed it: somebody would read the one and sign for the other.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from html import escape, unescape
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

from ppmid_bench import input_files
from ppmid_bench.bench_file import OURS, REPLAY
from ppmid_bench.certificate import gaps
from ppmid_bench.errors import BadInput
from ppmid_bench.evidence import digest, read_log
from ppmid_bench.made_again import BY_RULES, not_following
from ppmid_bench.record import VERDICTS
from ppmid_bench.rejudge import read_record
from ppmid_bench.scenario import file_stem
from ppmid_bench.verdict import UNJUDGED, Verdict, worst
from ppmid_bench.which_harness import made_here
from ppmid_reports.html import CLAIM, COUNTS, PDF, REPORT, SCENARIO
from ppmid_reports.junit import JUNIT, OF_THE_RUN
from ppmid_reports.pdf import made_of
from ppmid_reports.record import claim_word, counts_line
from ppmid_reports.scenario_page import link_to, page_path
from ppmid_reports.text import shown

RECORD = "record.json"
NOT_RUN = UNJUDGED[1]


def inconsistencies(folder: Path) -> Iterator[tuple[str, str]]:
    """Each file that does not say what the record says, with a sentence."""
    try:
        record = read_record(folder)
        summary = record["summary"]
        stated = {word: summary[word] for word in VERDICTS}
        planned = summary["planned"]
        claim = claim_word(record.get("certificate"))
        broke = _broke(folder)
        of_record = [*_of_record(record, broke), *_of_rest(folder, record)]
    except (BadInput, LookupError, TypeError, AttributeError, ValueError) as problem:
        yield RECORD, f"it cannot be read: {problem}"
        return
    yield from of_record
    yield from _of_evidence(folder, record, broke)
    yield from _of_junit(folder, stated, planned)
    yield from _of_report(folder, summary, claim, record)
    yield from _of_pdf(folder)


def _broke(folder: Path) -> bool:
    """Whether the run says that it broke itself: then scenarios may be without evidence that were to have some."""
    surroundings: Any = input_files.document(folder / "environment.json", "the environment of a run")
    return bool(surroundings.get("fault"))


def _of_record(record: Mapping[str, Any], broke: bool) -> Iterator[tuple[str, str]]:
    for sentence in gaps(record.get("plan", record["scenarios"]), record["scenarios"]):
        yield RECORD, sentence
    decided = {one["id"]: one["status"] for one in record.get("plan", ()) if "status" in one}
    reasons = {one["id"]: one["because"] for one in record.get("plan", ()) if one.get("status") in UNJUDGED}
    for one in record["scenarios"]:
        if not _follows(one):
            yield (
                RECORD,
                f"the scenario {one['id']} is {one['verdict']}, which does not follow from its checks",
            )
        if one["because"] != reasons.get(one["id"], one["because"]):
            yield RECORD, f"the scenario {one['id']} was not run for another reason than its plan says"
        verdict, status = one["verdict"], decided.get(one["id"])
        due = verdict if verdict in UNJUDGED else "run"
        if status not in (due, None) and not (broke and verdict == NOT_RUN):
            yield RECORD, f"the scenario {one['id']} is {verdict}, and its plan says {status}"
    for party in record["parties"]:
        if party["adapter"] in (*OURS, REPLAY) and party["kind"] != party["adapter"]:
            yield RECORD, f"the {party['role']} is said to be {party['kind']}, and its adapter is {party['adapter']}"


def _of_rest(folder: Path, record: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What the record says that does not follow from the rest of it; by our rules only of a record of this harness."""
    paths = (folder / "evidence" / f"{file_stem(one['id'])}.jsonl" for one in record["scenarios"])
    home = next((read_log(path).home for path in paths if path.is_file()), {})
    for part, place, one in not_following(record, home):
        if part not in BY_RULES or made_here(folder):
            yield RECORD, f"its {place} is {one['was']}, and what stands in it comes to {one['is']}"


def _follows(scenario: Mapping[str, Any]) -> bool:
    """Whether a scenario's verdict is one that those of its checks allow: only what broke is worse than they are."""
    stated, found = scenario["verdict"], worst(Verdict(one["verdict"]) for one in scenario["checks"])
    if stated in UNJUDGED:
        return not scenario["checks"]
    if stated in (Verdict.PASS, Verdict.FAIL):
        return bool(found == stated)
    return stated == Verdict.ERROR or found not in (Verdict.FAIL, Verdict.ERROR)


def _of_evidence(folder: Path, record: Mapping[str, Any], broke: bool) -> Iterator[tuple[str, str]]:
    for one in record["scenarios"]:
        due = one.get("evidence_sha256")
        name = f"evidence/{file_stem(one['id'])}.jsonl"
        if due and not (folder / name).is_file():
            yield name, "the record speaks of it, and it is not there"
        elif due and digest(folder / name) != due:
            yield name, "it is not the evidence that the record was judged from"
        elif not (due or broke) and (folder / name).is_file():
            yield name, "the record does not speak of it"


def _of_junit(folder: Path, stated: Mapping[str, int], planned: int) -> Iterator[tuple[str, str]]:
    try:
        top = ET.fromstring(input_files.text(folder / JUNIT))
    except (BadInput, ET.ParseError) as problem:
        yield JUNIT, f"it cannot be read: {problem}"
        return
    cases = [case for suite in top if suite.get("name") != OF_THE_RUN for case in suite.iter("testcase")]
    found = Counter(child.tag for case in cases for child in case)
    expected = {
        "failure": stated["fail"] + stated["inconclusive"],
        "error": stated["error"],
        "skipped": stated["not_applicable"] + stated["not_run"],
    }
    if len(cases) != planned or any(found[tag] != number for tag, number in expected.items()):
        counts = {tag: found[tag] for tag in expected}
        yield JUNIT, f"it has {len(cases)} test cases with {counts}, the record {planned} with {expected}"


def _of_report(
    folder: Path, summary: Mapping[str, int], claim: str, record: Mapping[str, Any]
) -> Iterator[tuple[str, str]]:
    try:
        text = input_files.text(folder / REPORT)
    except BadInput as problem:
        yield REPORT, f"it cannot be read: {problem}"
        return
    for name, what, expected in ((COUNTS, "counts", counts_line(summary)), (CLAIM, "says of a certificate", claim)):
        found = _meta(text, name)
        if found != expected:
            yield REPORT, f"it {what} {found or 'nothing'}, the record {expected}"
    for one in record["scenarios"]:
        if f'"{escape(link_to(one["id"]))}' in text:  # in a report of one page there is no such link
            yield from _of_page(folder, one)


def _of_page(folder: Path, scenario: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    name, expected = page_path(scenario["id"]), shown(f"{scenario['id']} {scenario['verdict']}")
    try:
        found = _meta(input_files.text(folder / name), SCENARIO)
    except BadInput as problem:
        yield name, f"it cannot be read: {problem}"
        return
    if found != expected:
        yield name, f"it says {found or 'nothing'}, the record {expected}"


def _of_pdf(folder: Path) -> Iterator[tuple[str, str]]:
    """A PDF is made where it is asked for; one that is there is of this record."""
    path = folder / PDF
    if path.is_file() and made_of(input_files.octets(path), RECORD) != digest(folder / RECORD):
        yield PDF, "it is not the report of this record"


def _meta(text: str, name: str) -> str | None:
    found = re.search(f'<meta name="{name}" content="([^"]*)">', text)
    return None if found is None else unescape(found[1])
