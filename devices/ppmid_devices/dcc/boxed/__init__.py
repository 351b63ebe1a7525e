"""DCC Boxed, Smart DCC's test product, in the DCC's place: its HTTP interface, and a stand-in of ours to rehearse with.

Built from what its public clients do. Nothing here has been tried on a real DCC Boxed.
"""

from ppmid_devices.dcc.boxed.adapter import BoxedDcc, RehearsedBoxedDcc

__all__ = ["BoxedDcc", "RehearsedBoxedDcc"]
