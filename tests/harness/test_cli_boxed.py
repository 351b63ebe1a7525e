"""``ppmid-harness boxed``: keys of a rehearsal, what is fetched, the stand-in, the examples of the documents."""

import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from waiting_wall import LONG_S

from ppmid_bench.adapters import kind, require_adapters
from ppmid_bench.bench_file import read_bench
from ppmid_bench.errors import BadInput
from ppmid_bench.home_keys import EUIS, SUPPLIER
from ppmid_bench.supplied_keys import read_key_folder
from ppmid_devices import roles
from ppmid_devices.dcc.boxed.http_service import HttpService, loudly
from ppmid_devices.dcc.boxed.repository_stand_in import RepositoryStandIn
from ppmid_harness.cli import execute

EXAMPLES = Path(__file__).parents[2] / "docs" / "dcc-boxed"
Capture = pytest.CaptureFixture[str]


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    assert execute(["boxed", "keys", str(tmp_path / "keys")]) == 0
    return tmp_path / "keys"


def test_keys_are_everybodys_and_overwrite_nothing(keys: Path, capsys: Capture) -> None:
    supplied = read_key_folder(keys)
    assert {role for role, eui in EUIS.items() if eui not in supplied} == {roles.HHT}, "it has no keys of its own"
    before = {path: path.read_bytes() for path in keys.iterdir()}
    assert execute(["boxed", "keys", str(keys)]) == 2
    assert "expected no such folder yet, or an empty one" in capsys.readouterr().err
    assert {path: path.read_bytes() for path in keys.iterdir()} == before
    assert execute(["boxed", "keys", str(keys.parent / "other"), "--seed", "2"]) == 0
    other = read_key_folder(keys.parent / "other")
    assert {one[2] for one in other.entries}.isdisjoint(one[2] for one in supplied.entries)


@pytest.mark.parametrize(("name", "real"), [("bench.toml", "real"), ("rehearsal.toml", "simulated")])
def test_the_examples_are_benches_that_can_be_used(name: str, real: str, keys: Path, capsys: Capture) -> None:
    path = Path(shutil.copy(EXAMPLES / name, keys.parent))
    bench = read_bench(path)
    require_adapters(bench)
    assert kind(roles.DCC, bench) == real
    assert execute(["checks", "--bench", str(path)]) == 0
    listed = capsys.readouterr().out
    assert "not observable on this bench: wan" in listed
    assert "not observable on this bench: duis" not in listed


@pytest.fixture
def repository(keys: Path) -> Iterator[str]:
    certificates = [certificate for _, _, certificate in read_key_folder(keys).entries]
    files = {"Z1-one.pem": certificates[0].public_bytes(Encoding.PEM)}
    server = HttpService("127.0.0.1", 0, RepositoryStandIn(certificates, "key", files).answer, loudly)
    server.start()
    yield "http://{}:{}".format(*server.address)
    server.close()


def test_fetched_certificates_are_where_a_bench_finds_them(repository: str, keys: Path, tmp_path: Path) -> None:
    esme, got = EUIS[roles.ESME], tmp_path / "got"
    arguments = ["boxed", "fetch", str(got), "--smki", repository, "--apikey", "key", "--device", str(esme)]
    assert execute(arguments) == 0
    assert set(read_key_folder(got).entries) == {one for one in read_key_folder(keys).entries if one[0] == esme}


def test_two_certificates_that_look_alike_are_both_fetched_and_one_must_be_named(
    repository: str, keys: Path, tmp_path: Path
) -> None:
    got = tmp_path / "got"
    arguments = ["boxed", "fetch", str(got), "--smki", repository, "--apikey", "key"]
    assert execute([*arguments, "--organisation", str(EUIS[SUPPLIER])]) == 0
    with pytest.raises(BadInput, match="expected one agreement certificate of 90-B3-D5-1F-30-01-00-00, found another"):
        read_key_folder(got)
    pairs = read_key_folder(keys).pairs
    number = pairs[EUIS[SUPPLIER], "prepayment"].certificate.serial_number
    (alike,) = got.glob(f"*-{number:X}.pem")
    alike.rename(got / "supplier-pp-ka.pem")
    assert len(read_key_folder(got).entries) == 4


def test_the_zips_files_are_where_a_bench_finds_them(repository: str, tmp_path: Path) -> None:
    assert execute(["boxed", "fetch", str(tmp_path / "got"), "--zip", repository]) == 0
    assert len(read_key_folder(tmp_path / "got").entries) == 1


def test_what_cannot_be_fetched_is_one_line(repository: str, tmp_path: Path, capsys: Capture) -> None:
    got = str(tmp_path / "got")
    assert execute(["boxed", "fetch", got]) == 2
    device = ["--device", "00-DB-12-34-56-78-90-A0"]
    assert execute(["boxed", "fetch", got, "--smki", repository, "--apikey", "wrong", *device]) == 3
    assert execute(["boxed", "fetch", got, "--zip", "http://127.0.0.1:1"]) == 3
    lines = capsys.readouterr().err.splitlines()
    assert [line.partition(": ")[0] for line in lines] == ["ppmid-harness"] * 3
    assert "code 401; check the apikey" in lines[1]
    assert "nobody listens there" in lines[2]
    assert not (tmp_path / "got").exists()


def _free_port() -> int:
    with closing(socket.socket()) as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@pytest.fixture
def rehearsal(keys: Path) -> Path:
    """The example of a rehearsal, on ports that are free."""
    path = keys.parent / "rehearsal.toml"
    text = (EXAMPLES / "rehearsal.toml").read_text()
    path.write_text(text.replace("8079", str(_free_port())).replace("8090", str(_free_port())))
    return path


@pytest.fixture
def stand_in(rehearsal: Path) -> Iterator[Callable[..., int]]:
    """A stand-in in a process of its own; gives what ends it."""
    command = [sys.executable, "-m", "ppmid_harness", "boxed", "stand-in", "--bench", str(rehearsal)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("standing in for DCC Boxed at http://127.0.0.1:")

        def end(by: signal.Signals = signal.SIGINT) -> int:
            process.send_signal(by)
            return process.wait(LONG_S)

        yield end
        process.kill()


def test_the_rehearsal_of_the_documentation_passes(
    rehearsal: Path, stand_in: Callable[..., int], tmp_path: Path, capsys: Capture
) -> None:
    feature, out = str(EXAMPLES / "soon.feature"), str(tmp_path / "out")
    assert execute(["run", feature, "--bench", str(rehearsal), "--out", out]) == 0
    assert capsys.readouterr().out.splitlines()[0].startswith("pass")
    assert stand_in() == 0
    assert execute(["rejudge", out]) == 0


def test_a_stand_in_in_the_background_ends_when_it_is_told_to(stand_in: Callable[..., int]) -> None:
    assert stand_in(signal.SIGTERM) == 0


def test_a_stand_in_needs_a_bench_that_asks_for_it_its_port_and_the_brokers_keys(
    rehearsal: Path, keys: Path, capsys: Capture
) -> None:
    other = rehearsal.with_name("other.toml")
    other.write_text("")
    assert execute(["boxed", "stand-in", "--bench", str(other)]) == 2
    port = int(rehearsal.read_text().partition("127.0.0.1:")[2].split('"')[0])
    with socket.create_server(("127.0.0.1", port)):
        assert execute(["boxed", "stand-in", "--bench", str(rehearsal)]) == 3
    for path in keys.glob("*0002-*.key"):
        path.unlink()
    assert execute(["boxed", "stand-in", "--bench", str(rehearsal)]) == 2
    lines = capsys.readouterr().err.splitlines()
    assert "expected ppmid_devices.dcc.boxed:RehearsedBoxedDcc, found simulated" in lines[0]
    assert "Address already in use" in lines[1]
    assert "90-B3-D5-1F-30-00-00-02 holds no xml_signing key of its own" in lines[2]
