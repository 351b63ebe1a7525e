"""Why a component is refused: ZCL statuses (ZCL 2.6.3). Which one a meter chooses is assumed but for 01, FAILURE."""

SUCCESS, FAILURE, MALFORMED = 0x00, 0x01, 0x80
UNSUPPORTED_CLUSTER_COMMAND, UNSUPPORTED_ATTRIBUTE, INVALID_VALUE, NOT_FOUND = 0x81, 0x86, 0x87, 0x8B


class ComponentRefused(Exception):
    """A component that is not done, and changes nothing."""

    def __init__(self, status: int) -> None:
        super().__init__(f"refused with status {status:02X}")
        self.status = status
