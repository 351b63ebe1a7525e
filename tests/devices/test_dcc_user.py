"""The DCC User: vending, asking, verifying, and one outcome of each request; and what the faulty ones hold instead."""

from collections.abc import Callable
from dataclasses import replace
from itertools import product
from typing import Any

import pytest
from home_parts import (
    BROKER,
    CREDENTIALS,
    ESME,
    GSME,
    METERS,
    OTHER_SUPPLIER,
    POUND,
    REPOSITORY,
    SUPPLIER,
    Ground,
    signed_by,
    with_mac_of,
)

from ppmid_devices import roles
from ppmid_devices.dcc.settings import DccSettings
from ppmid_devices.dcc.simulated import SimulatedDcc
from ppmid_devices.dcc_user.contract import Outcome, RequestRecord, Way
from ppmid_devices.dcc_user.faulty import BelievesAnyResponse, KeepsResponses, SettlesTwice, TakesSilenceForSuccess
from ppmid_devices.dcc_user.outcomes import SETTLED, TRANSITIONS, Event, News, after
from ppmid_devices.dcc_user.settings import DccUserSettings
from ppmid_devices.dcc_user.simulated import SimulatedDccUser
from ppmid_devices.dcc_user.vending import face_value
from ppmid_devices.ports import SECOND
from ppmid_devices.signed_documents import open_document, sign_document
from ppmid_protocols.duis import bodies, response_code
from ppmid_protocols.duis.documents import Request, Response
from ppmid_protocols.duis.request_id import RequestId
from ppmid_protocols.errors import Malformed, NotAuthentic, Unsupported
from ppmid_protocols.eui import Eui
from ppmid_protocols.gbcs import axdr, crypto, dlms, prepayment
from ppmid_protocols.gbcs.message import Cra, Message, decode
from ppmid_protocols.gbcs.prepayment import esme, gsme
from ppmid_protocols.gbcs.prepayment.requests import CS01A, CS01B, ECS42, ECS44, ECS82, GCS60, Content
from ppmid_protocols.local_interface import CommandResponse, Reason, State, Status, UtrnOutcome, UtrnResult
from ppmid_protocols.local_interface import Message as AvenueMessage
from ppmid_protocols.secret import Secret
from ppmid_protocols.utrn import Utrn, ValueClass, check_mac

EPOCH = 1_767_225_600 * SECOND  # 2026-01-01


class Deliveries:
    """A delivery service that keeps what it is handed, and says what the test makes it say."""

    def __init__(self) -> None:
        self.commands: list[bytes] = []
        self.utrns: list[tuple[Eui, Secret]] = []
        self.names: list[str] = []
        self._heard: list[Callable[[AvenueMessage], None]] = []

    def start(self) -> None:
        """There is no avenue to listen on."""

    def listen(self, heard: Callable[[AvenueMessage], None]) -> None:
        self._heard.append(heard)

    def submit_command(self, target: Eui, command: bytes) -> str:
        assert decode(command).target == target
        self.commands.append(command)
        return self._name()

    def submit_utrn(self, meter: Eui, digits: Secret) -> str:
        self.utrns.append((meter, digits))
        return self._name()

    def _name(self) -> str:
        self.names.append(f"{len(self.names):08x}")
        return self.names[-1]

    def say(self, message: AvenueMessage) -> None:
        for heard in self._heard:
            heard(message)

    def answer(self, response: bytes, name: str | None = None) -> None:
        self.say(CommandResponse(bytes.fromhex(name or self.names[-1]), response))


class Bench(Ground):
    """A User and a real DCC on one line; hub, delivery service and meters are played by the test."""

    def __init__(
        self,
        kind: type[SimulatedDccUser] = SimulatedDccUser,
        settings: DccUserSettings | None = None,
        dcc_settings: DccSettings | None = None,
    ) -> None:
        super().__init__(EPOCH)
        self.duis, self.wan = self.line("duis"), self.line("wan")
        self.sent_over_wan: list[bytes] = []
        self.wan.attach(roles.HUB, lambda _, frame: self.sent_over_wan.append(frame))
        self.delivery = Deliveries()
        self.dcc = SimulatedDcc(
            clock=self.clock,
            credentials=CREDENTIALS[BROKER],
            directory=REPOSITORY,
            duis=self.duis,
            wan=self.wan,
            meters=METERS,
            settings=dcc_settings or DccSettings(),
        )
        self.user = kind(
            clock=self.clock,
            credentials=CREDENTIALS[SUPPLIER],
            directory=REPOSITORY,
            duis=self.duis,
            delivery=self.delivery,
            dcc=BROKER,
            meters=METERS,
            settings=settings or DccUserSettings(),
        )
        self.dcc.start()
        self.user.start()

    def requests(self) -> list[Request]:
        """What the User has sent to the DCC, signatures checked."""
        opened = (open_document(one.frame, REPOSITORY) for one in self.tap.carried("duis", roles.DCC_USER))
        return [document for document in opened if isinstance(document, Request)]

    def top_up(self, way: Way, meter: Eui = ESME, amount: int = 10 * POUND) -> str:
        name = self.user.top_up(meter, amount, way)
        self.run(2 * SECOND)
        return name

    def request(self, srv: str, way: Way, meter: Eui = ESME) -> str:
        name = self.user.request(srv, meter, way)
        self.run(3 * SECOND)
        return name

    def over_wan(self, frame: bytes) -> None:
        self.wan.send(roles.HUB, roles.DCC, frame)
        self.run()

    def from_dcc(self, response: Response, signer: Eui = BROKER) -> None:
        """A document that the DCC did not mean to send."""
        frame = sign_document(response, CREDENTIALS[signer].own("xml_signing"))
        self.duis.send(roles.DCC, roles.DCC_USER, frame)
        self.run()


def respond(command: bytes, content: Content) -> bytes:
    """A meter's own Response to ``command``: signed when that was signed, else with its MAC."""
    asked = decode(command)
    response = Message(
        cra=Cra.RESPONSE,
        counter=asked.counter,
        originator=asked.target,
        target=asked.originator,
        message_code=content.message_code,
        payload=content.payload,
    )
    if asked.signature:
        return signed_by(response, asked.target).encode()
    return with_mac_of(response, asked.target, SUPPLIER).encode()


def credited(command: bytes) -> bytes:
    return respond(command, esme.response(CS01A, decode(command).counter))


def refused(command: bytes) -> bytes:
    return respond(command, esme.response(CS01A, decode(command).counter, esme.REFUSED))


def altered(response: bytes) -> bytes:
    """The Response with another payload, its protection as it was."""
    message = decode(response)
    return replace(message, payload=message.payload[:-1] + b"\x01").encode()


# Vending


@pytest.mark.parametrize(
    ("amount", "expected"),
    [
        (1_000, (1, ValueClass.PENCE)),
        (10 * POUND, (1000, ValueClass.PENCE)),
        (8_191_000, (8191, ValueClass.PENCE)),
        (82 * POUND, (82, ValueClass.POUNDS)),
        (8_191 * POUND, (8191, ValueClass.POUNDS)),
    ],
)
def test_amounts_become_pence_while_they_fit_and_then_pounds(amount: int, expected: tuple[int, ValueClass]) -> None:
    assert face_value(amount) == expected


@pytest.mark.parametrize("amount", [0, -1_000, 500, 8_192_000, 100 * POUND + 1_000, 8_192 * POUND])
def test_amounts_that_no_utrn_can_carry_are_refused(amount: int) -> None:
    user = Bench().user
    with pytest.raises(Malformed, match=f"1 to 8191 whole pence or whole pounds, found {amount} millipence"):
        user.vend(ESME, amount)
    assert user.vend(ESME, POUND).truncated_counter == 1  # a refusal uses up no counter


def test_each_meter_has_its_own_rising_utrn_counter_and_its_own_mac() -> None:
    user = Bench().user
    codes = [user.vend(ESME, 10 * POUND), user.vend(ESME, 10 * POUND), user.vend(GSME, 10 * POUND)]
    assert [code.truncated_counter for code in codes] == [1, 2, 1]
    assert [code.amount for code in codes] == [10 * POUND] * 3
    private = CREDENTIALS[ESME].own("agreement").private
    prepayment_key = REPOSITORY.public_key(SUPPLIER, "prepayment")
    check_mac(codes[1], SUPPLIER, ESME, 2, private, prepayment_key)
    with pytest.raises(NotAuthentic, match="mac"):
        check_mac(codes[1], SUPPLIER, ESME, 2, private, REPOSITORY.public_key(SUPPLIER, "agreement"))


def test_no_code_is_printed_that_jumps_further_than_511() -> None:
    """After V = 2000, counter 2511 is rebuilt rightly and 2512 is not."""
    at_edge = Bench(settings=DccUserSettings(utrn_counter_start=2_511, utrn_counter_used=2_000))
    assert at_edge.user.vend(ESME, POUND).truncated_counter == 2_511 % 1024
    with pytest.raises(Unsupported, match="counter out of window"):
        at_edge.user.vend(ESME, POUND)
    name = at_edge.top_up(Way.WAN)  # the whole counter travels with the Command
    at_edge.over_wan(credited(at_edge.sent_over_wan[0]))
    assert at_edge.user.record(name).credits == 1
    assert at_edge.user.vend(ESME, POUND).truncated_counter == 2_513 % 1024
    liberal = Bench(settings=DccUserSettings(utrn_counter_start=2_512, refuse_unreadable_codes=False))
    assert liberal.user.vend(ESME, POUND).truncated_counter == 2_512 % 1024


# Asking


@pytest.mark.parametrize(("way", "variant", "local", "wan"), [("wan", 1, 0, 1), ("local", 2, 1, 0), ("both", 3, 1, 1)])
def test_a_top_up_goes_the_way_that_was_asked_for(way: str, variant: int, local: int, wan: int) -> None:
    bench = Bench(settings=DccUserSettings(utrn_counter_start=7))
    name = bench.top_up(Way(way))
    (request,) = bench.requests()
    assert (str(request.request_id), request.command_variant, request.srv) == (name, variant, "2.2")
    assert request.request_id == RequestId(SUPPLIER, ESME, 7 << 32)
    assert (len(bench.delivery.commands), len(bench.sent_over_wan)) == (local, wan)
    assert bench.user.record(name).outcome is Outcome.PENDING


def test_both_copies_are_the_same_octets() -> None:
    bench = Bench()
    bench.top_up(Way.BOTH)
    assert bench.delivery.commands == bench.sent_over_wan


@pytest.mark.parametrize(("way", "variant", "local", "wan"), [("wan", 5, 0, 1), ("local", 6, 1, 0), ("both", 7, 1, 1)])
def test_a_critical_request_is_transformed_signed_and_sent_by_one_request_id(
    way: str, variant: int, local: int, wan: int
) -> None:
    bench = Bench()
    name = bench.request("7.1", Way(way))
    asked, signed = bench.requests()
    assert (asked.command_variant, signed.command_variant) == (4, variant)
    assert {str(asked.request_id), str(signed.request_id)} == {name}
    assert asked.request_id.counter == 1_000
    commands = bench.delivery.commands + bench.sent_over_wan
    assert len(commands) == local + wan
    for command in commands:
        crypto.verify_signature(decode(command), REPOSITORY.public_key(SUPPLIER, "signing"))


def pre_command(identity: RequestId, content: Content) -> Response:
    message = Message(
        cra=Cra.COMMAND,
        counter=identity.counter,
        originator=SUPPLIER,
        target=identity.target,
        message_code=content.message_code,
        payload=content.payload,
    )
    body = bodies.PreCommand("4.3", message.encode())
    return Response(RequestId(SUPPLIER, ESME, 1_000), None, response_code.SUCCESS, EPOCH, body, "7.1")


ENABLE = prepayment.command("esme", 1_000, prepayment.EnableSupply())
ARM = prepayment.command("esme", 1_000, prepayment.ArmSupply())


@pytest.mark.parametrize(
    ("identity", "content", "reason"),
    [
        (RequestId(SUPPLIER, ESME, 1_001), prepayment.command("esme", 1_001, prepayment.EnableSupply()), "Counter"),
        (RequestId(SUPPLIER, GSME, 1_000), ENABLE, "target"),
        (RequestId(SUPPLIER, ESME, 1_000), ARM, "Message Code"),
        (RequestId(SUPPLIER, ESME, 1_000), Content(ECS42, ARM.payload), "expected action"),
    ],
)
def test_a_pre_command_that_was_not_asked_for_is_not_signed(identity: RequestId, content: Content, reason: str) -> None:
    bench = Bench()
    name = bench.user.request("7.1", ESME, Way.LOCAL)
    bench.from_dcc(pre_command(identity, content))
    assert "Pre-Command not signed" in bench.user.record(name).detail
    assert reason in bench.user.record(name).detail
    signed = [request for request in bench.requests() if request.command_variant != 4]
    assert len(signed) == 1  # the one that the real DCC gave a moment later
    assert ECS44 not in [decode(command).message_code for command in bench.delivery.commands]


@pytest.mark.parametrize("change", [{"target": GSME}, {"counter": 2 << 32}, {"cra": Cra.RESPONSE}, {"message_code": 1}])
def test_a_local_command_for_something_else_is_not_delivered(change: dict[str, Any]) -> None:
    bench = Bench()
    name = bench.top_up(Way.WAN)
    other = replace(decode(bench.sent_over_wan[0]), **change)
    identity = RequestId(SUPPLIER, ESME, 1 << 32)
    body = bodies.LocalCommand(other.encode())
    bench.from_dcc(Response(identity, None, response_code.SUCCESS, EPOCH, body, "2.2"))
    assert "Command not delivered" in bench.user.record(name).detail
    assert bench.delivery.commands == []


def test_requests_that_need_parameters_or_have_no_use_case_are_refused() -> None:
    user = Bench().user
    for srv, meter in (("2.2", ESME), ("8.13", ESME), ("9.9", ESME), ("7.1", GSME)):
        with pytest.raises(Unsupported):
            user.request(srv, meter, Way.WAN)
    with pytest.raises(Malformed, match="a meter of this User"):
        user.top_up(BROKER, POUND, Way.WAN)
    with pytest.raises(Malformed, match="the name of a request"):
        user.record("no such request")


# Believing


def test_a_response_by_the_avenue_settles_and_is_returned_to_the_dcc() -> None:
    bench = Bench()
    name = bench.top_up(Way.LOCAL)
    asked_at = bench.user.record(name).asked_at
    bench.delivery.answer(credited(bench.delivery.commands[0]))
    assert bench.user.record(name) == RequestRecord(
        request=name,
        srv="2.2",
        meter=ESME,
        outcome=Outcome.DELIVERED_VERIFIED,
        asked_at=asked_at,
        settled_at=bench.clock.now(),
        verified_by="avenue",
        credits=1,
        settlements=1,
    )
    bench.run(2 * SECOND)
    returned = bench.requests()[-1]
    assert (returned.srv, returned.command_variant, returned.request_id.target) == ("8.13", 8, BROKER)
    original = RequestId(SUPPLIER, ESME, 1 << 32)
    expected = bodies.ReturnLocalCommandResponse(original, credited(bench.delivery.commands[0]))
    assert returned.body == expected
    assert bench.dcc.services()[0].delivered_locally
    bench.run(1_000 * SECOND)  # past the time-out
    assert bench.user.record(name).outcome is Outcome.DELIVERED_VERIFIED


def test_a_response_over_the_wan_settles_and_is_not_returned() -> None:
    bench = Bench()
    name = bench.top_up(Way.WAN)
    bench.over_wan(credited(bench.sent_over_wan[0]))
    record = bench.user.record(name)
    assert (record.outcome, record.verified_by, record.credits) == (Outcome.DELIVERED_VERIFIED, "wan", 1)
    assert [request.srv for request in bench.requests()] == ["2.2"]


def test_a_refusal_of_the_meter_books_nothing() -> None:
    bench = Bench()
    name = bench.top_up(Way.LOCAL)
    bench.delivery.answer(refused(bench.delivery.commands[0]))
    record = bench.user.record(name)
    assert (record.outcome, record.credits, record.settlements) == (Outcome.REFUSED_VERIFIED, 0, 1)
    assert record.detail == "refused: result 1"


@pytest.mark.parametrize("over", ["wan", "avenue"])
def test_a_response_that_does_not_hold_changes_nothing_and_is_not_returned(over: str) -> None:
    bench = Bench()
    name = bench.top_up(Way.BOTH)
    good = credited(bench.sent_over_wan[0])
    message = decode(good)
    stranger = with_mac_of(message, OTHER_SUPPLIER, ESME)
    attempts = [altered(good), stranger.encode(), replace(message, mac=None).encode()]
    if over == "avenue":  # the DCC drops these itself
        attempts += [bench.sent_over_wan[0], replace(message, counter=2 << 32).encode(), b"\xdf\x09"]
    for attempt in attempts:
        if over == "wan":
            bench.over_wan(attempt)
        else:
            bench.delivery.answer(attempt, bench.delivery.names[0])
    record = bench.user.record(name)
    assert (record.outcome, record.credits, record.settlements) == (Outcome.PENDING, 0, 0)
    assert record.unverifiable == record.detail.count("a Response by") == len(attempts)
    assert [request.srv for request in bench.requests()] == ["2.2"]
    bench.delivery.answer(good)
    assert bench.user.record(name).outcome is Outcome.DELIVERED_VERIFIED


def test_a_critical_response_counts_by_the_signature_of_the_meter() -> None:
    bench = Bench()
    name = bench.request("7.1", Way.LOCAL)
    (command,) = bench.delivery.commands
    good = respond(command, esme.response(ECS42, 1_000))
    unsigned = replace(decode(good), signature=b"")
    foreign = signed_by(unsigned, GSME)
    mac_instead = with_mac_of(unsigned, ESME, SUPPLIER)
    for attempt in (foreign, unsigned, mac_instead):
        bench.delivery.answer(attempt.encode())
        assert bench.user.record(name).outcome is Outcome.PENDING
    bench.delivery.answer(good)
    record = bench.user.record(name)
    assert (record.outcome, record.credits) == (Outcome.DELIVERED_VERIFIED, 0)


@pytest.mark.parametrize("meter", [ESME, GSME])
def test_a_verified_balance_is_kept(meter: Eui) -> None:
    bench = Bench()
    name = bench.request("4.18", Way.LOCAL, meter)
    (command,) = bench.delivery.commands
    readings = {"balance": -50_000, "credit_mode_balance": 0}
    content = esme.response(ECS82, 1_000, value=-50_000) if meter == ESME else gsme.read_response(GCS60, readings)
    bench.delivery.answer(respond(command, content))
    assert bench.user.record(name).balance == -50_000
    assert bench.user.record(name).credits == 0


@pytest.mark.parametrize("first", ["wan", "avenue"])
def test_the_first_of_two_responses_settles_and_the_second_changes_nothing(first: str) -> None:
    bench = Bench()
    name = bench.top_up(Way.BOTH)
    good = credited(bench.sent_over_wan[0])
    if first == "wan":
        bench.over_wan(good)
    bench.delivery.answer(good)
    if first == "avenue":
        bench.over_wan(good)
    record = bench.user.record(name)
    assert (record.verified_by, record.credits, record.settlements, record.detail) == (first, 1, 1, "")
    bench.run()
    assert [request.srv for request in bench.requests()] == ["2.2", "8.13"]  # returned whichever came first


def test_a_second_copy_refused_as_a_duplicate_is_noted_and_the_credit_stands() -> None:
    bench = Bench()
    name = bench.top_up(Way.BOTH)
    bench.delivery.answer(credited(bench.delivery.commands[0]))
    bench.over_wan(refused(bench.sent_over_wan[0]))
    record = bench.user.record(name)
    assert (record.outcome, record.credits, record.settlements) == (Outcome.DELIVERED_VERIFIED, 1, 1)
    assert record.verified_by == "avenue"
    assert "by wan: refused" in record.detail


def test_the_same_command_is_delivered_again_on_demand() -> None:
    bench = Bench()
    name = bench.top_up(Way.LOCAL)
    bench.user.deliver_again(name)
    assert bench.delivery.commands[0] == bench.delivery.commands[1]
    bench.delivery.answer(credited(bench.delivery.commands[0]), bench.delivery.names[1])
    bench.delivery.answer(refused(bench.delivery.commands[0]), bench.delivery.names[0])
    record = bench.user.record(name)
    assert (record.outcome, record.settlements) == (Outcome.DELIVERED_VERIFIED, 1)
    assert [request.srv for request in bench.requests()] == ["2.2", "8.13"]  # the DCC is told once
    with pytest.raises(Unsupported, match="no Command for local delivery"):
        bench.user.deliver_again(bench.top_up(Way.WAN))


def test_a_response_under_an_unknown_avenue_id_is_found_by_its_header() -> None:
    bench = Bench()
    name = bench.top_up(Way.LOCAL)
    bench.delivery.answer(b"\xff", "ffffffff")
    bench.delivery.answer(credited(bench.delivery.commands[0]), "ffffffff")
    assert bench.user.record(name).outcome is Outcome.DELIVERED_VERIFIED
    assert len(bench.user.dropped) == 1


# Silence and errors


@pytest.mark.parametrize(("meter", "seconds"), [(ESME, 120), (GSME, 7_200)])
def test_silence_ends_unknown_and_a_late_response_still_settles(meter: Eui, seconds: int) -> None:
    bench = Bench()
    name = bench.top_up(Way.LOCAL, meter)
    bench.run((seconds - 3) * SECOND)
    assert bench.user.record(name).outcome is Outcome.PENDING
    bench.run(2 * SECOND)
    record = bench.user.record(name)
    assert (record.outcome, record.settled_at, record.credits, record.settlements) == (Outcome.UNKNOWN, None, 0, 0)
    (command,) = bench.delivery.commands
    accepted = gsme.top_up_response(CS01B, gsme.TopUpResult.ACCEPTED, 10 * POUND, 10 * POUND)
    bench.delivery.answer(credited(command) if meter == ESME else respond(command, accepted))
    assert bench.user.record(name).outcome is Outcome.DELIVERED_VERIFIED
    assert bench.user.record(name).credits == 1


def test_an_error_code_of_the_dcc_is_noted_and_the_outcome_unknown() -> None:
    bench = Bench(dcc_settings=DccSettings(wan_wait_s=10))
    bench.wan.set_up(False)
    name = bench.top_up(Way.BOTH)
    bench.run(20 * SECOND)
    record = bench.user.record(name)
    assert record.outcome is Outcome.UNKNOWN
    assert "E20 (communication with the device cannot be established)" in record.detail
    bench.delivery.answer(credited(bench.delivery.commands[0]))
    assert bench.user.record(name).outcome is Outcome.DELIVERED_VERIFIED


def test_an_error_code_after_the_response_changes_nothing() -> None:
    bench = Bench(dcc_settings=DccSettings(wan_wait_s=10))
    bench.wan.set_up(False)
    name = bench.top_up(Way.BOTH)
    bench.delivery.answer(credited(bench.delivery.commands[0]))
    bench.run(20 * SECOND)
    record = bench.user.record(name)
    assert (record.outcome, record.settlements) == (Outcome.DELIVERED_VERIFIED, 1)
    assert "E20" in record.detail


def test_documents_that_the_dcc_did_not_sign_are_dropped() -> None:
    bench = Bench()
    name = bench.top_up(Way.WAN)
    body = bodies.GbcsPayload(credited(bench.sent_over_wan[0]))
    answer = Response(RequestId(SUPPLIER, ESME, 1 << 32), None, response_code.SUCCESS, EPOCH, body, "2.2")
    bench.from_dcc(answer, SUPPLIER)
    (own_request,) = bench.tap.carried("duis", roles.DCC_USER)
    bench.duis.send(roles.DCC, roles.DCC_USER, own_request.frame)
    bench.duis.send(roles.DCC, roles.DCC_USER, b"<Response/>")
    bench.run()
    assert bench.user.record(name).outcome is Outcome.PENDING
    assert len(bench.user.dropped) == 3
    bench.from_dcc(answer)
    assert bench.user.record(name).outcome is Outcome.DELIVERED_VERIFIED


# UTRNs by the PPMID


def sent_utrn(bench: Bench) -> str:
    return bench.user.send_utrn(ESME, bench.user.vend(ESME, 10 * POUND))


def result(name: str, outcome: UtrnOutcome, text: str) -> UtrnResult:
    return UtrnResult(bytes.fromhex(name), outcome, None, None, text)


@pytest.mark.parametrize(
    ("outcome", "text", "credits", "detail"),
    [
        (UtrnOutcome.ACCEPTED, "Top-up accepted", 1, "accepted: Top-up accepted"),
        (UtrnOutcome.REFUSED, "already used", 0, "refused: already used"),
        (UtrnOutcome.REFUSED, "7395-1773-8479-0103-8897 used", 0, "refused: <secret> used"),
    ],
)
def test_what_the_ppmid_reports_of_a_utrn_is_kept_as_its_word(
    outcome: UtrnOutcome, text: str, credits: int, detail: str
) -> None:
    bench = Bench()
    name = sent_utrn(bench)
    ((meter, digits),) = bench.delivery.utrns
    assert (meter, Utrn.parse(digits.decode()).amount) == (ESME, 10 * POUND)
    bench.delivery.say(result(name, outcome, text))
    record = bench.user.record(name)
    assert (record.outcome, record.verified_by) == (Outcome.REPORTED_UNVERIFIED, "avenue")
    assert (record.credits, record.settlements, record.detail) == (credits, 1, detail)
    assert bench.requests() == []
    bench.run(10_000 * SECOND)
    assert bench.user.record(name).outcome is Outcome.REPORTED_UNVERIFIED


def test_a_ppmid_that_does_not_know_leaves_the_utrn_pending_until_the_user_gives_up() -> None:
    bench = Bench()
    name = sent_utrn(bench)
    bench.delivery.say(result(name, UtrnOutcome.UNKNOWN, "No answer from the meter"))
    bench.delivery.say(Status(bytes.fromhex(name), State.REFUSED, Reason.HAN_UNREACHABLE, "no HAN"))
    assert bench.user.record(name).outcome is Outcome.PENDING
    bench.run(121 * SECOND)
    record = bench.user.record(name)
    assert (record.outcome, record.credits) == (Outcome.UNKNOWN, 0)
    assert record.detail == "unknown: No answer from the meter; refused: no HAN; no answer in time"


def test_the_ppmids_word_settles_no_command() -> None:
    bench = Bench()
    name = bench.top_up(Way.LOCAL)
    bench.delivery.say(result(bench.delivery.names[0], UtrnOutcome.ACCEPTED, "accepted"))
    bench.delivery.say(Status(bytes.fromhex(bench.delivery.names[0]), State.FORWARDED, None, "on its way"))
    record = bench.user.record(name)
    assert (record.outcome, record.detail) == (Outcome.PENDING, "")


# Alerts


def alert(code: int = 0x810E, target: Eui = SUPPLIER) -> Message:
    body = axdr.structure(axdr.Number(axdr.LONG_UNSIGNED, code), axdr.octet_string(bytes(12)))
    payload = dlms.DataNotification(dlms.invoke_id(9), body).encode()
    message = Message(cra=Cra.ALERT, counter=9, originator=ESME, target=target, message_code=0x1001, payload=payload)
    return with_mac_of(message, ESME, SUPPLIER)


def test_verified_alerts_are_kept_and_no_others() -> None:
    bench = Bench()
    signed = signed_by(replace(alert(0x8F51), mac=None), ESME)
    foreign = signed_by(signed, GSME)
    forged = replace(alert(), mac=bytes(12))
    for message in (alert(), signed, foreign, forged, alert(target=OTHER_SUPPLIER)):
        bench.over_wan(message.encode())
    assert [(meter, code) for meter, code, _ in bench.user.alerts] == [(ESME, 0x810E), (ESME, 0x8F51)]
    assert len(bench.user.dropped) == 3


# The state table


RECORD = RequestRecord(
    request="r",
    srv="2.2",
    meter=ESME,
    outcome=Outcome.PENDING,
    asked_at=0,
    settled_at=None,
    verified_by="",
    credits=0,
    settlements=0,
)


@pytest.mark.parametrize(("outcome", "event"), list(product(Outcome, Event)))
def test_every_pair_of_outcome_and_event(outcome: Outcome, event: Event) -> None:
    record = replace(RECORD, outcome=outcome)
    then = after(record, News(event=event, at=5, by="wan", credits=1, detail="what came"))
    if outcome in SETTLED:
        assert replace(then, detail="") == record
    else:
        assert then.outcome is TRANSITIONS[outcome, event]
        assert then.detail == "what came"
        assert then.settlements == (then.outcome in SETTLED)
        assert then.credits == then.settlements
        assert then.settled_at == (5 if then.settlements else None)


def test_only_silence_leads_to_unknown_and_nothing_back_to_pending() -> None:
    assert {event for (_, event), outcome in TRANSITIONS.items() if outcome is Outcome.UNKNOWN} == {Event.NO_ANSWER}
    assert Outcome.PENDING not in TRANSITIONS.values()
    assert not SETTLED & {outcome for outcome, _ in TRANSITIONS}


# Faults


def test_one_that_believes_any_response_books_a_forged_one() -> None:
    bench = Bench(BelievesAnyResponse)
    name = bench.top_up(Way.LOCAL)
    forged = replace(decode(credited(bench.delivery.commands[0])), mac=bytes(12))
    bench.delivery.answer(forged.encode())
    assert bench.user.record(name).outcome is Outcome.DELIVERED_VERIFIED
    assert bench.user.record(name).credits == 1


def test_one_that_settles_twice_books_both_answers() -> None:
    bench = Bench(SettlesTwice)
    name = bench.top_up(Way.BOTH)
    good = credited(bench.delivery.commands[0])
    bench.delivery.answer(good)
    assert bench.user.record(name).settlements == 1
    bench.over_wan(good)
    record = bench.user.record(name)
    assert (record.settlements, record.credits) == (2, 2)


def test_one_that_keeps_responses_settles_and_returns_nothing_to_the_dcc() -> None:
    bench = Bench(KeepsResponses)
    name = bench.top_up(Way.LOCAL)
    bench.delivery.answer(credited(bench.delivery.commands[0]))
    bench.run(2 * SECOND)
    assert bench.user.record(name).outcome is Outcome.DELIVERED_VERIFIED
    assert [request.srv for request in bench.requests()] == ["2.2"]


def test_one_that_takes_silence_for_success_books_a_top_up_without_an_answer() -> None:
    bench = Bench(TakesSilenceForSuccess)
    name = bench.top_up(Way.LOCAL)
    assert bench.user.record(name).outcome is Outcome.PENDING
    bench.run(120 * SECOND)
    record = bench.user.record(name)
    assert (record.outcome, record.credits) == (Outcome.DELIVERED_VERIFIED, 1)
