"""An observer with a bunch of keys whose owners it does not know: it tries them, and learns who is where.

Devices choose a key by the pair that shares it (module ``han``); a capture does not tell the pairs. So each frame is
tried with the key that opened the last one between the same two, then with all others.
"""

import csv
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from ppmid_protocols.errors import Malformed, NotAuthentic
from ppmid_protocols.eui import Eui
from ppmid_protocols.secret import Secret
from ppmid_protocols.zigbee import aps_commands
from ppmid_protocols.zigbee.aps_commands import ApsCommand, TransportNetworkKey
from ppmid_protocols.zigbee.frames import ApsHeader, MacFrame, NwkHeader, NwkType, decode_aps, decode_nwk, split_mac
from ppmid_protocols.zigbee.han import KeyNotHeld, OpenedFrame
from ppmid_protocols.zigbee.security import KEY_OCTETS, Aux, decode_aux, open_aps, open_aps_command, open_nwk


@dataclass(frozen=True, slots=True)
class LabelledKey:
    """A key of a HAN, network or link, and what its holder calls it: ``hub and esme``, say."""

    key: Secret
    label: str = ""

    @classmethod
    def parse(cls, digits: str, label: str = "", reverse: bool = False) -> "LabelledKey":
        """Read 32 hex digits, bare or with colons. Raises Malformed, without the digits in it."""
        try:
            octets = bytes.fromhex(digits.replace(":", " "))
        except ValueError:
            octets = b""
        if len(octets) != KEY_OCTETS:
            raise Malformed("HAN key", f"expected {2 * KEY_OCTETS} hex digits, found something else")
        return cls(Secret(octets[::-1] if reverse else octets), label)


def read_keys(text: str) -> tuple[LabelledKey, ...]:
    """The keys in a table ``zigbee_pc_keys`` as Wireshark keeps it: ``"key","Normal","label"`` a line; # comments.

    Raises Malformed, naming the line.
    """
    keys = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        row = next(csv.reader([line]))
        if len(row) not in (2, 3) or row[1] not in ("Normal", "Reverse"):
            raise Malformed(f"line {number}", 'expected "key","Normal" or "Reverse","label"')
        try:
            keys.append(LabelledKey.parse(row[0], row[2] if len(row) == 3 else "", reverse=row[1] == "Reverse"))
        except Malformed as problem:
            raise Malformed(f"line {number}", problem.problem) from None
    return tuple(keys)


@dataclass(frozen=True, slots=True)
class Overheard:
    """One MAC frame, opened. ``command``: of an APS command what it says. ``label``: of the link key that opened it.

    ``inside``: the octets that its NWK frame carries, opened: of an APS frame its header and what that may have sealed.
    """

    frame: OpenedFrame
    command: ApsCommand | None = field(default=None, repr=False)
    label: str = ""
    inside: bytes = field(default=b"", repr=False)


class Sniffer:
    """Opens frames of a HAN. ``addresses`` grows: the EUI-64 behind each short address, as the frames tell them."""

    def __init__(self, keys: Iterable[LabelledKey]) -> None:
        self._keys = list(keys)
        self._opened_by: dict[object, LabelledKey] = {}
        self.addresses: dict[int, Eui] = {}

    def open(self, octets: bytes, with_fcs: bool) -> Overheard:
        """Open one MAC frame.

        Raises Malformed, Unsupported as the decoders do, and KeyNotHeld where no key opens a layer: it was not given,
        or the frame is damaged, which without the key nobody can tell apart.
        """
        mac, payload = split_mac(octets, with_fcs)
        nwk, size = decode_nwk(payload)
        nwk_aux, inside = None, payload[size:]
        if nwk.secured:
            (nwk_aux, inside), _ = self._try("network", lambda key: open_nwk(payload, size, key), "NWK")
            if nwk_aux.source is not None and nwk.source == mac.source:
                self.addresses[nwk.source] = nwk_aux.source
        if nwk.source_eui is not None:
            self.addresses[nwk.source] = nwk.source_eui
        if nwk.type is NwkType.COMMAND:
            return Overheard(self._frame(mac, nwk, nwk_aux, None, inside), inside=inside)
        if aps_commands.is_command(inside):
            return self._command(mac, nwk, nwk_aux, inside)
        aps, size = decode_aps(inside)
        if not aps.secured:
            return Overheard(self._frame(mac, nwk, nwk_aux, None, inside[size:], aps), inside=inside)
        source = self._sealer(nwk, inside, size)
        (aps_aux, plain), label = self._try(
            frozenset((nwk.source, nwk.destination)), lambda key: open_aps(inside, size, key, source), "APS"
        )
        return Overheard(self._frame(mac, nwk, nwk_aux, aps_aux, plain, aps), None, label, inside)

    def _command(self, mac: MacFrame, nwk: NwkHeader, nwk_aux: Aux | None, inside: bytes) -> Overheard:
        header, size = aps_commands.decode_header(inside), aps_commands.HEADER_OCTETS
        aux, plain, label = None, inside[size:], ""
        if header.secured:
            source = self._sealer(nwk, inside, size)
            pair = frozenset((nwk.source, nwk.destination))
            (aux, plain), label = self._try(
                pair, lambda key: open_aps_command(inside, size, key, source), "APS command"
            )
        command = aps_commands.decode(plain)
        if isinstance(command, TransportNetworkKey) and all(held.key != command.key for held in self._keys):
            self._keys.append(LabelledKey(command.key, "network, as the capture tells"))
        return Overheard(self._frame(mac, nwk, nwk_aux, aux, plain), command, label, inside)

    def _try(
        self, between: object, attempt: Callable[[bytes], tuple[Aux, bytes]], layer: str
    ) -> tuple[tuple[Aux, bytes], str]:
        last = self._opened_by.get(between)
        for held in self._keys if last is None else (last, *self._keys):
            try:
                opened = attempt(held.key)
            except NotAuthentic:
                continue
            self._opened_by[between] = held
            return opened, held.label
        raise KeyNotHeld(f"no key given opens its {layer} layer")

    def _sealer(self, nwk: NwkHeader, inside: bytes, size: int) -> Eui:
        source = decode_aux(inside, size)[0].source or self.addresses.get(nwk.source)
        if source is None:
            raise KeyNotHeld(f"the EUI-64 of 0x{nwk.source:04X} is not known, and the frame leaves it out")
        return source

    def _frame(
        self,
        mac: MacFrame,
        nwk: NwkHeader,
        nwk_aux: Aux | None,
        aps_aux: Aux | None,
        octets: bytes,
        aps: ApsHeader | None = None,
    ) -> OpenedFrame:
        return OpenedFrame(
            mac=mac,
            nwk=nwk,
            nwk_aux=nwk_aux,
            aps=aps,
            aps_aux=aps_aux,
            source=self.addresses.get(nwk.source),
            destination=nwk.destination_eui or self.addresses.get(nwk.destination),
            octets=octets,
        )
