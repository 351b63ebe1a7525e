"""``python -m ppmid_devices.remote ROLE --connect HOST:PORT --bench ID``."""

import sys

from ppmid_devices.remote.host import main

if __name__ == "__main__":
    sys.exit(main())
