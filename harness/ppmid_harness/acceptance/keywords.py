"""The library of the acceptance suite: Robot imports it, and it imports what verifies and judges bundles."""

import os
from pathlib import Path

from robot.api import SkipExecution, logger
from robot.libraries.BuiltIn import BuiltIn

from ppmid_harness.acceptance.handing_in import hand_in
from ppmid_reports.signoff.statement import Row
from ppmid_reports.signoff.writing import answer_in_words
from ppmid_reports.text import shown


class keywords:  # Robot wants a class named like its module
    """What the suite asks of bundles."""

    ROBOT_LIBRARY_SCOPE = "SUITE"

    def __init__(self) -> None:
        self._rows: dict[tuple[str, str], Row] = {}

    def the_bundles_are_as_they_were_made(self, bundles: str, approvals: str = "", trust: str = "") -> None:
        """Verify bundles or run folders, listed as in PATH, and judge their evidence again."""
        if not bundles:
            raise AssertionError("no bundle is named: give --variable BUNDLES:bundle.zip")
        handed = hand_in(_paths(bundles), _paths(approvals) if approvals else None, Path(trust) if trust else None)
        if handed.refused:
            raise AssertionError("\n".join(["refused:", *map(shown, handed.refused)]))
        statement = handed.stated()
        self._rows = {(row.modification, row.requirement): row for row in statement.rows}
        robot = BuiltIn()
        robot.set_suite_metadata("Parties", statement.claims)
        for one in statement.bundles:
            what = f"SHA-256 {one.sha256}; {one.device or 'no device named'}; {one.signed}"
            robot.set_suite_metadata(one.file, shown(what), append=True)

    def the_requirement_is_shown(self, modification: str, requirement: str) -> None:
        """PASS when it is shown and nobody has rejected that; FAIL when it is refuted or rejected; else SKIP."""
        row = self._rows.get((modification, requirement))
        if row is None:
            raise AssertionError("this version of the harness has no answer to it: make the suite anew")
        for line in _told(row):
            logger.info(line)
        answer = answer_in_words(row.answer, row.parties)
        rejected = [one.name for one in row.decisions if one.decision == "rejected"]
        if row.answer == "refuted":
            raise AssertionError(shown(f"refuted: {row.because}"))
        if rejected:
            raise AssertionError(shown(f"{answer}, and rejected by {', '.join(rejected)}: {row.because}"))
        if row.answer != "shown":
            raise SkipExecution(shown(f"{row.answer}: {row.because}"))
        if row.parties != "real":
            BuiltIn().set_tags(f"on-{row.parties}-parties")
        BuiltIn().set_test_message(shown(f"{answer}: {row.because}; {row.standing} by people"))


def _paths(listed: str) -> list[Path]:
    return [Path(one) for one in listed.split(os.pathsep)]


def _told(row: Row) -> list[str]:
    """What the log has of one row besides its answer."""
    lines = [f"evidence: {', '.join(row.evidence) or 'none'}", f"assumed: {'; '.join(row.assumed) or 'nothing'}"]
    for one in row.decisions:
        note = f": {one.note}" if one.note else ""
        lines.append(f"{one.decision} by {one.name}, {one.time.isoformat()}{note}")
    return [shown(line) for line in lines]
