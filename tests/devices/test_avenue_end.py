"""Whom a PPMID listens to on the avenue, and what it says when the avenue comes up."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from home_parts import ESME, FOREIGN, GSME, UTRN, command
from ppmid_home import SENDER_KEY, STRANGER, Home

from ppmid_devices import roles
from ppmid_devices.ports import MINUTE
from ppmid_protocols.local_interface import Capabilities, Fuel, Meter, State, SubmitCommand, SubmitUtrn
from ppmid_protocols.secret import Secret


@pytest.mark.parametrize(
    ("key", "binding"),
    [
        (STRANGER, {}),
        (SENDER_KEY, {"sender": b"stranger"}),
        (SENDER_KEY, {"home": "home 2"}),
        (SENDER_KEY, {"ppmid": FOREIGN}),
    ],
)
def test_what_is_not_authentic_or_not_for_it_is_dropped_without_a_word(
    key: Ed25519PrivateKey, binding: dict[str, object]
) -> None:
    home = Home()
    home.submit(SubmitCommand(b"r", ESME, command(ESME).encode()), key, **binding)
    home.submit(SubmitUtrn(b"u", ESME, Secret(UTRN.encode())), key, **binding)
    assert home.on_han == []
    assert home.said == []
    assert sum(home.ppmid.dropped.values()) == 2


def test_a_recorded_message_and_an_altered_one_do_nothing() -> None:
    home = Home()
    sealed = home.submit(SubmitCommand(b"r", ESME, command(ESME).encode()))
    home.avenue.send("attacker", roles.PPMID, sealed)
    home.avenue.send("attacker", roles.PPMID, sealed[:-1] + bytes([sealed[-1] ^ 1]))
    home.avenue.send("attacker", roles.PPMID, b"rubbish")
    home.run()
    assert len(home.esme.commands) == 1
    assert home.ppmid.dropped == {"replay": 1, "signature": 1, "malformed": 1}


def test_it_says_what_it_is_when_the_avenue_comes_up_and_then_what_it_held() -> None:
    home = Home()
    home.esme.answer_commands = False
    home.submit_command(command(ESME))
    home.avenue.set_up(False)
    home.run(2 * MINUTE)
    home.sealed.clear()
    home.avenue.set_up(True)
    home.run()
    meters = (Meter(ESME, Fuel.ELECTRICITY), Meter(GSME, Fuel.GAS))
    assert home.said[0] == Capabilities(b"capabilities", "2", True, meters)
    assert home.states[1:] == [State.UNKNOWN]
