"""An observer's ear on a HAN: it opens frames with the keys that a lab has, and learns those that are handed out there.

A lab has the keys that devices share when the watching begins, and their install codes. With these it opens the network
key that a hub gives to a device, and with that the link key that the device gets; a device sends under its new key from
when it has shown it (Verify Key). Where that is lost, it comes in again under a key of before.
"""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import replace

from ppmid_protocols.errors import ProtocolError
from ppmid_protocols.eui import Eui
from ppmid_protocols.secret import Secret
from ppmid_protocols.zigbee import joining, mmo
from ppmid_protocols.zigbee.aps_commands import TransportNetworkKey, TransportTrustCentreKey, VerifyKey
from ppmid_protocols.zigbee.han import AppMessage, Dissector, HanKeys, OpenedFrame
from ppmid_protocols.zigbee.joining import InstallCode
from ppmid_protocols.zigbee.outside import HUB_SHORT
from ppmid_protocols.zigbee.sniffer import LabelledKey, Sniffer
from ppmid_protocols.zigbee.usual_frame import Usual


class HanEar:
    """``addresses``: the EUI-64 behind each short address. ``by_code``: the install codes, by device."""

    def __init__(
        self, keys: HanKeys, addresses: Mapping[int, Eui], by_code: Mapping[Eui, InstallCode] | None = None
    ) -> None:
        self._addresses, self._by_code = dict(addresses), by_code or {}
        self._device_keys = dict(keys.device_keys)
        self._handed_out: dict[Eui, Secret] = {}
        self._earlier: list[tuple[Eui, Secret]] = []
        self._keys = replace(keys, device_keys=self._device_keys)
        self._dissector = Dissector(self._keys, self._addresses)
        self._former: list[Dissector] = []
        self._opened_by = self._dissector
        self.learned: dict[str, Secret] = {}
        """The keys that were handed out, by what they are for and a number: for whoever reads the capture."""

    @property
    def addresses(self) -> Mapping[int, Eui]:
        """The EUI-64 behind each short address that is known."""
        return self._addresses

    def met(self, device: Eui, short: int) -> None:
        """A device has been given an address."""
        self._addresses[short] = device

    def admitted(self, frame: bytes) -> Eui | None:
        """Take a frame that gives a device the network key; gives the device, None where no key of the lab opens it."""
        for device, key in self._candidates():
            try:
                given = joining.accept(frame, key)
            except ProtocolError:
                continue
            if given.destination != device:
                continue
            self._have(device, key)
            self._learn("join", key)
            if (given.source, given.key) != (self._keys.trust_centre, self._keys.network_key):
                self._leave_behind()
                self._addresses[HUB_SHORT] = given.source
                self._keys = replace(self._keys, network_key=given.key, trust_centre=given.source)
                self._dissector = Dissector(self._keys, self._addresses)
                self._learn("network", given.key)
            return device
        return None

    def _have(self, device: Eui, key: Secret) -> None:
        """The device shares this key with the hub from now on; the one before may be asked for again."""
        before = self._device_keys.get(device)
        if before is not None and before != key and (device, before) not in self._earlier:
            self._earlier.append((device, before))
        self._device_keys[device] = key

    def _leave_behind(self) -> None:
        """Another network takes the place of the one that was heard: devices speak on there until they find this."""
        self._former.insert(0, Dissector(self._keys, dict(self._addresses)))

    def _candidates(self) -> list[tuple[Eui, Secret]]:
        held = [*self._device_keys.items(), *self._earlier]
        hashed = [(device, Secret(mmo.hash_of(key))) for device, key in held]
        printed = [(device, code.link_key) for device, code in self._by_code.items()]
        return [*held, *hashed, *printed]

    def open_usual(self, frame: bytes) -> Usual | None:
        """As ``open``, of the kind that most are of and on the network as it is; None of any other."""
        return self._dissector.open_usual(frame)

    def take_usual(self, usual: Usual) -> AppMessage | None:
        """The application message that what ``open_usual`` gave completes. Raises Malformed."""
        return self._dissector.take_usual(usual, 0)

    def open(self, frame: bytes) -> OpenedFrame:
        """Open one MAC frame of a device on the network, or on one before it. Raises ProtocolError."""
        opened = self._open_somehow(frame)
        match opened.command:
            case TransportTrustCentreKey(key=key, destination=device):
                self._handed_out[device] = key
            case VerifyKey(source=device) if device in self._handed_out:
                key = self._handed_out.pop(device)
                self._have(device, key)
                self._learn("link", key)
        return opened

    def _open_somehow(self, frame: bytes) -> OpenedFrame:
        """Under the keys of the network as it is, else under those of one before; the former's problem is told."""
        self._opened_by = self._dissector
        try:
            return self._dissector.open(frame)
        except ProtocolError:
            for dissector in self._former:
                with suppress(ProtocolError):
                    opened, self._opened_by = dissector.open(frame), dissector
                    return opened
            raise

    def take(self, opened: OpenedFrame) -> AppMessage | None:
        """The application message that a frame completes, which was opened last. Raises ProtocolError."""
        return self._opened_by.take(opened, 0)

    def _learn(self, what: str, key: Secret) -> None:
        if key not in self.learned.values():
            self.learned[f"{what} {len(self.learned) + 1}"] = key


class BunchOfKeysEar(HanEar):
    """The same with a bunch of keys of which nobody says who shares them: a lab's, for what its sniffer hears."""

    def __init__(self, keys: Iterable[LabelledKey]) -> None:
        super().__init__(_NONE, {})
        self._sniffer = Sniffer(keys)

    @property
    def addresses(self) -> Mapping[int, Eui]:
        """The EUI-64 behind each short address that is known."""
        return {**super().addresses, **self._sniffer.addresses}

    def admitted(self, frame: bytes) -> Eui | None:
        """Take a frame that gives a device the network key; gives the device, None where no key given opens it."""
        try:
            command = self._sniffer.open(frame, with_fcs=True).command
        except ProtocolError:
            return None
        if not isinstance(command, TransportNetworkKey):
            return None
        self._learn("network", command.key)
        return command.destination

    def open(self, frame: bytes) -> OpenedFrame:
        """Open one MAC frame of a device on the network. Raises ProtocolError."""
        return self._sniffer.open(frame, with_fcs=True).frame


_NONE = HanKeys(Secret(bytes(16)), Eui(bytes(8)))
