"""``ppmid-harness signoff``: the acceptance statement, from bundles and from what people decided of them."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from ppmid_harness.cli.output import emit

HELP = """Write the acceptance statement: for each modification, every requirement shown, refuted, open or out of scope,
from simulated or real parties, with what it leans on, who approved or rejected it, and what nobody has decided.

Each bundle is verified and judged again first; one that does not hold is refused. Decisions are taken from
approvals.json beside each bundle, or from --approvals. Answers never change the exit code.

\b
Examples:
  ppmid-harness signoff ppmid-runs/today/bundle.zip
  ppmid-harness signoff hub-a.zip hub-b.zip --out statement --sign lab.pem --name "A. Reviewer"
  ppmid-harness signoff bundle.zip --trust lab.pem.pub --json
"""


def signoff(
    bundles: Annotated[list[Path], typer.Argument(help="Bundles.", metavar="BUNDLE…")],
    approvals: Annotated[
        list[Path] | None, typer.Option(help="A file of decisions, in place of those beside the bundles.")
    ] = None,
    trust: Annotated[Path | None, typer.Option(help="The public key of the lab that should have signed them.")] = None,
    sign: Annotated[Path | None, typer.Option(help="Private key that signs the statement in --out.")] = None,
    name: Annotated[str, typer.Option(help="Who states it.")] = "",
    out: Annotated[Path | None, typer.Option(help="New folder for the statement: page, text, JSON, signature.")] = None,
    json: Annotated[bool, typer.Option("--json", help="Print the statement as one JSON document.")] = False,
) -> int:
    """Write the acceptance statement."""
    from datetime import UTC, datetime
    from importlib import metadata

    from ppmid_bench.errors import BadInput
    from ppmid_harness.cli.new_folder import require_empty, writing
    from ppmid_harness.planning_again import other_plan
    from ppmid_harness.signing_keys import read_private_key, read_public_key
    from ppmid_reports.consistency import inconsistencies
    from ppmid_reports.signature import signer_of
    from ppmid_reports.signoff.approvals import require_legible
    from ppmid_reports.signoff.decided import beside, decided
    from ppmid_reports.signoff.statement import Signed, statement
    from ppmid_reports.signoff.submission import answers_of, submissions
    from ppmid_reports.signoff.writing import as_text, document, write_statement

    require_legible("name", name, "--name")
    if sign and not out:
        raise BadInput("--sign", "", "--out with a folder for what is signed", "none")
    if out:
        require_empty(out)
    key = read_private_key(sign) if sign else None
    found = submissions(bundles, read_public_key(trust) if trust else None, (inconsistencies, other_plan))
    refused = [f"{one.path}: {problem}" for one in found for problem in one.problems]
    if not refused:
        answers = answers_of(found)
        rows = [(one["modification"], one["requirement"]) for one in answers]
        files = approvals if approvals is not None else beside(bundles)
        decisions = decided(files, {one.sha256: one.path for one in found}, rows)
        refused = [f"{one.path}: {one.problem}" for one in decisions if one.problem]
    if refused:
        for line in refused:
            emit(f"refused: {line}", sys.stderr)
        return 1
    made = statement(
        Signed(
            datetime.now(UTC),
            f"ppmid-harness {metadata.version('ppmid-harness')}",
            name,
            signer_of(key) if key else None,
        ),
        [one.facts for one in found if one.facts],
        answers,
        [decision for one in decisions for decision in one.decisions],
        [one.facts for one in decisions],
    )
    if out:
        with writing(out):
            out.mkdir(parents=True, exist_ok=True)
            write_statement(out, made, key)
    emit(document(made).decode().rstrip() if json else as_text(made).rstrip())
    if out:
        emit(f"statement: {out}", sys.stderr)
    return 0
