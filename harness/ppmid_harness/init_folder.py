"""What a vendor begins with: a package with an adapter, its tests, a bench file and a declaration; all of it text."""

import re
from collections.abc import Mapping
from importlib import import_module, resources
from string import Template
from types import MappingProxyType
from typing import get_type_hints

from ppmid_bench.adapters import SIMULATIONS
from ppmid_bench.errors import BadInput
from ppmid_bench.ics import DECLARABLE, Value
from ppmid_devices import needs, roles
from ppmid_devices.remote.contracts import CONTRACTS

_TOP_UP = "commands-through-the-ppmid/a-top-up-command-and-the-meters-response"
SCENARIOS: Mapping[str, str] = MappingProxyType(
    {
        roles.PPMID: _TOP_UP,
        roles.HUB: _TOP_UP,
        roles.DCC_USER: _TOP_UP,
        roles.DCC: _TOP_UP,
        roles.DELIVERY_SERVICE: _TOP_UP,
        roles.ESME: _TOP_UP,
        roles.GSME: "commands-through-the-ppmid/a-gas-meter-takes-its-top-up-command-at-its-next-wake",
        roles.CARRIER: "messages-that-are-brought-to-the-ppmid-by-hand/"
        "a-top-up-command-goes-on-a-usb-stick-and-its-answer-comes-back-the-next-day",
        roles.HHT: "what-an-engineer-does-with-a-hand-held-terminal-where-there-is-no-sm-wan/"
        "a-top-up-with-the-hand-held-terminal-and-its-response-returned-to-the-dcc-by-the-supplier",
    }
)
"""The roles for which an adapter can be begun, and the scenario that its tests run."""

_NAME = re.compile("[a-z][a-z0-9]*(-[a-z0-9]+)*")
_NEEDS: Mapping[str, str] = {roles.ESME: "MeterNeeds", roles.GSME: "MeterNeeds"}


def skeleton(role: str, name: str) -> dict[str, str]:
    """The files of a new folder, by their paths in it. ``name``: small letters, digits and hyphens. Raises BadInput."""
    if role not in SCENARIOS:
        raise BadInput("--role", "", f"one of {', '.join(SCENARIOS)}", role)
    if not _NAME.fullmatch(name):
        raise BadInput("--name", "", "small letters and digits, with hyphens between them, such as acme", repr(name))
    words = _words(role, name)
    files = {
        "pyproject.toml": "pyproject.toml",
        "README.md": "README.md",
        "bench.toml": "bench.toml",
        f"{words['package']}/adapter.py": "adapter.py",
        "tests/test_adapter.py": "test_adapter.py",
    }
    made = {path: _template(template).substitute(words) for path, template in files.items()}
    return {**made, f"{words['package']}/__init__.py": f'"""An adapter of a {role}."""\n', "ics.toml": declaration()}


def _words(role: str, name: str) -> dict[str, str]:
    """What stands in the templates."""
    module, _, simulated = SIMULATIONS[role].partition(":")
    settings = get_type_hints(getattr(import_module(module), simulated).__init__)["settings"]
    camel = "".join(part.capitalize() for part in f"{name}-{role}".split("-"))
    wanted = _NEEDS.get(role) or "".join(part.capitalize() for part in role.split("-")) + "Needs"
    return {
        "role": role,
        "name": name,
        "distribution": f"{name}-{role}",
        "package": f"{name}-{role}".replace("-", "_"),
        "adapter": camel,
        "settings": f"{camel}Settings",
        "settings_base": settings.__name__,
        "settings_module": settings.__module__,
        "simulated": simulated,
        "simulated_module": module,
        "contract": CONTRACTS[role].__module__,
        "needs": getattr(needs, wanted).__name__,
        "scenario": SCENARIOS[role],
    }


def declaration() -> str:
    """A statement with every line that there can be, as it is of the harness's own PPMID, and what each means."""
    lines = ["# What is declared of the PPMID. Change what is not so; a line that is missing declares nothing.", ""]
    for table in ("ics", "ixit"):
        lines.append(f"[{table}]")
        lines += [
            f"{f'{item.id} = {_toml(item.default)}':<22} # {item.text}"
            for item in DECLARABLE.values()
            if item.table == table
        ]
        lines.append("")
    return "\n".join(lines).rstrip("\n") + "\n"


def _toml(value: Value) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return f'"{value}"' if isinstance(value, str) else f"{value:g}"


def _template(name: str) -> Template:
    return Template((resources.files("ppmid_harness") / "data" / "init" / f"{name}.txt").read_text(encoding="utf-8"))
