"""The command line: ``ppmid-harness``.

Nothing is imported here before it is needed: Ctrl-C is told in one line from the first moment on.
"""

import sys
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from typer import Typer

_INTERRUPTED = 130  # what Typer makes of Ctrl-C
_USAGE, _FAULT = 2, 3


def main() -> NoReturn:
    """Run the command line and exit by the codes of the project: 0, 1, 2, 3 or 4."""
    sys.exit(execute(sys.argv[1:]))


def execute(arguments: list[str]) -> int:
    """Run one command; gives its exit code. Whatever goes wrong is one line on standard error."""
    try:
        from ppmid_harness.cli.app import app

        code = _command(app).main(arguments, prog_name="ppmid-harness", standalone_mode=False)
    except KeyboardInterrupt:
        code = _INTERRUPTED
    except Exception as problem:  # noqa: BLE001 (the last stop: every problem becomes a line and an exit code)
        line, code = explained(problem)
        print(f"ppmid-harness: {' '.join(line.splitlines())}", file=sys.stderr)
    if code == _INTERRUPTED:
        print("ppmid-harness: interrupted", file=sys.stderr)
        code = _FAULT
    return int(code or 0)


@lru_cache(maxsize=1)
def _command(app: "Typer") -> Any:
    """Made once: whoever runs many commands in one process does not wait for it again."""
    from typer.main import get_command

    return get_command(app)


def explained(problem: Exception) -> tuple[str, int]:
    """A problem in a line, and the exit code for it."""
    import traceback

    from ppmid_bench.errors import BadInput, HarnessFault
    from ppmid_protocols.errors import ProtocolError

    if isinstance(problem, BadInput | ProtocolError):
        return str(problem), _USAGE
    if isinstance(problem, HarnessFault):
        return str(problem), _FAULT
    usage = getattr(problem, "format_message", None)  # what the option parser raises
    if usage is not None:
        return " ".join(usage().replace("Value error, ", "").split()), _USAGE
    at = traceback.extract_tb(problem.__traceback__)[-1]
    return f"a fault of the harness: {type(problem).__name__}: {problem} ({at.filename}, line {at.lineno})", _FAULT
