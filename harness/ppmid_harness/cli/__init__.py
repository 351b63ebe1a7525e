"""The command line: ``ppmid-harness``."""

import sys
from typing import NoReturn

import typer

from ppmid_harness.cli import capture, gbcs, judge, run, suite, utrn

_INTERRUPTED = 130  # what Typer makes of Ctrl-C
_USAGE, _FAULT = 2, 3

app = typer.Typer(
    name="ppmid-harness",
    help="Conformance harness for topping up prepayment meters through a PPMID while the WAN is down.",
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
app.command("run", help=run.HELP)(run.run)
app.command("lint", help=suite.LINT_HELP)(suite.lint)
app.command("checks", help=suite.CHECKS_HELP)(suite.checks)
app.command("rejudge", help=judge.HELP)(judge.rejudge)
app.add_typer(capture.app, name="capture")
app.add_typer(gbcs.app, name="gbcs")
app.add_typer(utrn.app, name="utrn")


def main() -> NoReturn:
    """Run the command line and exit by the codes of the project: 0, 1, 2, 3 or 4."""
    sys.exit(execute(sys.argv[1:]))


def execute(arguments: list[str]) -> int:
    """Run one command; gives its exit code. Whatever goes wrong is one line on standard error."""
    try:
        code = typer.main.get_command(app).main(arguments, prog_name="ppmid-harness", standalone_mode=False)
    except Exception as problem:  # noqa: BLE001 (the last stop: every problem becomes a line and an exit code)
        line, code = _explained(problem)
        print(f"ppmid-harness: {line}", file=sys.stderr)
    if code == _INTERRUPTED:
        print("ppmid-harness: interrupted", file=sys.stderr)
        code = _FAULT
    return int(code or 0)


def _explained(problem: Exception) -> tuple[str, int]:
    import traceback

    from ppmid_bench.errors import BadInput, HarnessFault
    from ppmid_protocols.errors import ProtocolError

    if isinstance(problem, BadInput | ProtocolError):
        return str(problem), _USAGE
    if isinstance(problem, HarnessFault):
        return str(problem), _FAULT
    usage = getattr(problem, "format_message", None)  # what the option parser raises
    if usage is not None:
        return " ".join(usage().split()), _USAGE
    at = traceback.extract_tb(problem.__traceback__)[-1]
    return f"a fault of the harness: {type(problem).__name__}: {problem} ({at.filename}, line {at.lineno})", _FAULT
