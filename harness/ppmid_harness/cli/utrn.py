"""``ppmid-harness utrn``: the 20 digits of a top-up."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from ppmid_harness.cli.keys import KEYS_HELP, read_keys
from ppmid_harness.cli.output import emit, emit_json

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric import ec

    from ppmid_protocols import utrn
    from ppmid_protocols.eui import Eui

app = typer.Typer(help="Make and check UTRNs.", rich_markup_mode=None)

_MAKE_HELP = """Make the UTRN that credits a meter, and print its 20 digits.

\b
Example:
  ppmid-harness utrn make --supplier 90-B3-D5-1F-30-01-00-00 --device 00-DB-12-34-56-78-90-A0 \\
      --counter 7 --value 10 --class pounds --keys keys.json
"""

_CHECK_HELP = """Check the range and the check digit of a UTRN and show what it says; with keys, its MAC too.

Exit code 2 when it is no UTRN, 1 when its MAC does not hold, or the meter would rebuild another counter.

\b
Examples:
  ppmid-harness utrn check 73951773847901038897
  ppmid-harness utrn check 73951773847901038897 --counter 7 --supplier 90-B3-D5-1F-30-01-00-00 \\
      --device 00-DB-12-34-56-78-90-A0 --keys keys.json
  ppmid-harness utrn check 74594944143970889332 --after 2000 --counter 2512
"""

_COUNTER_HELP = "UTRN counter (32 bits), or the Originator Counter that holds it in its upper half."
_AFTER_HELP = "The highest UTRN counter that the meter has used: from it, it rebuilds the counter of a code."
_LOW_HALF = 1 << 32

Counter = Annotated[int, typer.Option(min=0, help=_COUNTER_HELP)]


@app.command("make", help=_MAKE_HELP)
def make(
    supplier: Annotated[str, typer.Option(help="EUI-64 of the Supplier.")],
    device: Annotated[str, typer.Option(help="EUI-64 of the meter.")],
    counter: Counter,
    value: Annotated[int, typer.Option(min=0, help="Pence or pounds, up to 8191.")],
    value_class: Annotated[Literal["pence", "pounds"], typer.Option("--class", help="What the value counts.")],
    keys: Annotated[Path, typer.Option(help=KEYS_HELP)],
    after: Annotated[int | None, typer.Option(min=0, help=_AFTER_HELP)] = None,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> int:
    """Make a UTRN."""
    from ppmid_bench.errors import BadInput
    from ppmid_protocols import utrn
    from ppmid_protocols.eui import Eui

    seller, meter = Eui.parse(supplier), Eui.parse(device)
    if after is not None and not utrn.jump_is_readable(after, _utrn_counter(counter)):
        expected = f"a counter that a meter which has used {after} can rebuild, at most {after + utrn.HALF_WINDOW - 1}"
        raise BadInput("--counter", "", expected, f"{counter}: counter out of window; SRV 2.2 carries the whole of it")
    originator_counter = _utrn_counter(counter) * _LOW_HALF
    made = utrn.make(
        seller, meter, originator_counter, value, utrn.ValueClass[value_class.upper()], *_pair(keys, seller, meter)
    )
    if json:
        emit_json(_read(made) | {"utrn": made.digits.decode("ascii"), "supplier": str(seller), "device": str(meter)})
    else:
        emit(made.digits.decode("ascii"))
    return 0


@app.command("check", help=_CHECK_HELP)
def check(
    digits: Annotated[str, typer.Argument(help="The 20 digits.", metavar="UTRN")],
    keys: Annotated[Path | None, typer.Option(help=KEYS_HELP)] = None,
    supplier: Annotated[str | None, typer.Option(help="EUI-64 of the Supplier.")] = None,
    device: Annotated[str | None, typer.Option(help="EUI-64 of the meter.")] = None,
    counter: Annotated[int | None, typer.Option(min=0, help=_COUNTER_HELP)] = None,
    after: Annotated[int | None, typer.Option(min=0, help=_AFTER_HELP)] = None,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> int:
    """Check a UTRN."""
    from ppmid_bench.errors import BadInput
    from ppmid_protocols import utrn
    from ppmid_protocols.errors import NotAuthentic
    from ppmid_protocols.eui import Eui

    code = utrn.Utrn.parse("".join(digits.replace("-", " ").split()))
    shown, problem = _read(code) | {"check_digit": "holds"}, ""
    if after is not None:
        rebuilt = utrn.recover_counter(after, code.truncated_counter)
        shown["rebuilt_counter"] = "none" if rebuilt is None else rebuilt
        if counter is not None and rebuilt != _utrn_counter(counter):
            problem = f"counter out of window: the meter rebuilds {shown['rebuilt_counter']}, not {counter}"
            shown["counter"] = problem
    if keys is not None:
        if supplier is None or device is None or counter is None:
            raise BadInput("--keys", "", "--supplier, --device and --counter beside it")
        seller, meter = Eui.parse(supplier), Eui.parse(device)
        try:
            utrn.check_mac(code, seller, meter, _utrn_counter(counter), *_pair(keys, seller, meter))
            shown["mac"] = "holds"
        except NotAuthentic as found:
            problem = found.reason
            shown["mac"] = f"does not hold: {problem}"
    if json:
        emit_json(shown)
    else:
        emit("\n".join(f"{name.replace('_', ' ')}: {value}" for name, value in shown.items()))
    return 1 if problem else 0


def _read(code: "utrn.Utrn") -> dict[str, object]:
    return {
        "truncated_counter": code.truncated_counter,
        "class": code.value_class.name.lower(),
        "value": code.value,
    }


def _utrn_counter(counter: int) -> int:
    """The 32-bit UTRN counter that is meant. Raises BadInput when the lower half of an Originator Counter is used."""
    from ppmid_bench.errors import BadInput

    if counter < _LOW_HALF:
        return counter
    upper, lower = divmod(counter, _LOW_HALF)
    if lower:
        raise BadInput("--counter", "", "a UTRN counter below 2^32, or a multiple of 2^32", str(counter))
    return upper


def _pair(
    path: Path, supplier: "Eui", device: "Eui"
) -> tuple["ec.EllipticCurvePrivateKey", "ec.EllipticCurvePublicKey"]:
    """The private key of one side and the public key of the other: Supplier's prepayment key, meter's own."""
    from ppmid_bench.errors import BadInput
    from ppmid_protocols.smki import Usage

    ring = read_keys(path)
    assert ring is not None  # a path was given
    for owner, owner_prepays, peer in ((supplier, True, device), (device, False, supplier)):
        private = ring.private_key(owner, Usage.KEY_AGREEMENT, owner_prepays)
        public = ring.public_key(peer, Usage.KEY_AGREEMENT, not owner_prepays)
        if private is not None and public is not None:
            return private, public
    needed = "the private key agreement key of Supplier (prepayment) or meter, and the other's public key"
    raise BadInput(str(path), "", needed, f"no such pair for {supplier} and {device}")
