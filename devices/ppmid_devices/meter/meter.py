"""What the two simulated meters have in common: all but how they are reached on the HAN."""

from dataclasses import replace
from typing import ClassVar, Literal

from ppmid_devices.credentials import Credentials, Directory
from ppmid_devices.meter import configuration, functions
from ppmid_devices.meter.commanded import CommandedDevice
from ppmid_devices.meter.commands import Refusal
from ppmid_devices.meter.consumption import Consumption
from ppmid_devices.meter.contract import MeterDisplay
from ppmid_devices.meter.cosem.esme import EsmeObjects
from ppmid_devices.meter.cosem.readings import CALENDAR, Readings, is_due
from ppmid_devices.meter.documents import Documents
from ppmid_devices.meter.firmware import MAKERS, Firmware
from ppmid_devices.meter.functions import Functions
from ppmid_devices.meter.log_codes import ALWAYS_ALERTED, LogCode, LogEntry
from ppmid_devices.meter.meter_clock import MeterClock
from ppmid_devices.meter.registers import Registers
from ppmid_devices.meter.replacements import Floors
from ppmid_devices.meter.settings import MeterSettings
from ppmid_devices.meter.supply import SupplyEvent
from ppmid_devices.meter.top_ups import Decision, Entry, Path, TopUps
from ppmid_devices.meter.trust import Parties
from ppmid_devices.meter.variants import variants
from ppmid_devices.meter.zcl.dating import Dating
from ppmid_devices.meter.zcl.gsme import GsmeClusters
from ppmid_devices.ports import Clock
from ppmid_protocols.eui import Eui
from ppmid_protocols.gbcs.gbt import Reassembly
from ppmid_protocols.secret import Secret
from ppmid_protocols.smki import Role

_OWN_ORDERS: dict[str, Literal["five-step", "four-step"]] = {"esme": "five-step", "gsme": "four-step"}
_REFUSAL_CODES = frozenset(refusal.log_code for refusal in Refusal)


class SimulatedMeter(CommandedDevice):
    """Accepts and executes Commands, answers them, takes UTRNs, sends Alerts.

    Registers, objects and clusters outlive a loss of power.
    """

    kind: ClassVar[Literal["esme", "gsme"]]
    top_ups_type: ClassVar[type[TopUps]] = TopUps
    registers_type: ClassVar[type[Registers]] = Registers
    objects_type: ClassVar[type[EsmeObjects]] = EsmeObjects
    clock_type: ClassVar[type[MeterClock]] = MeterClock
    firmware_type: ClassVar[type[Firmware]] = Firmware

    def __init__(
        self,
        clock: Clock,
        credentials: Credentials,
        directory: Directory,
        parties: Parties,
        settings: MeterSettings,
    ) -> None:
        super().__init__(clock, credentials, directory, parties, settings)
        top_ups = self.top_ups_type(
            supplier=parties.supplier,
            device=credentials.eui,
            key=self._key,
            supplier_key=directory.public_key(parties.supplier, "prepayment"),
            terms=settings.terms(_OWN_ORDERS[self.kind]),
            lock_out=settings.lock_out(),
        )
        self._registers = self.registers_type(clock, settings.account(), top_ups, self._noted)
        self._registers.behaviours = settings.behaviours()
        self._own_clock = self.clock_type(self._registers, reliable=settings.clock == "reliable")
        self._sealer.clock_is_reliable = lambda: self._own_clock.reliable
        self._anchors.changed = self._trust_changed
        self._firmware = self.firmware_type(settings.firmware)
        self._become(self._made_functions())

    def _made_functions(self) -> Functions:
        documents = Documents(
            self._keys,
            self._anchors,
            self._firmware,
            self,
            self._own_clock.set_within,
        )
        settings = self._settings
        if self.kind == "gsme":
            dating = Dating(self._clock, self._announce)
            self._loads = [self._load(b"gas", settings.load_per_hour)]
            clusters = GsmeClusters(self._registers, settings, dating, self._loads[0], self._firmware)
            self._publications = clusters.publications
            codes = functions.codes(self.kind, edition=settings.edition)
            return Functions(codes, documents, clusters=clusters.store)
        self._loads = [self._load(b"first", settings.load_per_hour)]
        if "twin" in variants()[settings.variant]:
            self._loads.append(self._load(b"second", settings.second_load_per_hour))
        readings = Readings(self._registers, tuple(self._loads), settings.variant)
        own = self.objects_type(self.eui, self._registers, settings, readings, self._own_clock, self._firmware)
        store = functions.object_store(settings.variant, own.views, own.methods, self._clock, self._announce)
        codes = functions.codes(self.kind, settings.variant, settings.edition)
        self._registers.billing_calendar = lambda day: is_due(store.value(CALENDAR), day)
        return Functions(codes, documents, objects=store)

    def _load(self, element: bytes, per_hour: int) -> Consumption:
        return Consumption(bytes(self.eui) + element, self._clock.now(), per_hour)

    @property
    def security_log(self) -> tuple[LogEntry, ...]:
        """Its Security Log, oldest first."""
        return self._registers.security_log

    @property
    def event_log(self) -> tuple[LogEntry, ...]:
        """Its Event Log, oldest first."""
        return self._registers.event_log

    def display(self) -> MeterDisplay:
        """What its own display shows now."""
        consumed = sum(load.register(self._clock.now()) for load in self._loads)
        return replace(self._registers.display(), consumption=consumed)

    def configuration(self) -> dict[str, str]:
        """A digest of its firmware and of each thing that is configured in it, by the names of its interface."""
        functions = self._functions
        found = {
            "firmware": configuration.digest(self._firmware.octets),
            **dict(configuration.of_credentials(self._anchors)),
            **dict(configuration.of_device_log(functions.documents.log.devices)),
        }
        if functions.objects is not None:
            found |= configuration.of_objects(functions.objects, self._settings.variant)
        if functions.clusters is not None:
            found |= configuration.of_clusters(functions.clusters, self._publications)
        return found

    def image(self) -> bytes:
        """A newer image, as its maker hands it out."""
        return MAKERS[self.kind].image(self._firmware.version + 1)

    def _tell_receipt(self, digest: bytes) -> None:
        """Tell the Supplier of an image that was received and verified."""
        counter, now = self.next_counter(), self._clock.now()
        self.transmit(self._sealer.image_receipt(digest, self._anchors.supplier, counter=counter, now=now))

    def press_enable(self) -> None:
        """Press its button to switch an armed supply on."""
        if self._powered:
            self._registers.ask_supply(SupplyEvent.PERSON_ENABLES)

    def enter_utrn(self, digits: str) -> str:
        """Type digits on its keypad; gives the text that its display answers, none without power."""
        if not self._powered:
            return ""
        return _told(self._registers.enter(Entry(digits=Secret(digits.encode()), path=Path.KEYPAD)))

    def note(self, code: LogCode) -> None:
        """Write a code to the log that it belongs to."""
        self._registers.note(code)

    def _trust_changed(self, role: Role) -> None:
        """UTRNs are the Supplier's whose key stands in the cell for them."""
        anchor = self._anchors.anchor(Role.SUPPLIER, "prepayment")
        if role is Role.SUPPLIER and anchor is not None:
            self._registers.trust(anchor.subject, anchor.key)

    def set_floors(self, role: Role, party: Eui, floors: Floors) -> None:
        """Let the counters of a new party begin above these, UTRN counters among them."""
        super().set_floors(role, party, floors)
        if role is Role.SUPPLIER and floors.top_ups is not None:
            self._registers.set_utrn_floor(floors.top_ups >> 32)

    def _power_on(self) -> None:
        self._powered = True
        self._registers.bring_up_to_date()

    def _power_off(self) -> None:
        self._powered, self._life = False, self._life + 1
        self._blocks = Reassembly()

    def _noted(self, code: LogCode) -> None:
        """Send the Alert that belongs to what was just logged; what always goes is the same of both fuels (assumed)."""
        if self._registers.behaviours.alerted(code):
            self._alert(code, critical=False)
        elif code in ALWAYS_ALERTED or (code in _REFUSAL_CODES and self._settings.refusal_alert):
            self._alert(code, critical=True)


def _told(decision: Decision) -> str:
    if decision.credited is None:
        return decision.result.text
    return f"{decision.result.text}: £{decision.credited / 100_000:.2f}"
