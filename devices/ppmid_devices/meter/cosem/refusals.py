"""Why an access is refused: the data-access-results and action-results of IEC 62056-6-2."""

REFUSED, DENIED, UNDEFINED, CLASS_INCONSISTENT, TYPE_UNMATCHED, OUT_OF_SCOPE, OTHER_REASON = 1, 3, 4, 9, 12, 13, 250
"""1 is named a hardware fault, and is what RTDS 4.5.0 has for most refusals; 250 is GBCS's for the rest."""


class AccessRefused(Exception):
    """An access that is not done, and changes nothing."""

    def __init__(self, result: int) -> None:
        super().__init__(f"refused with result {result}")
        self.result = result
