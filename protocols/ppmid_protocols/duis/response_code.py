"""Response codes of DUIS. The schema lists them without meaning; only those that a public text explains have a name."""

import re
from types import MappingProxyType

from ppmid_protocols.errors import Malformed

_TEXT = re.compile(r"I0|I99|[EW][0-9]{1,6}")


class ResponseCode(str):
    """A code such as ``I99``, ``E21`` or ``E081301``; a well-formed code without a known meaning stays opaque."""

    __slots__ = ()

    def __new__(cls, text: str) -> "ResponseCode":
        if not _TEXT.fullmatch(text):
            raise Malformed("ResponseCode", f"expected I0, I99, or E or W with 1 to 6 digits, found {text[:20]!r}")
        return super().__new__(cls, text)

    @property
    def meaning(self) -> str | None:
        """What a public text says of this code, or None."""
        return MEANINGS.get(self)


SUCCESS = ResponseCode("I0")
ACCEPTED = ResponseCode("I99")
BAD_PARTY_OR_ROLE = ResponseCode("E1")
ROLE_NOT_ALLOWED = ResponseCode("E2")
USER_SUSPENDED = ResponseCode("E3")
NOT_RESPONSIBLE = ResponseCode("E4")
DEVICE_STATUS_UNFIT = ResponseCode("E5")
NOT_FOR_DEVICE_TYPE = ResponseCode("E11")
COMMAND_VARIANT_NOT_VALID = ResponseCode("E12")
WRONG_SERVICE = ResponseCode("E13")
NOT_AVAILABLE_LOCALLY = ResponseCode("E17")
DEVICE_UNKNOWN = ResponseCode("E19")
NO_COMMUNICATION = ResponseCode("E20")
NO_RESPONSE = ResponseCode("E21")

MEANINGS: MappingProxyType[str, str] = MappingProxyType(
    {
        SUCCESS: "success",
        ACCEPTED: "accepted for sending",
        BAD_PARTY_OR_ROLE: "the party and its role do not belong together",
        ROLE_NOT_ALLOWED: "this role may not send this Service Request",
        USER_SUSPENDED: "the User is suspended",
        NOT_RESPONSIBLE: "the User is not the responsible party for the device at that time",
        DEVICE_STATUS_UNFIT: "the device's status does not allow this Service Request",
        NOT_FOR_DEVICE_TYPE: "this Service Request is not for this type of device",
        COMMAND_VARIANT_NOT_VALID: "this Command Variant is not valid for the Request",
        WRONG_SERVICE: "the Request was sent to the wrong service",
        NOT_AVAILABLE_LOCALLY: "the Request or signed Pre-Command is not available for Local Command services",
        DEVICE_UNKNOWN: "the device is unknown",
        NO_COMMUNICATION: "communication with the device cannot be established",
        NO_RESPONSE: "the Command went out and no Response came from the device",
    }
)
