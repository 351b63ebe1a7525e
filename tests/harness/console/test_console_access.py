"""Who may do what in the console: Host and Origin, the cookie, the form's own token, and the token for others."""

import importlib.util
import socket
from pathlib import Path
from typing import Any

import pytest

from ppmid_bench.errors import BadInput
from ppmid_harness.cli import execute
from ppmid_harness.console.access import is_loopback, read_token

TOKEN = "a-token-that-is-long-enough"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "127.0.0.1.evil.example", "", "localhost.evil"])
def test_a_name_that_somebody_points_here_opens_nothing(host: str, visitor: Any) -> None:
    answer = visitor.get("/", Host=host)
    assert answer.status == 403
    assert "names of this machine alone" in answer.text
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost:9", "[::1]:80", "localhost"])
def test_the_names_of_this_machine_do(host: str, visitor: Any) -> None:
    assert visitor.get("/", Host=host).status == 200


def test_the_cookie_is_for_no_script_and_no_other_site(visitor: Any) -> None:
    cookie = visitor.get("/").headers["set-cookie"]
    assert cookie.startswith(f"ppmid-console-{visitor.port}=")
    assert cookie.endswith("; HttpOnly; SameSite=Strict; Path=/")
    assert "set-cookie" not in visitor.get("/").headers, "once"


@pytest.mark.parametrize(
    ("headers", "sentence"),
    [
        ({"Origin": "http://evil.example"}, "a page of another site"),
        ({"Origin": "null"}, "a page of another site"),
        ({"Sec-Fetch-Site": "cross-site"}, "a page of another site"),
        ({"Sec-Fetch-Site": "same-site"}, "a page of another site"),
        ({"Cookie": ""}, "no cookie of this console"),
        ({"Cookie": "ppmid-console-1=x"}, "no cookie of this console"),
        ({"Content-Type": "text/plain"}, "not what a form of this console sends"),
    ],
)
def test_what_another_site_can_send_changes_nothing(headers: dict[str, str], sentence: str, visitor: Any) -> None:
    answer = visitor.send("/start", "/start", headers, tags="@none")
    assert answer.status == 403
    assert sentence in answer.text


def test_a_form_without_its_token_changes_nothing(visitor: Any) -> None:
    visitor.get("/")
    for body in ("form=other&tags=@x", "tags=@x", "", "form=%ff"):
        assert visitor.ask("POST", "/start", body, {"Origin": visitor.origin, **FORM}).status == 403
    large = "form=" + "x" * (1 << 20)
    assert "more than 1048576 octets" in visitor.ask("POST", "/start", large, FORM).text


def test_others_give_the_token_once(folder: Path, start_process: Any, visit: Any) -> None:
    (folder / "token").write_text(TOKEN + "\n")
    with start_process(folder, "--token-file", "token") as address:
        visitor = visit(address)
        for page in ("/", "/runs/good/report.html", "/start"):
            answer = visitor.get(page)
            assert (answer.status, answer.headers["location"]) == (303, "/enter")
            assert "set-cookie" not in answer.headers
        assert visitor.ask("POST", "/start", "", {"Origin": visitor.origin, **FORM}).status == 403
        wrong = visitor.send("/enter", "/enter", token="something else")
        assert (wrong.status, "That is not the token." in wrong.text) == (403, True)
        assert "set-cookie" not in wrong.headers
        right = visitor.send("/enter", "/enter", token=TOKEN)
        assert (right.status, right.headers["location"]) == (303, "/")
        assert TOKEN not in right.headers["set-cookie"]
        assert visitor.get("/").status == 200
        assert visitor.get("/", Host="console.lab.example").status == 200, "others call it by the name that it has"
        capture = visitor.get("/runs/good/captures/x.pcapng")
        assert capture.status == 404
        name = next((folder / "runs" / "good" / "captures").glob("*.pcapng")).name
        assert "do not leave the machine" in visitor.get(f"/runs/good/captures/{name}").text
        assert visitor.get("/runs/good/record.json").status == 200


@pytest.mark.parametrize(
    ("host", "is_here"), [("127.0.0.1", True), ("::1", True), ("localhost", True), ("0.0.0.0", False), ("lab", False)]
)
def test_which_addresses_only_this_machine_reaches(host: str, is_here: bool) -> None:
    assert is_loopback(host) is is_here


@pytest.mark.parametrize(
    "content", ["", "short", "x" * 19, "x" * 1001, "a b" * 20, "é" * 30, "x" * 30 + "\n" + "y" * 30]
)
def test_a_token_that_keeps_nobody_out(content: str, tmp_path: Path) -> None:
    (tmp_path / "token").write_text(content, encoding="utf-8")
    with pytest.raises(BadInput, match="expected one line of 20 to 1000"):
        read_token(tmp_path / "token")


def told(capsys: pytest.CaptureFixture[str]) -> str:
    printed = capsys.readouterr()
    assert (printed.out, printed.err.count("\n")) == ("", 1)
    return printed.err


def test_a_port_that_is_taken(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert execute(["console", str(tmp_path), "--port", str(port)]) == 2
    assert f"127.0.0.1:{port}: expected an address of this machine that is free" in told(capsys)


def test_a_host_that_is_none_of_this_machine(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "token").write_text(TOKEN)
    arguments = ["console", str(tmp_path), "--token-file", str(tmp_path / "token"), "--host"]
    for host in ("192.0.2.1", "x" * 300, "nowhere.invalid"):
        assert execute([*arguments, host]) == 2
        assert "expected an address of this machine" in told(capsys)


def test_without_the_extra(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    found = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "uvicorn" else found(name))
    assert execute(["console"]) == 2
    assert "expected what it needs: pip install 'ppmid-harness[web]', found no uvicorn" in told(capsys)
