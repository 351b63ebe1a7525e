"""What becomes of firmware images that are brought to a PPMID, and to a meter."""

from ppmid_bench.checks.check import Finding, check, failed, inconclusive, passed
from ppmid_bench.evidence import Entry, Log
from ppmid_bench.sentences import counted

_ACTIVATION = "012B"
"""Message Code of CS09."""


def _around_the_image(log: Log) -> tuple[Entry | None, list[Entry], list[Entry]]:
    """The last image on the SM WAN, and what the PPMID said of itself before and after it."""
    images, said = log.arrived("wan", "firmware-image"), log.arrived("avenue", "capabilities")
    image = images[-1] if images else None
    at = 0 if image is None else image.n
    return image, [one for one in said if one.n < at], [one for one in said if one.n > at]


@check(
    "firmware-unchanged",
    judges="ppmid",
    needs=("avenue", "wan"),
    reasons=("image-taken",),
    requirements=("REQ-021",),
    threats=("I7",),
    purposes=("PP-022",),
)
def firmware_unchanged(log: Log) -> Finding:
    """The PPMID runs the firmware that it ran before the last image was brought."""
    image, before, after = _around_the_image(log)
    if image is None or not before or not after:
        return inconclusive(
            "not-told", "the PPMID has not told its firmware before and after an image", *before, *after
        )
    was, is_now = before[-1].fields["firmware"], after[-1].fields["firmware"]
    if was != is_now:
        return failed("image-taken", f"it ran {was}, and runs {is_now}", before[-1], image, after[-1])
    return passed(f"it runs {was} as before", before[-1], image, after[-1])


@check(
    "firmware-updated",
    judges="ppmid",
    needs=("avenue", "wan"),
    reasons=("not-updated", "cannot-relay"),
    requirements=("REQ-021", "REQ-025"),
    purposes=("PP-022",),
)
def firmware_updated(log: Log) -> Finding:
    """The PPMID runs the image that was brought last, and says that it can relay."""
    image, _, after = _around_the_image(log)
    if image is None or not after:
        return inconclusive("not-told", "the PPMID has not told its firmware after an image", *after)
    last, version = after[-1], str(image.fields["version"])
    if last.fields["firmware"] != version:
        sentence = f"the image is version {version}, the PPMID runs {last.fields['firmware']}"
        return failed("not-updated", sentence, image, last)
    if not last.fields["can_relay"]:
        return failed("cannot-relay", "it runs the image, and says that it cannot relay", image, last)
    return passed(f"it runs {version}, and can relay", image, last)


@check(
    "activation-told",
    judges="ppmid",
    needs=("avenue", "wan"),
    reasons=("not-told",),
    requirements=("REQ-021",),
    purposes=("PP-022",),
)
def activation_told(log: Log) -> Finding:
    """The PPMID tells the DCC that its new firmware is active (CS09)."""
    image, before, after = _around_the_image(log)
    changed = [one for one in after if before and one.fields["firmware"] != before[-1].fields["firmware"]]
    if image is None or not changed:
        return inconclusive("not-activated", "no image has come to run", *before[-1:], *after[-1:])
    alerts = [one for one in log.arrived("wan", "gbcs") if one.fields["gbcs"]["code"] == _ACTIVATION]
    told = [one for one in alerts if one.n > image.n]
    if not told:
        return failed("not-told", "the DCC has heard nothing of it", before[-1], image, changed[0])
    return passed(f"{counted(len(told), 'alert')} of it", before[-1], image, changed[0], *told)


@check(
    "image-activated",
    judges="meter",
    needs=("wan", "meter-configuration"),
    reasons=("not-activated",),
    requirements=("REQ-051",),
)
def image_activated(log: Log, meter: str, device: str) -> Finding:
    """The meter runs other firmware than before the last image was brought to it."""
    images = [one for one in log.arrived("wan", "firmware-image") if one.fields["device"] == device]
    readings = [one for one in log.of("meter-configuration", "configuration", meter=meter) if _firmware(one)]
    if not images:
        return inconclusive("no-image", "no image has been brought to it", *readings)
    image = images[-1]
    before, after = ([one for one in readings if (one.n > image.n) is late] for late in (False, True))
    if not before or not after:
        return inconclusive("no-reading", "its firmware was not read before and after the image", image, *readings)
    if _firmware(before[-1]) == _firmware(after[-1]):
        return failed("not-activated", "it runs what it ran before", before[-1], image, after[-1])
    return passed("it runs other firmware than before", before[-1], image, after[-1])


def _firmware(reading: Entry) -> str:
    """The digest of what runs; empty where the meter shows none."""
    return str(reading.fields["objects"].get("firmware", ""))
