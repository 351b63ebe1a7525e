"""The states of a firmware update, the maker's images, and both on the HAN."""

import pytest
from home_parts import BROKER, HUB, KEYS, PPMID
from hypothesis import given
from hypothesis import strategies as st
from ppmid_home import Home

from ppmid_devices import roles
from ppmid_devices.firmware_alerts import read_activation
from ppmid_devices.links.image_client import Fetch
from ppmid_devices.maker import Maker
from ppmid_devices.ports import HOUR, MINUTE
from ppmid_devices.ppmid import maker
from ppmid_devices.ppmid.contract import Image
from ppmid_devices.ppmid.firmware import Phase, Update, is_acceptable
from ppmid_devices.ppmid.maker import MAKER
from ppmid_protocols.distribution import Distribution
from ppmid_protocols.errors import NotAuthentic, ProtocolError
from ppmid_protocols.gbcs import crypto
from ppmid_protocols.gbcs.message import Cra, decode
from ppmid_protocols.local_interface import Capabilities
from ppmid_protocols.zigbee.ota import read_head


def fetched(file: bytes, offered: int | None = None) -> Fetch:
    fetch = Fetch(MAKER.named(read_head(file).file_version if offered is None else offered), len(file))
    for offset in range(0, len(file), 40):
        assert not fetch.is_whole
        fetch = fetch.with_block(offset, file[offset : offset + 40])
        assert fetch.with_block(offset, b"again") == fetch  # not the next
    assert fetch.is_whole
    return fetch


def test_a_newer_image_of_the_maker_waits_for_the_hub_and_then_runs() -> None:
    assert is_acceptable(fetched(maker.image(Image.NEWER, 1)), 1)
    update = Update(running=1).fetched(2)
    assert (update.phase, update.held, update.running) == (Phase.WAITING, 2, 1)
    assert update.beside(False) == update
    done = update.beside(True)
    assert (done.phase, done.held, done.running) == (Phase.NONE, None, 2)
    assert update.offered() == Update(running=1)


@pytest.mark.parametrize("kind", [Image.OLDER, Image.ALTERED])
def test_an_older_or_altered_image_is_not_acceptable(kind: Image) -> None:
    assert not is_acceptable(fetched(maker.image(kind, 5)), 5)


def test_an_image_that_is_another_version_than_was_offered_is_not_acceptable() -> None:
    assert not is_acceptable(fetched(maker.image(Image.NEWER, 1), offered=9), 1)


def test_every_octet_of_an_image_is_signed() -> None:
    file = maker.image(Image.NEWER, 1)
    MAKER.verified(file)
    for at in (0, 20, 60, len(file) // 2, len(file) - 65, len(file) - 1):
        with pytest.raises(ProtocolError):
            MAKER.verified(file[:at] + bytes((file[at] ^ 1,)) + file[at + 1 :])


def test_an_image_for_another_device_is_not_its_makers() -> None:
    with pytest.raises(NotAuthentic, match="not for this device"):
        MAKER.verified(Maker("simulated ESME", 0x0001).image(2))


EVENTS = st.sampled_from(["offer", "genuine", "hub old", "hub ready"])


@given(st.lists(EVENTS, max_size=12))
def test_whatever_happens_firmware_never_goes_back_and_runs_only_what_was_judged(events: list[str]) -> None:
    update, judged = Update(running=1), False
    for event in events:
        before = update
        match event:
            case "offer":
                update, judged = update.offered(), False
            case "genuine":
                update, judged = update.fetched(before.running + 1), True
            case _:
                update = update.beside(event == "hub ready")
        assert update.running >= before.running
        assert update.running == before.running or (judged and event == "hub ready")


# On the HAN.


def bring(home: Home, kind: Image) -> None:
    image = home.ppmid.image(kind)
    home.hub._from_wan(Distribution(PPMID, image).encode())
    home.run(5 * MINUTE)


def said(home: Home) -> list[tuple[str, bool]]:
    return [(one.firmware, one.can_relay) for one in home.said if isinstance(one, Capabilities)]


def alerts(home: Home) -> list[int]:
    """The Message Codes of what the hub has for the DCC."""
    return [decode(octets).message_code for _, octets in home.hub._wan._outbox.messages]


def test_beside_a_hub_that_relays_it_runs_the_new_image_and_tells_the_dcc() -> None:
    home = Home(firmware=1, can_relay=False)
    bring(home, Image.NEWER)
    assert said(home) == [("2", True)]
    assert alerts(home) == [0x0128, 0x012B]
    transfer, activation = (decode(octets) for _, octets in home.hub._wan._outbox.messages)
    assert (transfer.originator, transfer.target, transfer.cra) == (HUB, BROKER, Cra.ALERT)
    assert read_activation(activation) == (0x8F8B, 2, True)
    for alert, role in ((transfer, roles.HUB), (activation, roles.PPMID)):
        crypto.verify_signature(alert, KEYS.credentials_of(role).own("signing").private.public_key())


def test_beside_a_hub_of_today_it_looks_again_every_hour() -> None:
    home = Home(relay="none", firmware=1, can_relay=False)
    bring(home, Image.NEWER)
    home.run(3 * HOUR)
    assert said(home) == []
    home.hub.update()
    home.run(HOUR + 5 * MINUTE)
    assert said(home)[-1] == ("2", True)


@pytest.mark.parametrize("kind", [Image.OLDER, Image.ALTERED])
def test_what_it_refuses_the_hub_tells_as_discarded(kind: Image) -> None:
    home = Home(firmware=3)
    bring(home, kind)
    home.ppmid.restart()
    home.run(MINUTE)
    assert said(home) == [("3", True)]
    (alert,) = (decode(octets) for _, octets in home.hub._wan._outbox.messages)
    assert alert.message_code == 0x0128
    assert bytes.fromhex("8f89") in alert.payload
    assert alert.payload.endswith(b"\x02\x01\x01")  # INTEGER imageDiscarded


def test_a_power_cut_halfway_costs_time_and_nothing_else() -> None:
    home = Home(firmware=1, can_relay=False)
    image = home.ppmid.image(Image.NEWER)
    home.hub._from_wan(Distribution(PPMID, image).encode())
    home.run(50_000_000)  # ns
    home.ppmid.restart()
    home.run(10 * MINUTE)
    assert said(home)[-1] == ("2", True)
