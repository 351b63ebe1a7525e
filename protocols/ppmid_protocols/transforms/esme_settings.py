"""ESME: voltage, power and load thresholds, logs, alerts, identities (checked against RTDS 4.5.0 unless said)."""

from collections.abc import Iterator

from ppmid_protocols.errors import Malformed
from ppmid_protocols.gbcs import axdr
from ppmid_protocols.gbcs.dlms import Specification
from ppmid_protocols.transforms.ask import Ask, Builder
from ppmid_protocols.transforms.dlms_values import (
    FALSE,
    TRUE,
    Accesses,
    Value,
    action,
    activation,
    array,
    bits,
    boolean,
    dlms_request,
    every,
    octets,
    set_,
    text,
    u16,
    u32,
    when,
)

# Voltage

_RMS = "RMSVoltageSettings/RMS"
_MONITORS = ("ExtremeOverVoltage", "ExtremeUnderVoltage", "VoltageSag", "VoltageSwell")
_LIMITS = tuple(
    set_(f"71/0-0:17.0.{place}.255/{attribute}", u32(f"{_RMS}{name}{what}"))
    for place, name in enumerate(_MONITORS, 1)
    for attribute, what in ((4, "Threshold"), (6, "MeasurementPeriod"))
)
_PHASES = (32, 52, 72)  # value group C of what concerns a phase
_AVERAGE = "AverageRMS"


def _phase(number: int | None, setting: str) -> Value:
    """A setting of a phase of a polyphase meter, or of the only phase."""
    if number is None:
        return u32(f"SinglePhaseVoltageSettings/{_AVERAGE}{setting}")
    return u32(lambda ask: _settings_of(ask, number).number(f"PhaseVoltageSettings/{_AVERAGE}{setting}"))


def _settings_of(ask: Ask, phase: int) -> Ask:
    for part in ask.each("PolyPhaseVoltageSettings"):
        if part.number("Phase") == phase:
            return part
    raise Malformed("PolyPhaseVoltageSettings/Phase", f"expected each phase once, found none of number {phase}")


def _average(group: int, number: int | None, what: str) -> Accesses:
    place, setting = {"over": (35, "OverVoltageThreshold"), "under": (31, "UnderVoltageThreshold")}[what]
    return set_(f"1/1-0:{group}.{place}.0.4/2", _phase(number, setting))


def _profile_period(group: int, number: int | None) -> Accesses:
    return set_(f"7/1-0:{group}.24.0.255/4", _phase(number, "VoltageMeasurementPeriod"))


def _counter_resets(*groups: int) -> tuple[Accesses, ...]:
    return tuple(action(f"3/1-0:{group}.{counter}.0.4/1") for group in groups for counter in (32, 36))


_BY_PHASE = tuple(enumerate(_PHASES, 1))

# Alerts: 256 bits for those that are set, 256 for those that are on; the first bit is that of code xxFF


def _alerts(path: str) -> Value:
    def made(ask: Ask) -> Iterator[bool]:
        groups = ask.node.at(path).children
        chosen = {int(one.name[-2:], 16): one.text == "Enable" for group in groups for one in group.children}
        codes = range(255, -1, -1)
        yield from (code in chosen for code in codes)
        yield from (chosen.get(code, False) for code in codes)

    return bits(made)


def _alert_settings(place: str, path: str) -> Builder:
    return dlms_request(set_(f"1/0-{place}.255/2", _alerts(path)))


def _import_mpans(ask: Ask) -> bytes:
    """Thirteen digits for each element; spaces for one that there is not (inferred)."""
    found = [node.text for node in ask.node.at("ImportMPANs").children]
    return "".join(found).ljust(26).encode("ascii")


_SWITCHES = 5
_BOOST = {"AddToBoostButton": TRUE, "RemoveFromBoostButton": FALSE}


def _boost(ask: Ask) -> Iterator[tuple[Specification, axdr.Data]]:
    """Each load that is to be added to the boost button, or removed from it."""
    for name, value in _BOOST.items():
        for part in ask.each(name):
            if part.flag(""):
                yield from set_(f"1/0-0:94.44.6.{part.place('index', _SWITCHES)}/2", boolean(value))(part)


def _description(part: Ask) -> Accesses:
    """What a load switch is for (type of the string by the public tables; no message in the public test data)."""
    written = axdr.Octets(axdr.VISIBLE_STRING, part.text("SwitchDescription").encode("ascii"))
    return set_(f"1/0-0:94.44.0.1{part.place('index', _SWITCHES)}/2", lambda _: written)


_OWN = "9000/0-0:94.44"

PAYLOADS: dict[str, Builder] = {
    "ECS15a": dlms_request(action("7/0-0:99.98.0.255/1")),
    "ECS15c": dlms_request(action("7/0-17:99.98.2.255/1")),
    "ECS16": dlms_request(
        set_("9000/0-0:96.13.0.255/2", text("SupplierTelephoneNumber")),
        set_("9000/0-0:96.13.1.255/2", text("SupplierName")),
    ),
    "ECS25a": _alert_settings("30:97.98.11", "ElectricitySupplierAlerts"),
    "ECS25a1": _alert_settings("30:97.98.12", "ElectricitySupplierHANAlertSettings"),
    "ECS25a2": _alert_settings("30:97.98.13", "ElectricitySupplierAlarmSettings"),
    "ECS25a3": _alert_settings("30:97.98.14", "ElectricitySupplierLoggingSettings"),
    "ECS25b": _alert_settings("33:97.98.11", "ElectricityNetworkOperatorAlerts"),
    "ECS25b3": _alert_settings("33:97.98.14", "ElectricityNetworkOperatorLoggingSettings"),
    # 6.4.1 has no message in the public test data: which state TRUE stands for is inferred.
    "ECS28a": dlms_request(
        set_(f"{_OWN}.0.3/4", boolean(lambda ask: TRUE if ask.text("LoadLimitSupplyState") == "Disable" else FALSE)),
        set_(f"{_OWN}.128.7/4", u32("LoadLimitPowerThreshold")),
        set_(f"{_OWN}.128.6/4", u32("LoadLimitPeriod")),
        set_(f"{_OWN}.128.8/4", u32("LoadLimitRestorationPeriod")),
        *(set_(f"{_OWN}.{place}/6", activation) for place in ("0.3", "128.7", "128.6", "128.8")),
    ),
    "ECS28b": dlms_request(action("3/0-0:94.44.42.255/1")),
    "ECS29a": dlms_request(
        _profile_period(32, None),
        *_LIMITS,
        _average(32, None, "over"),
        _average(32, None, "under"),
        *_counter_resets(32),
    ),
    "ECS29b": dlms_request(
        *(_profile_period(group, number) for number, group in _BY_PHASE),
        *_LIMITS,
        _average(32, 1, "over"),
        _average(32, 1, "under"),
        *(_average(group, number, what) for number, group in _BY_PHASE[1:] for what in ("under", "over")),
        *_counter_resets(*_PHASES),
    ),
    "ECS29c": dlms_request(
        _average(32, None, "under"), _average(32, None, "over"), _profile_period(32, None), *_LIMITS
    ),
    "ECS29d": dlms_request(
        *(_average(group, number, what) for number, group in _BY_PHASE for what in ("under", "over")),
        *(_profile_period(group, number) for number, group in _BY_PHASE),
        *_LIMITS,
    ),
    "ECS29e": dlms_request(*_counter_resets(32)),
    "ECS29f": dlms_request(*_counter_resets(*_PHASES)),
    "ECS34": dlms_request(
        set_("21/0-0:16.0.0.255/2", array(u32("LowMediumPowerThreshold"), u32("MediumHighPowerThreshold")))
    ),
    "ECS38": dlms_request(set_("1/0-0:94.44.0.1/2", u16("RandomisedOffsetLimit"))),
    "ECS39a": dlms_request(set_("1/0-0:94.44.34.11/2", octets(_import_mpans))),
    "ECS39b": dlms_request(set_("1/1-0:0.0.2.255/2", text("ExportMPAN"))),
    "ECS46a": dlms_request(every("ALCSHCALCSDescription", _description)),
    "ECS50": dlms_request(set_("1/0-3:96.13.1.255/2", octets(lambda ask: bytes(ask.circumstances.cin)))),
    "ECS57": dlms_request(
        when("MaxDemandActivePowerImportValue", action("4/1-0:1.6.0.255/1")),
        when("MaxDemandConfigTimeActivePowerImportValue", action("4/1-0:1.6.1.255/1")),
        when("MaxDemandActivePowerExportValue", action("4/1-0:2.6.0.255/1")),
    ),
    "ECS62": dlms_request(_boost),
    "ECS81": dlms_request(
        set_("1/0-0:94.44.0.4/2", boolean(lambda ask: TRUE if ask.text("SupplyTamperState") == "Locked" else FALSE))
    ),
}
