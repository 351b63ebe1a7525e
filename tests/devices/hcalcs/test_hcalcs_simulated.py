"""An HCALCS on its HAN: which Commands it carries out, which it refuses, and what it keeps."""

from dataclasses import replace
from typing import Any

import pytest
from home_parts import (
    BROKER,
    CREDENTIALS,
    ESME,
    HUB,
    KEYS,
    PPMID,
    REPOSITORY,
    SUPPLIER,
    Ground,
    membership,
    signed_by,
    with_mac_of,
)

from ppmid_devices import roles
from ppmid_devices.hcalcs.faulty import AnswersNothing
from ppmid_devices.hcalcs.settings import HcalcsSettings
from ppmid_devices.hcalcs.simulated import SimulatedHcalcs
from ppmid_devices.links.han import HanMembership
from ppmid_devices.links.han_node import HanNode
from ppmid_devices.links.tunnel import TunnelClient
from ppmid_devices.ports import SECOND
from ppmid_protocols.eui import Eui
from ppmid_protocols.gbcs import asn1, crypto
from ppmid_protocols.gbcs.message import Cra, Message, decode
from ppmid_protocols.gbcs.use_cases import USE_CASES
from ppmid_protocols.secret import Secret

HCALCS = KEYS.eui(roles.HCALCS)
JOIN, PART, LOG, FIRMWARE = 0x00AB, 0x000F, 0x0013, 0x0129  # CS03A2, CS04AC, CS07, CS08
JOIN_ESME = asn1.make(
    "JoinDeviceCommand", {"methodAndRole": "methodAResponder", "otherDevice": bytes(ESME), "otherDeviceType": "esme"}
).encode()
NULL = b"\x05\x00"
LINK_KEY, SHORT = Secret(b"h" * 16), 0x1004


class Home(Ground):
    """An HCALCS, and a hub's end of its tunnel that the test speaks for."""

    def __init__(self, kind: type[SimulatedHcalcs] = SimulatedHcalcs) -> None:
        super().__init__(1_700_000_000 * SECOND)
        hub = membership(HUB)
        addresses = {**hub.addresses, HCALCS: SHORT}
        place = HanMembership(
            name=roles.HCALCS,
            eui=HCALCS,
            short=SHORT,
            network_key=hub.network_key,
            link_keys={HUB: LINK_KEY},
            addresses=addresses,
        )
        self.hcalcs = kind(
            clock=self.clock,
            credentials=CREDENTIALS[HCALCS],
            directory=KEYS.directory_of(roles.HCALCS),
            han=self.han,
            membership=place,
            hub=HUB,
            supplier=SUPPLIER,
            access_control_broker=BROKER,
            devices={HUB: roles.HUB},
            settings=HcalcsSettings(),
        )
        self.hcalcs.start()
        node = HanNode(self.clock, self.han, replace(hub, addresses=addresses, link_keys={HCALCS: LINK_KEY}))
        self.heard: list[Message] = []
        self.tunnel = TunnelClient(node, HCALCS, self.clock, lambda octets: self.heard.append(decode(octets)))
        self.tunnel.open()
        self.run(SECOND)

    def ask(self, code: int, payload: bytes, counter: int = 1, originator: Eui = SUPPLIER) -> Message | None:
        """Have a Command come to it; gives its Response."""
        self.heard.clear()
        self.tunnel.send(made(code, payload, counter, originator).encode())
        self.run(5 * SECOND)
        return self.heard[0] if self.heard else None


def made(code: int, payload: bytes, counter: int, originator: Eui = SUPPLIER, **changes: Any) -> Message:
    fields = {"cra": Cra.COMMAND, "originator": originator, "target": HCALCS, "message_code": code}
    plain = Message(**{**fields, "counter": counter, "payload": payload, **changes})
    if USE_CASES[code].critical:
        plain = signed_by(plain, originator)
    return with_mac_of(plain, BROKER, plain.target if plain.target in CREDENTIALS else HCALCS)


def joined(home: Home, counter: int) -> str:
    answer = home.ask(LOG, NULL, counter)
    assert answer is not None
    return answer.payload.hex()


def test_it_joins_the_meter_and_its_own_signature_says_so() -> None:
    home = Home()
    answer = home.ask(JOIN, JOIN_ESME)
    assert answer is not None
    assert (answer.cra, answer.originator, answer.target, answer.counter) == (Cra.RESPONSE, HCALCS, SUPPLIER, 1)
    assert answer.payload.hex() == "020100"  # RTDS 4.5.0, CS03A2: success
    crypto.verify_signature(answer, REPOSITORY.public_key(HCALCS, "signing"))
    assert f"0408{bytes(ESME).hex()}020101" in joined(home, 2)


def test_its_device_log_begins_with_the_hub_and_ends_without_the_meter_it_parted_from() -> None:
    home = Home()
    assert joined(home, 1) == "3014020100" + "300f300d0408" + bytes(HUB).hex() + "020102"
    home.ask(JOIN, JOIN_ESME, 2)
    part = b"\x04\x08" + bytes(ESME)
    first, second = home.ask(PART, part, 3), home.ask(PART, part, 4)
    assert first is not None
    assert second is not None
    assert (first.payload.hex(), second.payload.hex()) == ("020100", "020101")
    assert bytes(ESME).hex() not in joined(home, 5)


def test_it_tells_its_firmware_to_the_broker() -> None:
    answer = Home().ask(FIRMWARE, NULL, originator=BROKER)
    assert answer is not None
    assert "00000001" in answer.payload.hex()


def test_a_copy_is_not_carried_out() -> None:
    home = Home()
    assert home.ask(JOIN, JOIN_ESME) is not None
    home.ask(PART, b"\x04\x08" + bytes(ESME), 2)
    assert home.ask(JOIN, JOIN_ESME) is None
    assert bytes(ESME).hex() not in joined(home, 3)
    assert len(home.hcalcs.noted) == 1


@pytest.mark.parametrize("what", ["MAC", "signature", "stranger", "target", "of a meter"])
def test_what_is_not_authentic_or_not_for_it_is_refused_without_a_word(what: str) -> None:
    home = Home()
    command = made(JOIN, JOIN_ESME, 1)
    if what == "MAC":
        command = replace(command, mac=bytes(12))
    elif what == "signature":
        command = with_mac_of(replace(command, signature=bytes(64), mac=None), BROKER, HCALCS)
    elif what == "stranger":
        command = with_mac_of(
            signed_by(replace(command, originator=PPMID, mac=None, signature=b""), PPMID), BROKER, HCALCS
        )
    elif what == "target":
        command = made(JOIN, JOIN_ESME, 1, target=ESME)
    else:
        command = made(0x0062, bytes.fromhex("d92000000100000000"), 1)
    home.tunnel.send(command.encode())
    home.run(5 * SECOND)
    assert home.heard == []
    assert bytes(ESME).hex() not in joined(home, 2)


def test_what_it_is_joined_with_and_its_counters_outlive_a_cut_of_its_power() -> None:
    home = Home()
    home.ask(JOIN, JOIN_ESME)
    home.hcalcs.power_cycle()
    home.hcalcs.power_cycle()  # it is off already
    home.run(40 * SECOND)
    home.tunnel.stop()
    home.tunnel.open()
    home.run(SECOND)
    assert home.ask(JOIN, JOIN_ESME) is None
    assert bytes(ESME).hex() in joined(home, 2)


def test_a_silent_one_does_what_it_is_asked_and_says_nothing() -> None:
    home = Home(AnswersNothing)
    assert home.ask(JOIN, JOIN_ESME) is None
    assert ESME in home.hcalcs.functions.documents.log.devices
