"""What a Command may configure otherwise in a meter: how the names of objects and attributes begin (GBCS 18; ZSE)."""

from collections.abc import Iterable, Mapping

from ppmid_bench.scenario import ScenarioRun
from ppmid_steps.one_of import OneOf

PARTS: Mapping[str, tuple[str, ...]] = OneOf(
    {
        "payment mode": ("111/0-0:19.0.0.255/", "21/0-0:16.0.1.255/", "0705/0000", "0705/0040"),
        "debt recovery": ("113/0-0:19.20.", "0705/02"),
        "prepayment configuration": (
            "10/0-0:12.0.1.255/",
            "11/0-0:11.0.2.255/",
            "111/0-0:19.0.0.255/1",
            "112/0-0:19.10.1.255/",
            "9000/0-0:94.44.2.",
            "0705/00",
            "0707 publication",
            "0705 command",
            "0707 command",
        ),
        "power thresholds": ("21/0-0:16.0.0.255/",),
        "load limit": ("71/0-0:17.0.0.255/",),
        "randomised offset limit": ("1/0-0:94.44.0.1/",),
        "load switch names": tuple(f"1/0-0:94.44.0.{switch}/" for switch in range(11, 16)),
        "billing calendar": ("22/0-0:15.0.0.255/", "0700 command 01", "0700 publication 09"),
        "gas conversion": ("0700 command 02", "0700 command 03", "0700/03"),
        "gas flow limits": ("0702 command 0D", "0702 command 0E", "0702/06"),
        "alert behaviour": ("1/0-30:97.98.",),
        "tariff": (
            "20/0-0:13.0.",
            "11/0-0:11.0.0.255/",
            "11/0-0:11.0.1.255/",
            "21/0-0:16.0.1",
            "9000/0-0:94.44.2.0/",
            "0707 ",
        ),
        "prices": ("113/0-0:19.20.0.255/", "113/0-0:19.20.4.255/", "113/0-0:19.20.5.255/", "0700 ", "0700/06"),
        "boost button": ("1/0-0:94.44.6.",),
        "auxiliary controllers": ("10/0-0:12.0.2.255/", "11/0-0:11.0.3.255/"),
        "supply number": ("1/0-0:94.44.34.11/", "1/1-0:0.0.2.255/", "0702/0307", "0708 command"),
        "customer number": ("1/0-3:96.13.1.255/",),
        "voltage": ("1/1-0:32.31.0.4/", "1/1-0:32.35.0.4/", "71/0-0:17.0."),
        "maximum demand period": ("10/0-0:12.0.0.255/",),
        "message": ("0703 command",),
        "privacy PIN": ("0708 command",),
        "device log": ("device log",),
        "firmware": ("firmware", "1/0-0:0.2.1.255/", "0702/0206"),
        "Supplier": ("supplier ",),
    }
)


def let_change(world: ScenarioRun, device: str, parts: Iterable[str]) -> None:
    """What is asked of a device now may configure these parts otherwise, and nothing else, till the scenario ends."""
    names = (name for part in parts for name in PARTS[part])
    world.may_change.setdefault(device, set()).update(names)
