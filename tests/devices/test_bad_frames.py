"""Whatever bad thing a party is sent by its own links: it does nothing of it, says so where it can, and serves on.

What a party does with each is by GBCS and ZigBee a refusal without effect; which Security Log code a meter gives to
which refusal is assumed (DECISIONS.md), and so is that a hub drops silently what it does not carry.
"""

from typing import Any

import dcc_bench
import ppmid_home
import pytest
from bad_frames import DOCUMENTS, MESSAGES, RADIO, SEALED, ZCL, is_command
from home_parts import CREDENTIALS, ESME, GSME, PPMID, SUPPLIER, command
from rare_victims import HcalcsVictim, HhtVictim, IhdVictim
from victims import DccVictim, DeliveryVictim, EsmeVictim, GsmeVictim, HubVictim, Meter, OnHan, PpmidVictim, UserVictim

from ppmid_devices import roles
from ppmid_devices.hub import faulty as hub_faulty
from ppmid_devices.meter import faulty as meter_faulty
from ppmid_devices.meter.esme import SimulatedEsme
from ppmid_devices.ports import SECOND
from ppmid_devices.signed_documents import sign_document
from ppmid_protocols.errors import ProtocolError
from ppmid_protocols.gbcs.message import Cra, decode
from ppmid_protocols.gbcs.responses import outcome_of
from ppmid_protocols.local_interface import SubmitCommand, seal
from ppmid_protocols.zigbee.gb_hrgp import Put

ON_HAN: dict[str, type[OnHan]] = {"esme": EsmeVictim, "gsme": GsmeVictim, "hub": HubVictim, "ppmid": PpmidVictim}
ON_HAN |= {"hht": HhtVictim, "ihd": IhdVictim, "hcalcs": HcalcsVictim}
METERS = {"esme": EsmeVictim, "gsme": GsmeVictim}
HRGP = {"nothing": b"", "no header": b"\xdd", "GET and more": b"\x01\x00", "PUT of nothing": b"\x03"}
HRGP |= {"a GET-RESPONSE of its own": b"\x02\x01\xdd", "a header that does not exist": b"\x04\xdd\x00"}


@pytest.mark.parametrize("case", RADIO)
@pytest.mark.parametrize("party", ON_HAN)
def test_bad_frames_on_the_air(party: str, case: str) -> None:
    victim: OnHan = ON_HAN[party]()
    before = victim.unmoved  # type: ignore[attr-defined]
    victim.hears(RADIO[case](victim.forger))
    assert victim.unmoved == before  # type: ignore[attr-defined]
    victim.serves()  # type: ignore[attr-defined]


@pytest.mark.parametrize("case", ZCL)
@pytest.mark.parametrize("party", ON_HAN)
def test_bad_commands_of_clusters(party: str, case: str) -> None:
    victim: OnHan = ON_HAN[party]()
    before = victim.unmoved  # type: ignore[attr-defined]
    victim.peer_sends(*ZCL[case])
    assert victim.unmoved == before  # type: ignore[attr-defined]
    victim.serves()  # type: ignore[attr-defined]


@pytest.mark.parametrize("case", MESSAGES)
@pytest.mark.parametrize("party", METERS)
def test_bad_messages_for_a_meter(party: str, case: str) -> None:
    victim: Meter = METERS[party]()
    before, said = victim.unmoved, victim.noted
    bad = MESSAGES[case](victim.genuine())
    victim.deliver(bad)
    assert victim.unmoved == before
    if bad:
        assert victim.noted > said, "a Security Log tells of every message that a meter refuses"
    answers = [decode(octets) for octets in victim.answers()]
    assert not any(answer.cra is Cra.RESPONSE and outcome_of(answer).success for answer in answers)
    victim.serves()


@pytest.mark.parametrize(
    ("kind", "case"),
    [
        (meter_faulty.IgnoresMac, "a turned MAC"),
        (meter_faulty.IgnoresMac, "the MAC of another"),
    ],
)
def test_a_meter_that_takes_bad_messages_shows(kind: type[SimulatedEsme], case: str) -> None:
    victim = EsmeVictim(kind)
    before = victim.unmoved
    victim.deliver(MESSAGES[case](victim.genuine()))
    assert victim.unmoved != before


def test_a_hub_that_alters_what_it_carries_shows() -> None:
    victim = HubVictim(hub_faulty.AltersRelayed)
    victim.deliver(victim.genuine())
    assert victim.unmoved[0][0] not in ([], [victim.genuine()])


@pytest.mark.parametrize("party", METERS)
def test_a_command_that_comes_again_is_not_executed_again(party: str) -> None:
    victim: Meter = METERS[party]()
    once = victim.genuine()
    victim.deliver(once)
    after, said = victim.unmoved, victim.noted
    victim.deliver(once)
    assert victim.unmoved == after
    assert victim.noted > said
    victim.serves()


def fits_a_carrier(octets: bytes) -> bool:
    """Whether a hub, which can check no MAC of a Command, has to take this for a Command for the electricity meter."""
    return is_command(octets) and decode(octets).target == ESME


@pytest.mark.parametrize("case", MESSAGES)
def test_bad_messages_that_a_ppmid_brings_to_a_hub(case: str) -> None:
    victim = HubVictim()
    before, said = victim.unmoved, victim.noted
    bad = MESSAGES[case](victim.genuine())
    victim.deliver(bad)
    if fits_a_carrier(bad):
        assert victim.unmoved[0][0] == [bad]  # the meter's to refuse; altered by nobody
    elif bad[:1] and is_answer(bad):
        assert victim.unmoved[0] == before[0]  # an answer goes to the DCC, which knows of no such request
    else:
        assert victim.unmoved == before
        assert victim.noted > said
    victim.serves()


def is_answer(octets: bytes) -> bool:
    try:
        return decode(octets).cra is not Cra.COMMAND
    except ProtocolError:
        return False


@pytest.mark.parametrize("case", MESSAGES)
def test_bad_messages_from_the_sm_wan_for_a_hub(case: str) -> None:
    victim = HubVictim()
    before, said = victim.unmoved, victim.noted
    bad = MESSAGES[case](victim.genuine())
    victim.from_wan(bad)
    if fits_a_carrier(bad) or is_answer(bad):
        assert victim.unmoved[0][0] == [bad]
    else:
        assert victim.unmoved == before
        assert victim.noted > said
    victim.serves()


@pytest.mark.parametrize("case", HRGP)
def test_bad_exchanges_of_a_gas_meter_with_a_hub(case: str) -> None:
    victim = HubVictim()
    before = victim.unmoved
    victim.from_gas_meter(HRGP[case])
    assert victim.unmoved == before
    victim.serves()


@pytest.mark.parametrize("case", MESSAGES)
def test_bad_messages_that_a_gas_meter_puts(case: str) -> None:
    victim = HubVictim()
    before, said = victim.unmoved, victim.noted
    bad = MESSAGES[case](victim.genuine())
    if bad:
        victim.from_gas_meter(Put(bad).encode())
        assert victim.unmoved[0] == before[0]  # no meter commands another
        assert victim.noted > said or is_answer(bad)
    victim.serves()


@pytest.mark.parametrize("case", HRGP)
def test_bad_exchanges_of_a_hub_with_a_gas_meter(case: str) -> None:
    victim = GsmeVictim()
    before = victim.unmoved
    victim.tunnel.send(HRGP[case])
    victim.ground.run(2 * SECOND)
    assert victim.unmoved == before
    victim.serves()


@pytest.mark.parametrize("case", MESSAGES)
def test_bad_messages_that_a_hub_brings_to_a_ppmid(case: str) -> None:
    victim = PpmidVictim()
    before = victim.unmoved
    victim.deliver(MESSAGES[case](victim.genuine()))
    assert victim.unmoved == before
    assert victim.home.said == []  # nobody on the avenue has asked for it
    victim.serves()


@pytest.mark.parametrize("case", MESSAGES)
def test_bad_messages_from_the_sm_wan_for_the_dcc(case: str) -> None:
    victim = DccVictim()
    before, said = victim.unmoved, victim.noted
    victim.deliver(MESSAGES[case](victim.genuine()))
    assert victim.unmoved == before
    assert victim.noted == said + 1
    victim.serves()


TOP_UP = sign_document(dcc_bench.top_up(1), CREDENTIALS[SUPPLIER].own("xml_signing"))


@pytest.mark.parametrize("case", DOCUMENTS)
def test_bad_documents_for_the_dcc(case: str) -> None:
    victim = DccVictim()
    before, said = victim.unmoved, victim.noted
    victim.from_user(DOCUMENTS[case](TOP_UP))
    assert victim.unmoved == before
    assert victim.noted == said + 1
    victim.serves()


@pytest.mark.parametrize("case", DOCUMENTS)
def test_bad_documents_for_a_user(case: str) -> None:
    victim = UserVictim()
    genuine = victim.bench.tap.carried("duis", roles.DCC)[0].frame
    before, said = victim.unmoved, victim.noted
    victim.from_dcc(DOCUMENTS[case](genuine))
    assert victim.unmoved == before
    assert victim.noted == said + 1
    victim.serves()


def sealed(**changes: Any) -> bytes:
    """A Command for the electricity meter as a PPMID would take it, but for the changes."""
    how: dict[str, Any] = {"key": ppmid_home.SENDER_KEY, "sender": ppmid_home.SENDER.encode(), "replay": 1}
    how |= {"home": ppmid_home.HOME, "ppmid": PPMID} | changes
    return seal(SubmitCommand(b"r", ESME, command(ESME).encode()), **how)


STRANGE = {
    "another's key": {"key": ppmid_home.STRANGER},
    "a sender that is not known": {"sender": b"somebody"},
    "another home": {"home": "home 2"},
    "another PPMID": {"ppmid": GSME},
}


@pytest.mark.parametrize("case", [*SEALED, *STRANGE])
def test_bad_messages_of_the_avenue_for_a_ppmid(case: str) -> None:
    victim = PpmidVictim()
    before = victim.unmoved
    bad = SEALED[case](sealed()) if case in SEALED else sealed(**STRANGE[case])
    victim.home.avenue.send(ppmid_home.SENDER, roles.PPMID, bad)
    victim.ground.run(2 * SECOND)
    assert victim.unmoved == before
    assert victim.home.said == []
    assert sum(victim.home.ppmid.dropped.values()) == 1
    victim.serves()


@pytest.mark.parametrize("case", [*SEALED, *STRANGE])
def test_bad_messages_of_the_avenue_for_a_delivery_service(case: str) -> None:
    victim = DeliveryVictim()
    bad = SEALED[case](victim.genuine()) if case in SEALED else victim.genuine(**STRANGE[case])
    victim.from_ppmid(bad)
    assert victim.heard == []
    assert sum(victim.service.dropped.values()) == 1
    victim.serves()
