"""What is fuzzed: for each target the decoders that one input is given to, and the seeds that mutation begins with."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from fuzz import seeds
from ppmid_protocols import local_interface, p256, smki, utrn
from ppmid_protocols.captures import captured, inputs, pcapng
from ppmid_protocols.duis import documents, verify
from ppmid_protocols.errors import ProtocolError
from ppmid_protocols.gbcs import axdr, crypto, dlms, explain, gbt, gbz, message, prepayment
from ppmid_protocols.gbcs.message import Message
from ppmid_protocols.gbcs.payload import check_plain, read_payload, sealed_parts
from ppmid_protocols.local_interface import apdu, cobs, messages, stick, tapping
from ppmid_protocols.local_interface.greeting import Greeting
from ppmid_protocols.local_interface.iso_dep import IsoDepCard
from ppmid_protocols.zigbee import (
    aps_commands,
    frames,
    gb_hrgp,
    han,
    key_establishment,
    metering,
    sub_ghz,
    tunneling,
    zcl,
)
from ppmid_protocols.zigbee import prepayment as prepayment_cluster
from ppmid_protocols.zigbee.security import decode_aux

_CLUSTERS = (tunneling, prepayment_cluster, metering, key_establishment, sub_ghz)


class Disagreement(AssertionError):
    """A decoder read octets that its encoder writes otherwise, or two ways to one result differ."""


@dataclass(frozen=True)
class Target:
    """One target. ``run`` raises whatever is a finding; it handles each ``ProtocolError`` itself."""

    name: str
    run: Callable[[bytes], None]
    seeds: Callable[[], tuple[bytes, ...]]


def _gbcs(data: bytes) -> None:
    """A message or blocks of one: read, written, its payload read, its outcome told, explained."""
    read = _attempt(gbt.decode, data)
    if read is None:
        return
    _same(data, read.encode(), "message or block")
    if isinstance(read, Message):
        _whole_message(read)
    else:
        _attempt(gbt.Reassembly().add, read)


def _whole_message(read: Message) -> None:
    payload = _attempt(read_payload, read)
    if payload is not None:
        for part in sealed_parts(payload):
            _attempt(check_plain, payload, part)
    for judge in (prepayment.read_command, prepayment.outcome_of, prepayment.read_top_up_digits, gbt.cut):
        _attempt(judge, read)
    _attempt(crypto.verify_signature, read, seeds.PUBLIC)
    explain.explain_text(read)


def _payload(data: bytes) -> None:
    """A DLMS, GBZ or ASN.1 payload on its own; then in a message of the kind that its first and last octet choose."""
    for read, write in (
        (dlms.decode, lambda apdu: apdu.encode()),
        (gbz.decode, gbz.encode),
        (gbz.decode_alert, lambda alert: alert.encode()),
        (axdr.decode_data, axdr.encode_data),
    ):
        found = _attempt(read, data)
        if found is not None:
            _same(data, write(found), read.__module__)
    if not data:
        return
    codes, kinds = seeds.MESSAGE_CODES, tuple(message.Cra)
    carrier = seeds.message(codes[data[0] % len(codes)], data[1:], cra=kinds[data[-1] % len(kinds)])
    if _attempt(carrier.encode) is not None:
        _whole_message(carrier)


def _local(data: bytes) -> None:
    """The PPMID local command interface: the framing of each avenue, the envelope, and the messages inside."""
    deframer = local_interface.Deframer()
    _attempt(deframer.feed, data)
    _attempt(deframer.finish)
    cobs.CobsDeframer().feed(data)
    stuffed = _attempt(cobs.unstuff, data)
    if stuffed is not None:
        _same(stuffed, cobs.unstuff(cobs.stuff(stuffed)), "COBS")
    for direction in stick.Direction:
        file = _attempt(stick.read_file, direction, data)
        if file is not None:
            _same(data, stick.write_file(direction, file), "a stick's file")
    greeting = _attempt(Greeting.decode, data)
    if greeting is not None:
        _same(data, greeting.encode(), "a greeting")
    card = IsoDepCard()
    for octet in range(0, len(data), 7):
        card.take(data[octet : octet + 7])
    command = _attempt(apdu.Command.decode, data)
    if command is not None:
        _same(data, command.encode(), "APDU")
    ppmid = tapping.TappedPpmid(seeds.PPMID)
    ppmid.take(tapping.TappingPhone(seeds.PPMID, ()).first())
    ppmid.take(data)
    keys = {seeds.SENDER: seeds.SIGNER.public_key()}
    _attempt(lambda: local_interface.open_sealed(data, keys=keys, home=seeds.HOME, ppmid=seeds.PPMID))
    read = _attempt(messages.decode, data)
    if read is not None:
        _same(data, messages.encode(read), "local command interface")


def _zigbee(data: bytes) -> None:
    """A HAN frame layer by layer, each also as the outermost; and as the content of a frame that is secured well."""
    addresses, keys = seeds.ADDRESSES, seeds.HAN_KEYS
    for with_fcs in (True, False):
        mac = _attempt(frames.decode_mac, data, with_fcs)
        if mac is not None:
            _same(data, mac.encode(with_fcs), "MAC frame")
        dissector = han.Dissector(keys, addresses, with_fcs=with_fcs)
        _attempt(dissector.feed, data, 1)
        usual, opened = _attempt(dissector.open_usual, data), _attempt(dissector.open, data)
        if usual is not None and (opened is None or opened.octets != usual.octets):
            raise Disagreement("a usual frame reads otherwise in one piece than layer by layer")
    for read in (frames.decode_nwk, frames.decode_aps):
        found = _attempt(read, data)
        if found is not None:
            header, size = found
            _same(data[:size], header.encode(), read.__name__)
    _attempt(decode_aux, data, 0)
    command = _attempt(aps_commands.decode, data)
    if command is not None:
        _same(data, aps_commands.encode(command), "APS command")
    exchange = _attempt(gb_hrgp.decode, data)
    if exchange is not None:
        _same(data, exchange.encode(), "GB-HRGP")
    _zcl(data)


def _zcl(data: bytes) -> None:
    frame = _attempt(zcl.decode_frame, data)
    if frame is None:
        return
    _same(data, frame.encode(), "ZCL frame")
    general = _attempt(zcl.read_general, frame)
    if general is not None:
        _same(frame.payload, general.encode(), "ZCL general command")
    for cluster in _CLUSTERS:
        command = _attempt(cluster.COMMANDS.read, frame)
        if command is not None:
            _same(frame.payload, command.encode(), cluster.__name__)
    built = _attempt(han.build_frames, seeds.RADIO, seeds.HUB, 0, tunneling.CLUSTER, data, seeds.HAN_KEYS)
    if built is None:
        return
    dissector = han.Dissector(seeds.HAN_KEYS, seeds.ADDRESSES)
    heard = [_attempt(dissector.feed, one, number) for number, one in enumerate(built[0])]
    if heard[-1] is not None and heard[-1].zcl != frame:
        raise Disagreement("a ZCL frame comes otherwise out of its MAC frames than it went in")


def _duis(data: bytes) -> None:
    """A DUIS document: read, written and read again; its signature and its GBCS message judged."""
    read = _attempt(documents.from_xml, data)
    if read is not None and documents.from_xml(documents.to_xml(read)) != read:
        raise Disagreement("a DUIS document reads otherwise after it was written")
    _attempt(verify.report, data, seeds.certificates().get)


def _inputs(data: bytes) -> None:
    """Whatever someone gives to be decoded: recognised, and the messages in it read."""
    found = _attempt(inputs.recognise, data, seeds.LABELLED_KEYS)
    for located in found.messages if found is not None else ():
        _attempt(gbt.decode, located.octets)


def _pcapng(data: bytes) -> None:
    """A capture: of this project, read strictly; of any program, as a stream, cut in two at every place alike."""
    _attempt(pcapng.read, data)
    whole, halves = captured.Capture(), captured.Capture()
    at_once = _attempt(lambda: [*whole.feed(data)])
    middle = len(data) // 2
    in_two = _attempt(lambda: [*halves.feed(data[:middle]), *halves.feed(data[middle:])])
    if at_once != in_two:
        raise Disagreement("a capture reads otherwise when it comes in two pieces")
    _attempt(whole.end)


def _utrn(data: bytes) -> None:
    """A UTRN as someone typed it: shown nowhere, rebuilt to a counter that fits its ten bits, credited once."""
    text = data.decode("latin-1")
    code = _attempt(utrn.Utrn.parse, text)
    if code is None:
        return
    if text in f"{code!r} {code}":
        raise Disagreement("a UTRN is shown")
    _attempt(lambda: code.amount)
    highest = int.from_bytes(code.mac, "big")
    counter = utrn.recover_counter(highest, code.truncated_counter)
    if counter is None:
        return
    if counter % utrn.TRUNCATION != code.truncated_counter or abs(counter - highest) > utrn.HALF_WINDOW:
        raise Disagreement("a UTRN counter is rebuilt to another")
    cache = utrn.UtrnCounterCache().add(counter)
    if not cache.is_duplicate(counter) or _attempt(cache.add, counter) is not None:
        raise Disagreement("a UTRN counter is taken twice")


def _certificate(data: bytes) -> None:
    """A certificate of the SMKI profile, and a bare public point."""
    _attempt(lambda: smki.read(smki.load(data)))
    _attempt(p256.public_point, data)


def _attempt(read: Callable[..., Any], *arguments: Any) -> Any:
    """What it gives; None where it refuses as it may."""
    try:
        return read(*arguments)
    except ProtocolError:
        return None


def _same(read: bytes, written: bytes, what: str) -> None:
    if read != written:
        raise Disagreement(f"{what}: read {read.hex()}, written {written.hex()}")


TARGETS: Mapping[str, Target] = {
    target.name: target
    for target in (
        Target("gbcs", _gbcs, seeds.gbcs),
        Target("payload", _payload, seeds.payloads),
        Target("local", _local, seeds.local),
        Target("zigbee", _zigbee, seeds.zigbee),
        Target("duis", _duis, seeds.duis),
        Target("inputs", _inputs, seeds.inputs),
        Target("pcapng", _pcapng, seeds.pcapng),
        Target("utrn", _utrn, seeds.utrn),
        Target("certificate", _certificate, seeds.certificate),
    )
}
