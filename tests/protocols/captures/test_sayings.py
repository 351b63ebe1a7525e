"""What a message says where it cannot be read."""

import pytest

from ppmid_protocols.captures import sayings
from ppmid_protocols.zigbee import tunneling
from ppmid_protocols.zigbee.tunneling import TransferData
from ppmid_protocols.zigbee.zcl import Direction, cluster_frame

TO_SERVER, TO_CLIENT = Direction.TO_SERVER, Direction.TO_CLIENT


@pytest.mark.parametrize("data", [b"\x02\x05", b"\xdd\x00", b"\xdf\x09", b"hello"])
def test_a_tunnel_that_carries_rubbish_says_so(data: bytes) -> None:
    said = sayings.of_zcl(tunneling.CLUSTER, tunneling.frame(TransferData(1, data), TO_CLIENT, 1))
    assert said.what.startswith("tunneling")
    assert said.problem


def test_a_command_that_is_not_read_says_which() -> None:
    said = sayings.of_zcl(0x0700, cluster_frame(0x05, TO_SERVER, 1, b""))
    assert (said.what, said.problem) == ("cluster 0x0700, command 0x05", "commands of this cluster are not read")
    said = sayings.of_zcl(tunneling.CLUSTER, cluster_frame(0x05, TO_SERVER, 1, b"\1\0"))
    assert "ReadyData" in said.problem
