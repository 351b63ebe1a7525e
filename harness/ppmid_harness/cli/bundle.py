"""``ppmid-harness verify``, ``replay`` and ``bundle``: a run's evidence as one file, for whoever was not there."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from ppmid_harness.cli.output import emit, emit_json

VERIFY_HELP = """Say whether a bundle is as it was made: members, names, order, hashes, signature, and what they say.
Of a statement or a file of decisions (.json), whether it is as it was signed.

Without --trust nothing is claimed but integrity. Exit code 1 when anything does not hold.

\b
Examples:
  ppmid-harness verify ppmid-runs/today/bundle.zip
  ppmid-harness verify bundle.zip --trust lab.pem.pub --require-trusted --json
  ppmid-harness verify statement/statement.json --trust lab.pem.pub
"""

REPLAY_HELP = """Run a run of simulated parties again from its bundle, and compare the two records.

Exit code 1 when they differ in anything.

\b
Example:
  ppmid-harness replay bundle.zip
"""

app = typer.Typer(help="Make the bundle of a run, and keys to sign with.", no_args_is_help=True)


def verify(
    bundle: Annotated[Path, typer.Argument(help="A bundle, or statement.json.", metavar="BUNDLE")],
    trust: Annotated[Path | None, typer.Option(help="The public key of the lab that should have signed it.")] = None,
    require_trusted: Annotated[
        bool, typer.Option("--require-trusted", help="Refuse whatever the trusted key has not signed.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> int:
    """Verify a bundle."""
    from ppmid_bench.errors import BadInput
    from ppmid_harness.planning_again import other_plan
    from ppmid_harness.signing_keys import read_public_key
    from ppmid_reports.bundle.verifying import verify as verified
    from ppmid_reports.consistency import inconsistencies
    from ppmid_reports.signoff.verifying import verify_document

    if require_trusted and trust is None:
        raise BadInput("--require-trusted", "", "--trust with the key", "none")
    key = read_public_key(trust) if trust else None
    if bundle.suffix == ".json":
        result = verify_document(bundle, key, require_trusted=require_trusted)
    else:
        plans = inconsistencies, other_plan
        result = verified(bundle, key, require_trusted=require_trusted, consistency=plans)
    if json:
        emit_json(result)
    else:
        for one in result["problems"]:
            emit(f"{one['what']}: {one['member']}" + (f": {one['found']}" if one["found"] else ""))
        held = f"{result['members']} member(s), {len(result['withheld'])} withheld; " if "members" in result else ""
        emit(f"{held}signature: {result['signature']}")
        emit(f"it claims {result['claims']}")
    return 1 if result["problems"] else 0


def replay(
    bundle: Annotated[Path, typer.Argument(help="A bundle, or a run folder.", metavar="BUNDLE")],
    out: Annotated[Path | None, typer.Option(help="Keep the new run folder here.")] = None,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> int:
    """Run a run again."""
    from tempfile import TemporaryDirectory

    from ppmid_harness.cli.terminal import terminal
    from ppmid_harness.progress import Progress
    from ppmid_harness.replaying import replay as replayed
    from ppmid_reports.bundle.opening import laid_out

    with laid_out(bundle) as folder, TemporaryDirectory(prefix="ppmid-replay-") as scratch:
        result = replayed(folder, str(bundle), out or Path(scratch) / "run", Progress([terminal(None, sys.stderr)]))
    if json:
        emit_json(result)
    else:
        for one in result["different"]:
            emit(f"different: {one['scenario'] or 'the record'}: {one['what']}")
        emit(f"{result['scenarios']} scenario(s), {result['same']} the same")
    return 1 if result["different"] else 0


@app.command("make")
def make(
    folder: Annotated[Path, typer.Argument(help="A run folder.", metavar="DIR")],
    sign: Annotated[Path | None, typer.Option(help="The lab's private key; without it a development key.")] = None,
    captures: Annotated[
        bool, typer.Option("--captures", help="Put in the captures of real devices, and the keys that open them.")
    ] = False,
) -> int:
    """Make the bundle of a run folder anew, for instance with the lab's key.

    \b
    Example:
      ppmid-harness bundle make ppmid-runs/today --sign lab.pem
    """
    from ppmid_harness.cli.new_folder import writing
    from ppmid_harness.signing_keys import read_private_key
    from ppmid_reports.bundle.writing import write_bundle

    private = read_private_key(sign) if sign else None
    with writing(folder):
        path = write_bundle(folder, private, captures=captures)
    emit(str(path))
    return 0


@app.command("key")
def key(path: Annotated[Path, typer.Argument(help="Where the private key goes; the public one beside it.")]) -> int:
    """Make a key pair to sign bundles with.

    \b
    Example:
      ppmid-harness bundle key lab.pem
    """
    from ppmid_harness.signing_keys import make_key_pair, read_public_key
    from ppmid_reports.signature import fingerprint

    private, public = make_key_pair(path)
    emit(f"{private}\n{public}\nfingerprint {fingerprint(read_public_key(public))}")
    return 0
