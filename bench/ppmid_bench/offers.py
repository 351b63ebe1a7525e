"""Whether something has all that a contract asks for, where it may have it or not, as an adapter its ``close``.

What ``isinstance`` says of a runtime-checkable Protocol, which collects the names anew each time; every home asks some
forty times.
"""

import inspect
from functools import cache


def offers(one: object, contract: type) -> bool:
    """Whether ``one`` has every attribute that the Protocol ``contract`` has; one that is None is none."""
    return all(getattr(one, name, None) is not None for name in _names(contract))


@cache
def _names(contract: type) -> tuple[str, ...]:
    """The public names of a Protocol that inherits from none."""
    named = (*vars(contract), *inspect.get_annotations(contract))
    return tuple(name for name in dict.fromkeys(named) if not name.startswith("_"))
