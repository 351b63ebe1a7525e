"""Protected reads: method 1 of class 30 gives attributes encrypted for one reader (IEC 62056-6-2 4.4.9; RTDS 4.5.0)."""

from ppmid_devices.meter.asked import Asked
from ppmid_devices.meter.cosem import logs
from ppmid_devices.meter.cosem.objects import Place
from ppmid_devices.meter.cosem.refusals import OTHER_REASON, TYPE_UNMATCHED, AccessRefused
from ppmid_devices.meter.cosem.store import ObjectStore
from ppmid_protocols.errors import ProtocolError
from ppmid_protocols.gbcs import axdr
from ppmid_protocols.gbcs.axdr import Data, Group, Number, Octets

_TRANSACTION = b"\x04"  # the mode of the key derivation; the counter follows


def read(store: ObjectStore, asked: Asked, argument: Data) -> Data:
    """The protection that was asked for with originator and recipient changed about, and the sealed values.

    Raises AccessRefused for what may not be read or has another form.
    """
    match argument:
        case Group(axdr.STRUCTURE, (Group(axdr.ARRAY, wanted), Group(axdr.ARRAY, (protection,)))) if wanted:
            values = tuple(_value(store, one) for one in wanted)
            plain = axdr.encode_data(Group(axdr.STRUCTURE, values))
            return axdr.structure(axdr.array(_answered(protection, asked)), axdr.octet_string(_sealed(plain, asked)))
    raise AccessRefused(TYPE_UNMATCHED)


def _sealed(plain: bytes, asked: Asked) -> bytes:
    try:
        return asked.seal(plain)
    except ProtocolError:  # no certificate of the reader is held here
        raise AccessRefused(OTHER_REASON) from None


def _value(store: ObjectStore, wanted: Data) -> Data:
    match wanted:
        case Group(
            axdr.STRUCTURE,
            (
                Number(axdr.LONG_UNSIGNED, class_id),
                Octets(axdr.OCTET_STRING, obis),
                Number(axdr.INTEGER, attribute),
                Number(axdr.LONG_UNSIGNED, 0),
                restriction,
            ),
        ):
            return logs.restricted(store.protected(Place(class_id, obis, attribute)), restriction)
    raise AccessRefused(TYPE_UNMATCHED)


def _answered(protection: Data, asked: Asked) -> Data:
    """The protection of the answer: by the device, for the reader, with the counter of the sealing."""
    match protection:
        case Group(
            axdr.STRUCTURE,
            (Number(axdr.ENUM, 2) as kind, Group(axdr.STRUCTURE, (Octets(), Octets(), Octets(), further, key))),
        ):
            transaction = _TRANSACTION + asked.reader_counter.to_bytes(8, "big")
            parties = (transaction, asked.message.target, asked.reader)
            return axdr.structure(kind, axdr.structure(*map(axdr.octet_string, parties), further, key))
    raise AccessRefused(TYPE_UNMATCHED)
