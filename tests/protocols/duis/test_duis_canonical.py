"""Canonical XML as text, against lxml's own canonicalisation of what it stands for."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from lxml import etree

from ppmid_protocols.duis import canonical
from ppmid_protocols.duis.safe_xml import SR

xml_texts = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc"), include_characters="\t\n\r"))


@given(xml_texts, xml_texts)
@example("73946144332040217315", "5.4")
@example('A & B <c> "d"\r\n\té', 'A & B <c> "d"\r\n\té')
def test_text_and_attributes_are_written_as_lxml_canonicalises_them(text: str, value: str) -> None:
    root = etree.Element(f"{{{SR}}}Name", {"b": value, "a": "1"}, nsmap={"sr": SR})
    root.text = text
    written = canonical.element("Name", canonical.text(text), [("b", value), ("a", "1")])
    assert written.replace("<sr:Name", f'<sr:Name xmlns:sr="{SR}"', 1).encode() == etree.tostring(root, method="c14n")


@pytest.mark.parametrize("what", ["a\0b", "\x1b", "\ufffe"])
def test_what_xml_does_not_have_is_refused(what: str) -> None:
    with pytest.raises(ValueError, match="XML compatible"):
        canonical.text(what)
    with pytest.raises(ValueError, match="XML compatible"):
        canonical.attribute("name", what)
