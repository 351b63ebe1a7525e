"""Whether the files of a run folder say the same: the record, its evidence, ``junit.xml`` and the report.

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
from ppmid_bench.certificate import certificate, gaps
from ppmid_bench.errors import BadInput
from ppmid_bench.evidence import digest
from ppmid_bench.record import VERDICTS
from ppmid_bench.rejudge import read_record
from ppmid_bench.scenario import file_stem
from ppmid_bench.verdict import UNJUDGED, Verdict, worst
from ppmid_reports.html import CLAIM, COUNTS, PDF, REPORT, SCENARIO
from ppmid_reports.junit import JUNIT, OF_THE_RUN
from ppmid_reports.pdf import made_of
from ppmid_reports.record import claim_word, counts_line
from ppmid_reports.scenario_page import link_to, page_path
from ppmid_reports.text import shown

RECORD = "record.json"
NOT_APPLICABLE = UNJUDGED[0]


def inconsistencies(folder: Path) -> Iterator[tuple[str, str]]:
    """Each file that does not say what the record says, with a sentence."""
    try:
        record = read_record(folder)
        verdicts = Counter(one["verdict"] for one in record["scenarios"])
        summary = record["summary"]
        stated = {word: summary[word] for word in VERDICTS}
        planned = summary["planned"]
        of_record = list(_of_record(record, verdicts, stated, planned))
    except (BadInput, LookupError, TypeError, AttributeError, ValueError) as problem:
        yield RECORD, f"it cannot be read: {problem}"
        return
    yield from of_record
    yield from _of_evidence(folder, record)
    yield from _of_junit(folder, stated, planned)
    yield from _of_report(folder, summary, record)
    yield from _of_pdf(folder)


def _of_record(
    record: Mapping[str, Any], verdicts: Counter[str], stated: Mapping[str, int], planned: int
) -> Iterator[tuple[str, str]]:
    if verdicts != Counter(stated) or sum(verdicts.values()) != planned:
        yield RECORD, f"its summary says {dict(stated)} of {planned}, its scenarios are {dict(verdicts)}"
    for sentence in gaps(record.get("plan", record["scenarios"]), record["scenarios"]):
        yield RECORD, sentence
    decided = {one["id"]: one["status"] for one in record.get("plan", ()) if "status" in one}
    for one in record["scenarios"]:
        if not _follows(one):
            yield (
                RECORD,
                f"the scenario {one['id']} is {one['verdict']}, which does not follow from its checks",
            )
        if one["verdict"] == NOT_APPLICABLE != decided.get(one["id"], NOT_APPLICABLE):
            yield RECORD, f"the scenario {one['id']} is {NOT_APPLICABLE}, and its plan says {decided[one['id']]}"
    for party in record["parties"]:
        if party["adapter"] in (*OURS, REPLAY) and party["kind"] != party["adapter"]:
            yield RECORD, f"the {party['role']} is said to be {party['kind']}, and its adapter is {party['adapter']}"
    if record["run"]["mode"] == "certification" or record.get("certificate") is not None:
        yield from _of_certificate(record, record["certificate"])


def _follows(scenario: Mapping[str, Any]) -> bool:
    """Whether a scenario's verdict is one that those of its checks allow: only what broke is worse than they are."""
    stated, found = scenario["verdict"], worst(Verdict(one["verdict"]) for one in scenario["checks"])
    if stated in UNJUDGED:
        return not scenario["checks"]
    if stated in (Verdict.PASS, Verdict.FAIL):
        return bool(found == stated)
    return stated == Verdict.ERROR or found not in (Verdict.FAIL, Verdict.ERROR)


def _of_certificate(record: Mapping[str, Any], claim: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What the certificate says that does not follow from the rest of the record."""
    given = {name: claim[name] for name in ("own_suite", "harness", "by_maker")}
    due = certificate(record, **given)
    for name in due:
        if claim.get(name) != due[name]:
            yield RECORD, f"its certificate says {name} {claim.get(name)}, and what stands in it comes to {due[name]}"


def _of_evidence(folder: Path, record: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for one in record["scenarios"]:
        due = one.get("evidence_sha256")
        name = f"evidence/{file_stem(one['id'])}.jsonl"
        if due and not (folder / name).is_file():
            yield name, "the record speaks of it, and it is not there"
        elif due and digest(folder / name) != due:
            yield name, "it is not the evidence that the record was judged from"


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


def _of_report(folder: Path, summary: Mapping[str, int], record: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    try:
        text = input_files.text(folder / REPORT)
    except BadInput as problem:
        yield REPORT, f"it cannot be read: {problem}"
        return
    claim = claim_word(record.get("certificate"))
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
