"""``ppmid-harness boxed``: what surrounds a bench with DCC Boxed: its keys, its certificates, and a stand-in for it."""

import contextlib
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ppmid_harness.cli.new_folder import require_empty, writing
from ppmid_harness.cli.output import emit

if TYPE_CHECKING:
    from cryptography import x509

    from ppmid_bench.bench_file import BenchFile
    from ppmid_devices.dcc.boxed.settings import BoxedSettings
    from ppmid_devices.dcc.boxed.stand_in import StandIn

app = typer.Typer(help="Keys, certificates and a stand-in for DCC Boxed.", rich_markup_mode=None)

_KEYS_HELP = """Make test keys for a rehearsal: everybody's, in one folder, derived from a seed. They protect nothing.

\b
Example:
  ppmid-harness boxed keys keys/
"""

_FETCH_HELP = """Fetch certificates from DCC Boxed's SMKI repository, and the keys of organisations from its zip.

Never tried on a real DCC Boxed.

\b
Examples:
  ppmid-harness boxed fetch keys/ --smki http://HOST:8083 --apikey KEY --device 00-DB-12-34-56-78-90-A0
  ppmid-harness boxed fetch keys/ --zip http://HOST
"""

_STAND_IN_HELP = """Stand in for the DCC Boxed that a bench file names, until interrupted: our simulated DCC inside.

Its keys are those of the bench file, the Access Control Broker's among them.

\b
Example:
  ppmid-harness boxed stand-in --bench rehearsal.toml
"""

_APIKEY = typer.Option(envvar="PPMID_BOXED_APIKEY", help="What clients of the repository must show.")


@app.command("keys", help=_KEYS_HELP)
def keys(
    folder: Annotated[Path, typer.Argument(help="A folder that is not there yet, or is empty.")],
    seed: Annotated[int, typer.Option(min=0, help="Another seed, other keys.")] = 1,
) -> int:
    """Make test keys."""
    from ppmid_bench.derivation import Derivation
    from ppmid_bench.home_keys import make_home_keys
    from ppmid_bench.supplied_keys import write_key_folder

    require_empty(folder)
    made = make_home_keys(Derivation(seed, "keys of a rehearsal"))
    with writing(folder):
        write_key_folder(folder, made.credentials.values())
    emit(f"{folder}: keys and certificates of {', '.join(sorted(made.credentials))}")
    return 0


@app.command("fetch", help=_FETCH_HELP)
def fetch(
    folder: Annotated[Path, typer.Argument(help="Where the files go.")],
    smki: Annotated[str, typer.Option(help="The SMKI repository, such as http://HOST:8083.")] = "",
    apikey: Annotated[str, _APIKEY] = "",
    device: Annotated[list[str] | None, typer.Option(help="EUI-64 of a device; may be repeated.")] = None,
    organisation: Annotated[list[str] | None, typer.Option(help="Name of an organisation; may be repeated.")] = None,
    zip: Annotated[str, typer.Option(help="DCC Boxed's own pages, such as http://HOST.")] = "",
) -> int:
    """Fetch certificates and keys."""
    from ppmid_bench.errors import BadInput
    from ppmid_bench.supplied_keys import entry_of, write_certificate, write_file
    from ppmid_devices.dcc.boxed.repository import Repository, fetch_zip
    from ppmid_protocols.eui import Eui

    holders: list[Eui | str] = [*map(Eui.parse, device or ()), *(organisation or ())]
    if not zip and not (smki and holders):
        raise BadInput("boxed fetch", "", "--zip, or --smki with a --device or --organisation")
    for option, url in (("--smki", smki), ("--zip", zip)):
        if url:
            _require_address("boxed fetch", option, url)
    with _faults(), writing(folder):
        for name, octets in (fetch_zip(zip) if zip else {}).items():
            emit(str(write_file(folder / name, octets)))
        for holder in holders if smki else ():
            certificates: list[x509.Certificate] = Repository(smki, apikey).certificates(holder)
            for certificate in certificates:
                number = f"{certificate.serial_number:X}"  # a Supplier has two for key agreement, which look alike
                emit(str(write_certificate(folder, entry_of(certificate), number)))
    return 0


@app.command("stand-in", help=_STAND_IN_HELP)
def stand_in(
    bench: Annotated[Path, typer.Option(help="The bench file of the rehearsal.")],
    apikey: Annotated[str, _APIKEY] = "rehearsal",
) -> int:
    """Stand in for DCC Boxed."""
    from ppmid_bench.bench_file import read_bench
    from ppmid_harness.stopping import until_told_to_end

    with _faults():
        server = make_stand_in(read_bench(bench), apikey)
    server.start()
    with until_told_to_end():
        emit(f"standing in for DCC Boxed at {server.url}, calling back to {server.callback}; Ctrl-C ends it")
        threading.Event().wait()
    server.close()
    return 0


def make_stand_in(bench: "BenchFile", apikey: str) -> "StandIn":
    """The stand-in at the address where a bench expects DCC Boxed. Raises BadInput, BoxedFault or HarnessFault."""
    from ppmid_bench.derivation import Derivation
    from ppmid_bench.errors import HarnessFault
    from ppmid_bench.home_keys import ACCESS_CONTROL_BROKER, make_home_keys
    from ppmid_devices import roles
    from ppmid_devices.dcc.boxed.call import require_address
    from ppmid_devices.dcc.boxed.repository_stand_in import RepositoryStandIn
    from ppmid_devices.dcc.boxed.stand_in import StandIn

    settings = _settings(bench)
    _require_address(bench.source, f"[parties.{roles.DCC}] url", settings.url)
    address = require_address(settings.url)
    keys = make_home_keys(Derivation(bench.seed, "stand-in"), bench.identities, bench.keys)
    repository = RepositoryStandIn([certificate for _, _, certificate in bench.keys.entries], apikey, {})
    try:
        return StandIn(
            credentials=keys.credentials_of(ACCESS_CONTROL_BROKER),
            directory=keys.directory_of(roles.DCC),
            devices={keys.eui(role): role for role in (roles.HUB, roles.PPMID, *roles.METERS)},
            callback=f"http://{settings.listen_host}:{settings.listen_port}{settings.listen_path}",
            host=address.hostname or "",
            port=address.port or 80,
            more=repository.answer,
        )
    except OSError as problem:
        raise HarnessFault(f"{settings.url}: {problem.strerror or problem}") from problem


def _settings(bench: "BenchFile") -> "BoxedSettings":
    from ppmid_bench.errors import BadInput
    from ppmid_bench.typed import convert
    from ppmid_devices import roles
    from ppmid_devices.dcc.boxed.settings import BoxedSettings

    place = f"[parties.{roles.DCC}]"
    entry = bench.party(roles.DCC)
    if not entry.adapter.startswith("ppmid_devices.dcc.boxed:"):
        raise BadInput(bench.source, f"{place} adapter", "ppmid_devices.dcc.boxed:RehearsedBoxedDcc", entry.adapter)
    return convert(entry.settings, BoxedSettings, bench.source, place)


def _require_address(source: str, where: str, url: str) -> None:
    """An address that cannot be called is bad input; of one with a query, only what stands before it is told."""
    from ppmid_bench.errors import BadInput
    from ppmid_devices.dcc.boxed.call import require_address
    from ppmid_devices.dcc.boxed.fault import BoxedFault

    try:
        require_address(url)
    except BoxedFault as problem:
        raise BadInput(source, where, "an address such as http://HOST:PORT", problem.where) from problem


@contextlib.contextmanager
def _faults() -> Iterator[None]:
    """What DCC Boxed does wrong is a fault of the bench, not of what it was told."""
    from ppmid_bench.errors import HarnessFault
    from ppmid_devices.dcc.boxed.fault import BoxedFault

    try:
        yield
    except BoxedFault as problem:
        raise HarnessFault(str(problem)) from problem
