"""Which User can do what with a Command for local delivery; and the page that says so."""

import re
from pathlib import Path

import pytest

from ppmid_protocols.duis.services import UserRole
from ppmid_protocols.transforms.users import KNOWN, reach, reaches

PAGE = Path(__file__).parents[3] / "docs/who-can-what.md"


def test_only_the_customers_suppliers_may_return_a_response() -> None:
    """Public matrix of Service Requests: 8.13 is for IS and GS."""
    assert {row.role for row in reaches() if row.returns} == {UserRole.IMPORT_SUPPLIER, UserRole.GAS_SUPPLIER}


@pytest.mark.parametrize("role", UserRole)
def test_every_command_has_one_way_of_verifying_its_response(role: UserRole) -> None:
    row = reach(role)
    assert row.obtains == row.by_signature + row.by_own_mac + row.dcc_alone > 0
    assert (row.by_own_mac > 0) == (role in KNOWN)


def test_an_export_supplier_by_hand() -> None:
    """4.2 4.6.2 4.8.3 4.12.2 6.2.7 6.20.2 7.4 have one use case each, 11.2 two, 6.2.4 three; none is critical."""
    row = reach(UserRole.EXPORT_SUPPLIER)
    assert (row.obtains, row.by_signature, row.by_own_mac, row.dcc_alone) == (12, 0, 0, 12)


ROW = re.compile(r"^\| ([A-Z]{2,3}) \| [^|]+ \| (\d+) \| (\d+) \| (\d+) \| (\d+) \| (yes|no) \|$", re.MULTILINE)


def test_the_page_has_the_table() -> None:
    expected = []
    for row in reaches():
        numbers = map(str, (row.obtains, row.by_signature, row.by_own_mac, row.dcc_alone))
        expected.append((row.role, *numbers, "yes" if row.returns else "no"))
    assert ROW.findall(PAGE.read_text(encoding="utf-8")) == expected
