"""Reading what the byte commands are given: keys, messages, hex digits."""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ppmid_protocols.gbcs.keyring import KeyRing
    from ppmid_protocols.zigbee.sniffer import LabelledKey

KEYS_HELP = "Keys: a JSON file, or a folder of <eui>-ds|ka|pp-ka.pem|.key."

_STANDARD_INPUT = "-"
_KEY_SUFFIXES = (".pem", ".key")


def read_keys(path: Path | None) -> "KeyRing | None":
    """The keys in a JSON file or a folder; None without a path. Raises BadInput or Malformed."""
    from ppmid_bench import input_files
    from ppmid_protocols.gbcs.keyring import KeyRing

    if path is None:
        return None

    with _naming(path):
        if path.is_dir():
            return KeyRing.from_files((file.name, input_files.octets(file)) for file in _files(path, *_KEY_SUFFIXES))
        return KeyRing.from_json(input_files.document(path, form="JSON, or a folder"))


def read_han_keys(paths: list[Path]) -> Iterator["LabelledKey"]:
    """The keys in tables ``zigbee_pc_keys`` as Wireshark and our runs write them. Raises BadInput."""
    from ppmid_bench import input_files
    from ppmid_protocols.zigbee.sniffer import read_keys as read_table

    for path in paths:
        with _naming(path):
            yield from read_table(input_files.text(path))


def read_messages(path: Path) -> list[tuple[str, bytes]]:
    """The messages in a JSON file, or in the ``.HEX`` files of a folder tree. Raises BadInput."""
    from ppmid_bench import input_files
    from ppmid_bench.errors import BadInput
    from ppmid_protocols.gbcs import listing

    with _naming(path):
        if not path.is_dir():
            return listing.from_json(input_files.document(path, form="JSON, or a folder"))
        files = list(_files(path, ".hex"))
        if not files:
            raise BadInput(str(path), "", "files that end in .HEX", "none")
        return listing.from_hex_files((file.relative_to(path).as_posix(), input_files.octets(file)) for file in files)


def read_input(source: str) -> bytes:
    """What is given to be decoded, whatever it is: the text itself, a file's octets, or ``-``. Raises BadInput."""
    from ppmid_bench import input_files
    from ppmid_bench.errors import BadInput

    if source == _STANDARD_INPUT:
        return input_files.standard_input()
    if _is_there(source):
        return input_files.octets(Path(source))
    if set(source) & set(".\\") or source.startswith("/"):
        raise BadInput(source, "", "hex digits, base64, a file or -", "no such file")
    return source.encode("utf-8", "surrogateescape")


@contextlib.contextmanager
def _naming(path: Path) -> Iterator[None]:
    """Let a problem within ``path`` name it."""
    from ppmid_bench.errors import BadInput
    from ppmid_protocols.errors import Malformed

    try:
        yield
    except Malformed as problem:
        raise BadInput(str(path), problem.field, problem.problem.removeprefix("expected ")) from problem
    except OSError as problem:
        raise BadInput(str(path), "", "a readable file or folder", problem.strerror or str(problem)) from problem


def _is_there(source: str) -> bool:
    try:
        return Path(source).exists()
    except (OSError, ValueError):  # too long to be the name of a file, or with a zero in it
        return False


def _files(folder: Path, *suffixes: str) -> Iterator[Path]:
    return (file for file in sorted(folder.rglob("*")) if file.suffix.lower() in suffixes and file.is_file())
