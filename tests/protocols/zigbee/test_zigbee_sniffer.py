"""Tables of HAN keys as Wireshark keeps them."""

import pytest

from ppmid_protocols.errors import Malformed
from ppmid_protocols.zigbee.sniffer import read_keys


def test_a_table_of_keys_as_wireshark_keeps_it() -> None:
    keys = read_keys(
        "# saved by Wireshark\n"
        '"00:01:02:03:04:05:06:07:08:09:0a:0b:0c:0d:0e:0f","Normal","network"\n'
        '\n"0f0e0d0c0b0a09080706050403020100","Reverse",""\n'
    )
    assert [(bytes(one.key), one.label) for one in keys] == [(bytes(range(16)), "network"), (bytes(range(16)), "")]


@pytest.mark.parametrize(
    "line", ['"00:01","Normal","x"', '"zz","Normal","x"', "hello", '"' + "00" * 16 + '","Odd","x"']
)
def test_a_line_that_is_no_key_is_named_without_its_digits(line: str) -> None:
    with pytest.raises(Malformed, match="line 2: expected") as error:
        read_keys(f"# keys\n{line}\n")
    assert "00:01" not in str(error.value)
