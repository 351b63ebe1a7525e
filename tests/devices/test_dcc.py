"""The DCC: Requests in, Commands out; local and WAN copies; what it refuses; its records; what the faulty ones do."""

from dataclasses import replace

import pytest
from home_parts import (
    BROKER,
    CREDENTIALS,
    ESME,
    FOREIGN,
    GSME,
    METERS,
    OTHER_SUPPLIER,
    REPOSITORY,
    SUPPLIER,
    Ground,
    answer_to,
    check_mac_as,
    command,
    signed_by,
)
from home_parts import UTRN as DIGITS

from ppmid_devices import roles
from ppmid_devices.dcc.alerts import alert_code
from ppmid_devices.dcc.faulty import ForgetsLocalDelivery, LocalCopyDiffers, NeverSends
from ppmid_devices.dcc.settings import DccSettings
from ppmid_devices.dcc.simulated import SimulatedDcc
from ppmid_devices.ports import SECOND
from ppmid_devices.signed_documents import open_document, sign_document
from ppmid_protocols.duis import bodies
from ppmid_protocols.duis.documents import Request, Response, to_xml
from ppmid_protocols.duis.request_id import RequestId, response_id
from ppmid_protocols.errors import Malformed, NotAuthentic
from ppmid_protocols.eui import Eui
from ppmid_protocols.gbcs import axdr, crypto, dlms, prepayment
from ppmid_protocols.gbcs.message import Cra, Message, decode
from ppmid_protocols.utrn import Utrn

EPOCH = 1_767_225_600 * SECOND  # 2026-01-01
UTRN = Utrn.parse(DIGITS)
TOP_UP_COUNTER = 3 << 32


class Bench(Ground):
    """A DCC between a User's end of the DUIS line and a hub's end of the SM WAN, both played by the test."""

    def __init__(self, kind: type[SimulatedDcc] = SimulatedDcc, settings: DccSettings | None = None) -> None:
        super().__init__(EPOCH)
        self.duis, self.wan = self.line("duis"), self.line("wan")
        self.answers: list[Response] = []
        self.commands: list[bytes] = []
        self.duis.attach(roles.DCC_USER, lambda _, frame: self._heard(frame))
        self.wan.attach(roles.HUB, lambda _, frame: self.commands.append(frame))
        self.dcc = kind(
            clock=self.clock,
            credentials=CREDENTIALS[BROKER],
            directory=REPOSITORY,
            duis=self.duis,
            wan=self.wan,
            devices=METERS,
            settings=settings or DccSettings(),
        )
        self.dcc.start()

    def _heard(self, frame: bytes) -> None:
        document = open_document(frame, REPOSITORY)
        assert isinstance(document, Response)
        self.answers.append(document)

    def ask(self, request: Request, user: Eui = SUPPLIER) -> Response | None:
        """Send a Request; its synchronous answer, or None when there is none within two seconds."""
        before = len(self.answers)
        self.send(sign_document(request, CREDENTIALS[user].own("xml_signing")))
        return self.answers[before] if len(self.answers) > before else None

    def send(self, frame: bytes) -> None:
        self.duis.send(roles.DCC_USER, roles.DCC, frame)
        self.run(2 * SECOND)

    def from_hub(self, frame: bytes) -> None:
        self.wan.send(roles.HUB, roles.DCC, frame)
        self.run()


def top_up(variant: int, target: Eui = ESME, counter: int = TOP_UP_COUNTER) -> Request:
    return Request(RequestId(SUPPLIER, target, counter), variant, "2.2", bodies.TopUpDevice(UTRN))


def enable(variant: int, gbcs: bytes | None = None) -> Request:
    body = bodies.EnableSupply() if gbcs is None else bodies.SignedPreCommand(gbcs)
    return Request(RequestId(SUPPLIER, ESME, 1000), variant, "7.1", body)


def returned(response: bytes, original: RequestId | None, counter: int = 2000) -> Request:
    identity = RequestId(SUPPLIER, BROKER, counter)
    return Request(identity, 8, "8.13", bodies.ReturnLocalCommandResponse(original, response))


def local_command(answer: Response | None) -> bytes:
    assert answer is not None
    assert answer.code == "I0"
    assert isinstance(answer.body, bodies.LocalCommand)
    return answer.body.gbcs


def verify_as_meter(octets: bytes) -> Message:
    """What a meter finds: the ACB's MAC holds."""
    command = decode(octets)
    check_mac_as(command, command.target, BROKER)
    return command


def response_of(meter: Eui, counter: int = TOP_UP_COUNTER) -> bytes:
    """The meter's Response to a top-up; the DCC cannot check its MAC, so it has any."""
    code = prepayment.CODES["esme", prepayment.TopUp]
    payload = prepayment.esme.response(code, counter).payload
    return replace(answer_to(command(meter, counter, code)), payload=payload).encode()


def test_variant_1_sends_the_command_over_the_wan_and_accepts() -> None:
    bench = Bench()
    answer = bench.ask(top_up(1))
    assert answer is not None
    assert (answer.code, answer.body, answer.request_id) == ("I99", None, top_up(1).request_id)
    assert answer.response_id == response_id(top_up(1).request_id)
    (octets,) = bench.commands
    command = verify_as_meter(octets)
    assert (command.originator, command.target, command.counter) == (SUPPLIER, ESME, TOP_UP_COUNTER)
    assert prepayment.read_top_up_digits(command) == UTRN.digits


def test_variant_2_gives_the_command_back_and_sends_nothing() -> None:
    bench = Bench()
    command = verify_as_meter(local_command(bench.ask(top_up(2, GSME))))
    assert command.message_code == prepayment.CODES["gsme", prepayment.TopUp]
    assert bench.commands == []


def test_variant_3_gives_two_equal_copies() -> None:
    bench = Bench()
    local = local_command(bench.ask(top_up(3)))
    assert bench.commands == [local]


@pytest.mark.parametrize(
    ("srv", "body", "target", "asked"),
    [
        ("4.18", bodies.ReadMeterBalance(), ESME, prepayment.ReadBalance()),
        ("4.18", bodies.ReadMeterBalance(), GSME, prepayment.ReadBalance()),
        ("7.4", bodies.ReadSupplyStatus(), ESME, prepayment.ReadSupplyStatus()),
    ],
)
def test_reads_become_their_commands(
    srv: str, body: bodies.RequestBody, target: Eui, asked: prepayment.Request
) -> None:
    bench = Bench()
    command = verify_as_meter(local_command(bench.ask(Request(RequestId(SUPPLIER, target, 1000), 2, srv, body))))
    assert prepayment.read_command(command) == asked


def pre_command(bench: Bench, request: Request) -> Message:
    answer = bench.ask(request)
    assert answer is not None
    assert isinstance(answer.body, bodies.PreCommand)
    assert answer.body.gbcs[0] == 0xDF  # a bare General-Signing APDU
    assert answer.body.gbcs[-1] == 0  # with a signature of no octets
    return decode(answer.body.gbcs)


@pytest.mark.parametrize(("variant", "local", "over_wan"), [(5, False, True), (6, True, False), (7, True, True)])
def test_a_signed_pre_command_becomes_a_command_with_signature_and_mac(
    variant: int, local: bool, over_wan: bool
) -> None:
    bench = Bench()
    octets = signed_by(pre_command(bench, enable(4)), SUPPLIER).encode()
    assert bench.commands == []
    answer = bench.ask(enable(variant, octets))
    assert answer is not None
    assert answer.code == ("I0" if local else "I99")
    copies = bench.commands + ([local_command(answer)] if local else [])
    assert len(copies) == local + over_wan
    for copy in copies:
        command = verify_as_meter(copy)
        crypto.verify_signature(command, REPOSITORY.public_key(SUPPLIER, "signing"))
        assert prepayment.read_command(command) == prepayment.EnableSupply()


def test_arming_a_gas_meter_bears_its_time_of_issue() -> None:
    bench = Bench()
    bench.run(60 * SECOND)
    given = pre_command(bench, Request(RequestId(SUPPLIER, GSME, 1000), 4, "7.3", bodies.ArmSupply()))
    # 26 years from 2000-01-01, seven of them leap years, and the minute
    assert prepayment.read_command(given) == prepayment.ArmSupply(issued=(26 * 365 + 7) * 86_400 + 60)


def test_only_the_given_pre_command_signed_by_its_originator_is_sent() -> None:
    bench = Bench()
    given = pre_command(bench, enable(4))
    other = replace(given, payload=given.payload[:-1] + b"\x36")  # script 54, arm, in place of 51
    for attempt in (signed_by(other, SUPPLIER), signed_by(given, OTHER_SUPPLIER), given):
        answer = bench.ask(enable(7, attempt.encode()))
        assert answer is not None
        assert (answer.code, answer.body) == ("E100", None)
    assert bench.commands == []
    assert local_command(bench.ask(enable(7, signed_by(given, SUPPLIER).encode())))
    assert len(bench.commands) == 1


def test_a_signed_pre_command_that_was_never_given_is_refused() -> None:
    bench = Bench()
    octets = signed_by(pre_command(Bench(), enable(4)), SUPPLIER).encode()
    answer = bench.ask(enable(5, octets))
    assert answer is not None
    assert answer.code == "E100"
    assert bench.commands == []


@pytest.mark.parametrize(
    ("request_", "code"),
    [
        (top_up(5), "E12"),  # Command Variant 5 takes signed Pre-Commands
        (top_up(8), "E12"),
        (enable(1), "E12"),  # critical
        (top_up(1, FOREIGN), "E19"),
        (Request(RequestId(SUPPLIER, GSME, 1000), 4, "7.1", bodies.EnableSupply()), "E11"),
        (Request(RequestId(SUPPLIER, BROKER, 1000), 1, "2.2", bodies.TopUpDevice(UTRN)), "E11"),
    ],
)
def test_refusals_bear_their_code_and_leave_no_record(request_: Request, code: str) -> None:
    bench = Bench()
    answer = bench.ask(request_)
    assert answer is not None
    assert (answer.code, answer.body) == (code, None)
    assert bench.commands == []
    assert bench.dcc.services() == []


def test_a_role_that_may_not_top_up_is_refused() -> None:
    answer = Bench(settings=DccSettings(electricity_role="ED")).ask(top_up(1))
    assert answer is not None
    assert answer.code == "E2"


def test_unsigned_altered_and_foreign_documents_get_no_answer() -> None:
    bench = Bench()
    good = sign_document(top_up(1), CREDENTIALS[SUPPLIER].own("xml_signing"))
    bench.send(to_xml(top_up(1)))
    bench.send(good.replace(UTRN.digits, b"73948959061972833313"))
    bench.send(b"<Request/>")
    assert bench.ask(top_up(1), OTHER_SUPPLIER) is None  # a good signature, but not the originator's
    assert bench.answers == []
    assert bench.commands == []
    assert len(bench.dcc.refused) == 4
    bench.send(good)
    assert [answer.code for answer in bench.answers] == ["I99"]


def test_a_request_id_is_used_once_and_the_same_request_is_answered_alike() -> None:
    bench = Bench()
    first = bench.ask(top_up(3))
    assert bench.ask(top_up(3)) == first
    answer = bench.ask(top_up(1))
    assert answer is not None
    assert answer.code == "E100"
    other = Request(top_up(3).request_id, 3, "2.2", bodies.TopUpDevice(Utrn.parse("73948959061972833313")))
    answer = bench.ask(other)
    assert answer is not None
    assert answer.code == "E100"
    assert len(bench.commands) == 1


def test_a_request_id_of_another_service_request_is_refused_too() -> None:
    bench = Bench()
    pre_command(bench, enable(4))
    read = Request(enable(4).request_id, 1, "4.18", bodies.ReadMeterBalance())
    answer = bench.ask(read)
    assert answer is not None
    assert answer.code == "E100"
    assert bench.commands == []


def test_the_wan_copy_waits_for_the_wan() -> None:
    bench = Bench()
    bench.wan.set_up(False)
    local = local_command(bench.ask(top_up(3)))
    bench.ask(top_up(1, GSME, 4 << 32))
    assert [record.waiting for record in bench.dcc.services()] == [True, True]
    bench.run(7_200 * SECOND)
    assert bench.commands == []
    bench.wan.set_up(True)
    bench.run()
    assert bench.commands[0] == local
    assert [decode(octets).target for octets in bench.commands] == [ESME, GSME]
    assert [record.waiting for record in bench.dcc.services()] == [False, False]
    bench.wan.set_up(False)
    bench.wan.set_up(True)
    bench.run()
    assert len(bench.commands) == 2


def test_no_wan_in_time_is_e20_and_the_command_never_goes() -> None:
    bench = Bench(settings=DccSettings(wan_wait_s=600))
    bench.wan.set_up(False)
    bench.ask(top_up(1))
    bench.run(590 * SECOND)
    assert [answer.code for answer in bench.answers] == ["I99"]
    bench.run(20 * SECOND)
    assert [answer.code for answer in bench.answers] == ["I99", "E20"]
    bench.wan.set_up(True)
    bench.run(10_000 * SECOND)
    assert bench.commands == []
    assert len(bench.answers) == 2


def test_no_response_in_time_is_e21_and_a_late_one_is_still_passed_on() -> None:
    bench = Bench(settings=DccSettings(response_wait_s=30))
    bench.ask(top_up(1))
    bench.run(60 * SECOND)
    assert [answer.code for answer in bench.answers] == ["I99", "E21"]
    bench.from_hub(response_of(ESME))
    assert bench.answers[-1].code == "I0"


def test_a_response_over_the_wan_goes_to_the_user_by_its_request_id() -> None:
    bench = Bench(settings=DccSettings(response_wait_s=30))
    bench.ask(top_up(1))
    bench.from_hub(response_of(ESME))
    answer = bench.answers[-1]
    assert (answer.code, answer.request_id, answer.srv) == ("I0", top_up(1).request_id, "2.2")
    assert answer.body == bodies.GbcsPayload(response_of(ESME))
    assert bench.dcc.services()[0].delivered_over_wan
    bench.run(60 * SECOND)
    assert len(bench.answers) == 2  # no E21 afterwards


def test_what_answers_no_request_is_dropped() -> None:
    bench = Bench()
    bench.ask(top_up(1))
    for frame in (response_of(GSME), response_of(ESME, 4 << 32), bench.commands[0], b"\xdf\x09"):
        bench.from_hub(frame)
    assert len(bench.answers) == 1
    assert len(bench.dcc.refused) == 4
    assert not bench.dcc.services()[0].delivered_over_wan


@pytest.mark.parametrize("original", [top_up(2).request_id, None])
def test_a_returned_response_marks_local_delivery(original: RequestId | None) -> None:
    bench = Bench()
    bench.ask(top_up(2))
    answer = bench.ask(returned(response_of(ESME), original))
    assert answer is not None
    assert (answer.code, answer.srv, answer.body) == ("I0", "8.13", None)
    (record,) = bench.dcc.services()
    assert (record.delivered_locally, record.delivered_over_wan) == (True, False)
    assert (record.request, record.srv, record.command_variant) == (str(top_up(2).request_id), "2.2", 2)


def test_a_returned_response_that_fits_no_request_is_refused() -> None:
    bench = Bench()
    local = local_command(bench.ask(top_up(2)))
    for at, (octets, original) in enumerate(
        (
            (response_of(GSME), None),
            (response_of(ESME), top_up(2, GSME).request_id),
            (local, top_up(2).request_id),  # a Command
        )
    ):
        answer = bench.ask(returned(octets, original, 2000 + at))
        assert answer is not None
        assert answer.code == "E081301"
    assert not bench.dcc.services()[0].delivered_locally


def test_another_user_cannot_return_a_response() -> None:
    bench = Bench()
    bench.ask(top_up(2))
    identity = RequestId(OTHER_SUPPLIER, BROKER, 2000)
    body = bodies.ReturnLocalCommandResponse(top_up(2).request_id, response_of(ESME))
    answer = bench.ask(Request(identity, 8, "8.13", body), OTHER_SUPPLIER)
    assert answer is not None
    assert answer.code == "E081301"
    assert not bench.dcc.services()[0].delivered_locally


def alert(payload: bytes) -> Message:
    return Message(
        cra=Cra.ALERT, counter=9, originator=ESME, target=SUPPLIER, message_code=0x1001, payload=payload, mac=bytes(12)
    )


def test_alerts_of_either_kind_reach_the_user_with_their_code() -> None:
    bench = Bench()
    of_esme = alert(bytes.fromhex("0F200007D000020212810E090C07DF0101FF000000008000FF"))  # RTDS GNCA, DLMS
    of_gsme = alert(bytes.fromhex("0109008F301C374A80"))  # RTDS GCA, ZigBee
    for message in (of_esme, of_gsme):
        bench.from_hub(message.encode())
    assert [answer.body for answer in bench.answers] == [
        bodies.DeviceAlert(0x810E, of_esme.encode()),
        bodies.DeviceAlert(0x8F30, of_gsme.encode()),
    ]
    assert [(answer.request_id, answer.srv) for answer in bench.answers] == [(None, None)] * 2


def test_an_alert_without_a_code_is_malformed() -> None:
    empty = dlms.DataNotification(dlms.invoke_id(9), axdr.structure()).encode()
    with pytest.raises(Malformed, match="long-unsigned code"):
        alert_code(alert(empty))
    with pytest.raises(Malformed, match="expected an Alert"):
        alert_code(decode(response_of(ESME)))


def test_a_dcc_without_its_keys_is_refused_when_it_is_built() -> None:
    bench = Bench()
    with pytest.raises(NotAuthentic, match="holds no agreement key"):
        SimulatedDcc(
            clock=bench.clock,
            credentials=replace(CREDENTIALS[BROKER], agreement=None),
            directory=REPOSITORY,
            duis=bench.duis,
            wan=bench.wan,
            devices={},
            settings=DccSettings(),
        )


def test_a_differing_local_copy_is_authentic_and_asks_the_same() -> None:
    bench = Bench(LocalCopyDiffers)
    local = local_command(bench.ask(top_up(3)))
    (over_wan,) = bench.commands
    assert local != over_wan
    ours, theirs = verify_as_meter(local), verify_as_meter(over_wan)
    assert (ours.counter, ours.payload) == (theirs.counter, theirs.payload)


def test_one_that_never_sends_accepts_and_gives_the_local_copy_alone() -> None:
    bench = Bench(NeverSends)
    answer = bench.ask(top_up(1))
    assert answer is not None
    assert answer.code == "I99"
    assert local_command(bench.ask(top_up(3, counter=4 << 32)))
    bench.run(10 * SECOND)
    assert bench.commands == []


def test_a_forgotten_local_delivery_is_answered_as_usual() -> None:
    bench = Bench(ForgetsLocalDelivery)
    bench.ask(top_up(2))
    answer = bench.ask(returned(response_of(ESME), top_up(2).request_id))
    assert answer is not None
    assert answer.code == "I0"
    assert not bench.dcc.services()[0].delivered_locally
