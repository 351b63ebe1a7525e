"""What Alerts about firmware say: the hub's of an image's way (CCS08), and a PPMID's of its activation (CS09)."""

from ppmid_devices.meter.times import der_time
from ppmid_protocols.eui import Eui
from ppmid_protocols.gbcs import asn1
from ppmid_protocols.gbcs.message import Message

TRANSFERRED, ACTIVATED = 0x0128, 0x012B
"""Message Codes of CCS08 and CS09."""
TRANSFER_FAILED, TRANSFER_DONE, VERSION_READ = 0x8F89, 0x8F8A, 0x8F8B
"""Alert codes; CS09 bears the last one (RTDS 4.5.0)."""
DONE, DISCARDED = 0, 1
"""Results: of both on success, of CCS08 where the image was discarded."""


def transfer(device: Eui, version: int, *, good: bool, now: int) -> bytes:
    """The payload of CCS08: an image has come to a device of the home, or was discarded. ``now``: ns since 1970."""
    plain: dict[str, asn1.Plain] = {
        "alertCode": TRANSFER_DONE if good else TRANSFER_FAILED,
        "executionTime": der_time(now),
        "device": bytes(device),
        "firmwareVersion": version.to_bytes(4, "big"),
        "result": DONE if good else DISCARDED,
    }
    return asn1.make("FirmwareTransferAlert", plain).encode()


def activation(version: int, now: int) -> bytes:
    """The payload of CS09: this firmware is active now. ``now``: ns since 1970."""
    plain: dict[str, asn1.Plain] = {
        "alertCode": VERSION_READ,
        "executionTime": der_time(now),
        "firmwareVersion": version.to_bytes(4, "big"),
        "result": DONE,
    }
    return asn1.make("FirmwareActivationAlert", plain).encode()


def read_activation(alert: Message) -> tuple[int, int, bool]:
    """Alert code, firmware version and success of CS09. Raises Malformed."""
    found = asn1.read("FirmwareActivationAlert", alert.payload)
    code, version, result = (found.find(name) for name in ("alertCode", "firmwareVersion", "result"))
    assert code is not None  # members of the structure, which has been read
    assert version is not None
    assert result is not None
    return code.number or 0, int.from_bytes(version.contents, "big"), result.number == DONE
