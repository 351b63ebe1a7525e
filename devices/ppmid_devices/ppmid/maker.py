"""The maker of the simulated PPMID, and what somebody makes of its images."""

from ppmid_devices.maker import Maker
from ppmid_devices.ppmid.contract import Image

MAKER = Maker("simulated PPMID", 0x0084)


def image(kind: Image, running: int) -> bytes:
    """An image file for a PPMID that runs version ``running``."""
    file = MAKER.image(running - 1 if kind is Image.OLDER else running + 1)
    if kind is not Image.ALTERED:
        return file
    middle = len(file) // 2
    return file[:middle] + bytes((file[middle] ^ 1,)) + file[middle + 1 :]
