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
  ppmid-harness signoff hub-a.zip hub-b.zip --out statement --sign lab.pem --name "A. Reviewer" --pdf
  ppmid-harness signoff bundle.zip --trust lab.pem.pub --json
  ppmid-harness signoff bundle.zip --robot acceptance
"""


def signoff(
    bundles: Annotated[list[Path], typer.Argument(help="Bundles, or run folders with one.", metavar="BUNDLE…")],
    approvals: Annotated[
        list[Path] | None, typer.Option(help="A file of decisions, in place of those beside the bundles.")
    ] = None,
    trust: Annotated[Path | None, typer.Option(help="The public key of the lab that should have signed them.")] = None,
    sign: Annotated[Path | None, typer.Option(help="Private key that signs the statement in --out.")] = None,
    name: Annotated[str, typer.Option(help="Who states it.")] = "",
    out: Annotated[Path | None, typer.Option(help="New folder for the statement: page, text, JSON, signature.")] = None,
    pdf: Annotated[
        bool, typer.Option("--pdf", help="Write the statement as statement.pdf too, which the extra pdf does.")
    ] = False,
    robot: Annotated[
        Path | None, typer.Option(help="New folder for Robot Framework's acceptance suite, its log and its report.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print the statement as one JSON document.")] = False,
) -> int:
    """Write the acceptance statement."""
    from ppmid_bench.errors import BadInput
    from ppmid_harness.acceptance.handing_in import hand_in
    from ppmid_harness.acceptance.robot import run_suite
    from ppmid_harness.cli.new_folder import require_empty, writing
    from ppmid_harness.signing_keys import read_private_key
    from ppmid_reports.signature import signer_of
    from ppmid_reports.signoff.approvals import require_legible
    from ppmid_reports.signoff.writing import as_text, document, write_statement

    require_legible("name", name, "--name")
    if sign and not out:
        raise BadInput("--sign", "", "--out with a folder for what is signed", "none")
    if pdf and not out:
        raise BadInput("--pdf", "", "--out with a folder for the statement", "none")
    if pdf:
        from ppmid_reports.pdf import require_weasyprint

        require_weasyprint()
    for folder in filter(None, (out, robot)):
        require_empty(folder)
    key = read_private_key(sign) if sign else None
    handed = hand_in(bundles, approvals, trust)
    if handed.refused:
        for line in handed.refused:
            emit(f"refused: {line}", sys.stderr)
        return 1
    made = handed.stated(name, signer_of(key) if key else None)
    if out:
        with writing(out):
            out.mkdir(parents=True, exist_ok=True)
            write_statement(out, made, key, pdf=pdf)
    emit(document(made).decode().rstrip() if json else as_text(made).rstrip())
    if out:
        emit(f"statement: {out}", sys.stderr)
    if robot:
        with writing(robot):
            robot.mkdir(parents=True, exist_ok=True)
            counts = run_suite(robot, bundles, approvals, trust)
        emit(f"Robot Framework: {counts}; {robot / 'report.html'}", sys.stderr)
    return 0
