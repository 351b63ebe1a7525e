"""Where parties in processes call a run: who is taken, who is not and why, and that nothing of it stays behind."""

import socket
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from waiting_wall import LONG_S

from ppmid_bench import control as under_test
from ppmid_bench.bench_file import BenchFile
from ppmid_bench.control import ControlPort
from ppmid_bench.errors import HarnessFault
from ppmid_devices.remote.host import Caller
from ppmid_devices.remote.peer import PeerFault

HERE = "127.0.0.1"
STAYS = (sys.executable, "-m", "ppmid_devices.remote", "--stay")
ONCE = STAYS[:-1]
Make = Callable[..., ControlPort]


def free_port() -> int:
    with socket.create_server((HERE, 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def make(port: int) -> Iterator[Make]:
    """Makes the control of a bench ``lab``, closed at the end."""
    made: list[ControlPort] = []

    def control(**more: object) -> ControlPort:
        fields = {"id": "lab", "source": "lab.toml", "time": "wall", "control": (HERE, port), "muster_s": 5} | more
        made.append(ControlPort(BenchFile(**fields)))  # type: ignore[arg-type]
        return made[-1]

    yield control
    for one in made:
        one.close()


@pytest.fixture
def calls(port: int) -> Iterator[Callable[..., list[str]]]:
    """Has a party call by hand, in a thread, until the bench ends the line; gives where what comes of it is put."""
    threads: list[threading.Thread] = []

    def call(role: str, bench: str = "lab") -> list[str]:
        said: list[str] = []

        def serve() -> None:
            caller = Caller(role, (HERE, port), bench, said.append)
            try:
                while not caller.called():
                    pass
                caller.serve()
            except PeerFault as problem:
                said.append(str(problem))

        threads.append(threading.Thread(target=serve, daemon=True))
        threads[-1].start()
        return said

    yield call
    for thread in threads:
        thread.join(LONG_S)
        assert not thread.is_alive()


def test_who_calls_by_hand_is_kept_until_a_scenario_needs_it(make: Make, calls: Callable[..., list[str]]) -> None:
    said = calls("hub")
    control = make()
    peer = control.await_by_hand("hub")
    assert peer.name == "hub"
    peer.close()
    assert control.process("hub") is None
    control.close()
    assert said == ["bench lab is there", "the bench has gone"]


def test_who_does_not_come_is_named_with_the_command_and_waited_for_but_shortly_again(
    make: Make, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(under_test, "_CLOSING_S", 0.3)
    control = make(muster_s=1)
    for seconds in ("1", "0.3"):
        with pytest.raises(PeerFault) as caught:
            control.await_by_hand("hub")
        assert str(caught.value) == (
            f"no hub has called {HERE}:{port} within {seconds} s; "
            "start it by: ppmid-harness device hub --bench lab.toml"
        )


def test_a_party_of_another_bench_is_an_error_that_names_both(make: Make, calls: Callable[..., list[str]]) -> None:
    said = calls("hub", "other")
    with pytest.raises(PeerFault, match=r"expected hub of bench lab, found hub of bench other; .*\(lab.toml\)"):
        make().await_by_hand("hub")
    while not said:
        pass
    assert said == ["expected bench of bench other, found bench of bench lab"]


def test_a_second_party_of_one_role_is_refused_and_the_first_serves(
    make: Make, calls: Callable[..., list[str]]
) -> None:
    control = make()
    first = calls("hub")
    assert control.await_by_hand("hub").name == "hub"
    second = calls("hub")
    while len(second) < 2:
        pass
    assert second[-1] == "bench broke: HarnessFault: bench lab has a hub already"
    assert not control.await_by_hand("hub").ended
    assert first == ["bench lab is there"]
    control.close()


def test_who_says_something_else_keeps_nobody_waiting_and_is_told_of(make: Make, port: int) -> None:
    control = make(muster_s=1)
    control._open()
    with socket.create_connection((HERE, port)) as stranger, socket.create_connection((HERE, port)):  # one says nothing
        stranger.sendall(b"GET / HTTP/1.1\r\n\r\n")
        with pytest.raises(
            PeerFault, match=r"no hub has called .* somebody has called, but who has called says what no"
        ):
            control.await_by_hand("hub")


def test_a_port_that_is_taken_is_said_and_what_to_look_at(make: Make, port: int) -> None:
    with socket.create_server((HERE, port)), pytest.raises(HarnessFault) as caught:
        make().await_by_hand("hub")
    assert str(caught.value) == (
        f"lab.toml: [bench] control: {HERE}:{port} cannot be had (Address already in use); "
        "look whether another run or program has it, and end that or name another port"
    )


def test_one_process_serves_scenario_after_scenario_and_ends_with_the_run(make: Make) -> None:
    control = make(control=None)
    control.take("hub", STAYS).close()
    process = control.process("hub")
    assert process is not None
    control.take("hub", STAYS).close()
    assert control.process("hub") is process
    control.close()
    assert process.returncode == 0


@pytest.mark.parametrize("command", [ONCE, STAYS], ids=["once", "killed"])
def test_a_process_that_has_ended_is_started_again(command: tuple[str, ...], make: Make) -> None:
    control = make(control=None)
    peer = control.take("hub", command)
    first = control.process("hub")
    assert first is not None
    if command is STAYS:
        first.kill()
        first.wait()
    peer.close()
    assert not control.take("hub", command).ended
    assert control.process("hub") is not first


def test_a_process_that_hangs_is_ended_and_another_started(
    make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(under_test, "_CLOSING_S", 1.0)
    hangs = tmp_path / "hangs.py"
    hangs.write_text(
        "import sys, time\nfrom ppmid_devices.remote.host import main\nmain(sys.argv[1:])\ntime.sleep(600)\n",
        encoding="utf-8",
    )
    control = make(control=None)
    command = (sys.executable, str(hangs))
    control.take("hub", command).close()
    first = control.process("hub")
    assert first is not None
    assert not control.take("hub", command).ended
    assert first.returncode == -9
    control.close()


def test_a_process_that_ends_at_once_is_said(make: Make) -> None:
    control = make(control=None)
    with pytest.raises(PeerFault, match="the process of hub ended by 1 at once"):
        control.take("hub", (sys.executable, "-c", "raise SystemExit(1)"))
    with pytest.raises(HarnessFault, match="cannot be started: /nowhere: No such file"):
        control.take("ppmid", ("/nowhere",))


def test_a_process_of_another_run_is_an_error_that_names_both(make: Make) -> None:
    """Two workers of one bench file: their processes know each other's port, and are told apart all the same."""
    one, other = make(control=None), make(control=None)
    misled = f"import sys; from ppmid_devices.remote.host import main; sys.argv[3] = '{HERE}:{other._open()[1]}'; "
    command = (sys.executable, "-c", misled + "sys.exit(main(sys.argv[1:]))")
    with pytest.raises(PeerFault, match="the process of hub ended by 3 at once"):
        one.take("hub", command)
    with pytest.raises(PeerFault, match=r"expected hub of bench lab, found hub of bench lab of run \d+-\d+;"):
        other.await_by_hand("hub")
