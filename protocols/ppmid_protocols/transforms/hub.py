"""CHF: device log and sub GHz scan (checked against RTDS 4.5.0; CCS02 and CCS03 by the public tables)."""

from ppmid_protocols.duis.services import Target
from ppmid_protocols.gbcs import axdr
from ppmid_protocols.transforms.ask import Ask, Builder
from ppmid_protocols.transforms.dlms_values import (
    TRUE,
    Value,
    action,
    boolean,
    dlms_request,
    enum,
    octets,
    set_,
    structure,
    u8,
    u16,
)

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


PAYLOADS: dict[str, Builder] = {
    "CCS01": dlms_request(
        action(f"{_DEVICE_LOG}/1", structure(_eui("DeviceID"), _INSTALL_CODE, octets(_install_code), _DEVICE_TYPE)),
        set_(f"{_DEVICE_LOG}/3", u16(f"{_WHITELIST}/JoinTimePeriod")),
        set_(f"{_DEVICE_LOG}/2", boolean(TRUE)),
    ),
    "CCS02": dlms_request(action(f"{_DEVICE_LOG}/2", _eui("DeviceID"))),
    "CCS03": dlms_request(action(f"{_DEVICE_LOG}/5", _restored)),
    "DBCH05": dlms_request(set_("1/0-0:94.44.10.1/2", u8(0))),
}
