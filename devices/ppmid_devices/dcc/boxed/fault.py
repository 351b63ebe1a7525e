"""What ends a scenario when DCC Boxed, or the way to it, does not do what its interface says."""


class BoxedFault(Exception):
    """``where`` (a URL), ``found`` there, and what to ``check``: one sentence for whoever runs the bench."""

    def __init__(self, where: str, found: str, check: str) -> None:
        self.where, self.found, self.check = where, found, check
        super().__init__(f"{where}: {found}; check {check}")
