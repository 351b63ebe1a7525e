"""Frames of a conversation, and Wireshark's dissectors over them: the judge of our frames that we did not write."""

import shutil
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from waiting_wall import LONG_S

from ppmid_protocols.captures.pcapng import Link, LinkType, Writer
from ppmid_protocols.eui import Eui
from ppmid_protocols.secret import Secret
from ppmid_protocols.zigbee import tunneling
from ppmid_protocols.zigbee.han import build_frames
from ppmid_protocols.zigbee.zcl import Direction, ZclFrame

if TYPE_CHECKING:
    from han_home import Home

NEEDED = pytest.mark.skipif(shutil.which("tshark") is None, reason="tshark (Wireshark's dissectors) is not installed")

TO_SERVER, TO_CLIENT = Direction.TO_SERVER, Direction.TO_CLIENT
EPOCH = 1_700_000_000_000_000_000
UTRN = "73946144332040217315"
HEADER = "gbcs_message.grouping_header"

HAN = Link("han", LinkType.IEEE802_15_4_WITH_FCS)
Dissect = Callable[..., list[dict[str, str]]]


@dataclass(frozen=True)
class Said:
    """One message of a conversation, with the comment that its frames carry."""

    comment: str
    source: Eui
    target: Eui
    cluster: int
    zcl: ZclFrame


def frames_of(home: "Home", conversation: Sequence[Said], extended_nonce: bool = True) -> list[tuple[bytes, str]]:
    radios = {eui: home.radio(eui) for eui in home.addresses.values()}
    frames: list[tuple[bytes, str]] = []
    for said in conversation:
        sent, radios[said.source] = build_frames(
            radios[said.source],
            said.target,
            home.short(said.target),
            said.cluster,
            said.zcl.encode(),
            home.keys,
            extended_nonce=extended_nonce,
        )
        frames += [(frame, said.comment) for frame in sent]
    return frames


def dissector(home: "Home", folder: Path) -> Dissect:
    """Runs tshark over frames; gives the asked fields of each frame that the filter lets through."""

    def run(
        frames: Sequence[tuple[bytes, str]],
        *fields: str,
        only: str = "wpan",
        keys: Sequence[Secret] | None = None,
        link: Link = HAN,
        options: Sequence[str] = (),
    ) -> list[dict[str, str]]:
        path = folder / "han.pcapng"
        with path.open("wb") as file:
            writer = Writer(file)
            index = writer.add_link(link)
            for number, (frame, comment) in enumerate(frames):
                writer.write(index, EPOCH + number * 10_000_000 + 1, frame, *filter(None, (comment,)))
        held = keys
        if held is None:
            held = [home.keys.network_key, *home.keys.device_keys.values(), *home.keys.pair_keys.values()]
        command = ["tshark", "-n", "-r", str(path), "-Y", only, "-T", "fields", "-E", "separator=|"]
        command += [word for key in held for word in ("-o", f'uat:zigbee_pc_keys:"{key.hex(":")}","Normal","key"')]
        command += [word for option in options for word in ("-o", option)]
        command += [word for field in fields for word in ("-e", field)]
        done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=LONG_S)
        # Versions of tshark differ in colons between octets, and in True for 1.
        lines = done.stdout.replace(":", "").replace("True", "1").splitlines()
        return [dict(zip(fields, line.split("|"), strict=True)) for line in lines]

    return run


def tunnel(
    home: "Home", comment: str, source: Eui, target: Eui, command: tunneling.TunnelCommand, way: Direction
) -> Said:
    return Said(comment, source, target, tunneling.CLUSTER, tunneling.frame(command, way, 1))
