"""What must outlive a loss of power: replay numbers and frame counters, in one small file.

It belongs to one sheet: another scenario has other keys, so its numbers begin anew.
"""

import json
import os
from pathlib import Path

AHEAD = 256
"""Numbers that are set aside by one write. After a restart the rest of them is never used: gaps are allowed."""


class Kept:
    """The numbers of one sheet."""

    def __init__(self, path: Path, sheet: str) -> None:
        self._path, self._sheet = path, sheet
        self._heard: dict[str, int] = {}
        self._aside = {"replay": 0, "frame": 0}
        try:
            told = json.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            told = {}
        if told.get("sheet") == sheet:
            self._heard, self._aside = told["heard"], told["aside"]
        self._next = dict(self._aside)

    def replay_number(self) -> int:
        """The next replay number of this PPMID, from 1 up."""
        return self._take("replay") + 1

    def frame_counter(self) -> int:
        """The next frame counter: one row of numbers serves all keys, so it rises under each of them."""
        return self._take("frame")

    def last_heard(self, key_id: bytes) -> int:
        """The last replay number accepted from a sender; 0 before the first."""
        return self._heard.get(key_id.hex(), 0)

    def accept(self, key_id: bytes, number: int) -> None:
        """Keep a replay number as used; it is on the disk when this returns."""
        self._heard[key_id.hex()] = number
        self._write()

    def _take(self, row: str) -> int:
        number = self._next[row]
        if number >= self._aside[row]:
            self._aside[row] = number + AHEAD
            self._write()
        self._next[row] = number + 1
        return number

    def _write(self) -> None:
        new = self._path.with_suffix(".new")
        with open(new, "w", encoding="utf-8") as file:
            json.dump({"sheet": self._sheet, "heard": self._heard, "aside": self._aside}, file)
            file.flush()
            os.fsync(file.fileno())
        new.replace(self._path)
