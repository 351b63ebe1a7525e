"""CHF: device log and sub GHz radio (checked against RTDS 4.5.0; CCS02, CCS03 and DBCH04 by the public tables)."""

from collections.abc import Iterator

from ppmid_protocols.duis.services import Target
from ppmid_protocols.gbcs import axdr
from ppmid_protocols.transforms.ask import Ask, Builder, scaled
from ppmid_protocols.transforms.dlms_values import (
    TRUE,
    Value,
    action,
    bits,
    boolean,
    dlms_request,
    enum,
    octets,
    set_,
    structure,
    u8,
    u16,
)
from ppmid_protocols.zigbee.sub_ghz import Channels, channel

_DEVICE_LOG = "104/0-0:30.3.0.255"
_WHITELIST = "AddDeviceToCHFWhitelist"
_INSTALL_CODE = enum(1)
_DEVICE_TYPE = enum(0)  # RTDS has 0 for an ESME; that it is the same for other devices is assumed


def _eui(path: str) -> Value:
    return octets(lambda ask: bytes(ask.eui(path)))


def _install_code(ask: Ask) -> bytes:
    return bytes(ask.octets(f"{_WHITELIST}/InstallCode"))


def _restored(ask: Ask) -> axdr.Data:
    """The log of the hub before, without that hub's own gas proxy, which is gone with it (assumed)."""
    log, known = ask.kept("OldCHFID", ask.circumstances.hub_logs), ask.circumstances.devices
    entries = (
        axdr.structure(axdr.octet_string(device), axdr.octet_string(key))
        for device, key in log.devices.items()
        if device not in known or known[device].type is not Target.GPF
    )
    return axdr.structure(axdr.octet_string(log.pan), axdr.array(*entries))


def _allowed(page: int, path: str) -> Value:
    """The channels of a page that are named, as the bit string that the object has of them."""

    def made(ask: Ask) -> Iterator[bool]:
        numbers = (int(one.name.removeprefix("Channel")) for one in ask.node.at(path).children)
        mask = sum(channel(page, number).mask for number in numbers)
        whole = Channels(page, mask).pack()
        return (bool(whole & 1 << place) for place in reversed(range(32)))

    return bits(made)


_SUB_GHZ = structure(
    _allowed(28, "LowerBandSubGHzChannels0To26"),
    _allowed(29, "LowerBandSubGHzChannels27To34"),
    _allowed(30, "LowerBandSubGHzChannels35To61"),
    _allowed(31, "UpperBandSubGHzChannels0To26"),
    u16(scaled("NormalLimitedDutyCycleThreshold", 1)),
    u16(scaled("LimitedCriticalDutyCycleThreshold", 1)),
    u8("MaximumSubGHzChannelChangesPerWeek"),
    u16("GSMECurfew"),
    u8("ChannelQuieterThreshold"),
    u8("ChannelNoisierThreshold"),
    u16(scaled("NonGSMEPoorCommsPercentageThreshold", 2)),
    u8("NonGSMEPoorCommsMeasurementPeriods"),
    u16("LocalCHNoiseMeasurementPeriod"),
    u16(scaled("LocalCHFailurePercentage", 2)),
    u16(scaled("LocalCHRetryPercentage", 2)),
)
"""The object that DBCH04 sets: that a channel that is named is one that may be used, and the decimals, are assumed."""

PAYLOADS: dict[str, Builder] = {
    "CCS01": dlms_request(
        action(f"{_DEVICE_LOG}/1", structure(_eui("DeviceID"), _INSTALL_CODE, octets(_install_code), _DEVICE_TYPE)),
        set_(f"{_DEVICE_LOG}/3", u16(f"{_WHITELIST}/JoinTimePeriod")),
        set_(f"{_DEVICE_LOG}/2", boolean(TRUE)),
    ),
    "CCS02": dlms_request(action(f"{_DEVICE_LOG}/2", _eui("DeviceID"))),
    "CCS03": dlms_request(action(f"{_DEVICE_LOG}/5", _restored)),
    "DBCH04": dlms_request(set_("1/0-0:94.44.10.0/2", _SUB_GHZ)),
    "DBCH05": dlms_request(set_("1/0-0:94.44.10.1/2", u8(0))),
}
