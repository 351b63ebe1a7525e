"""Elements of drawings: whatever stands in a value or a text, the element is well formed and says just that."""

from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from ppmid_reports.svg import element, said

READABLE = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs"), exclude_characters="\ufffe\uffff"))


@given(READABLE, READABLE)
def test_what_is_written_reads_back(value: str, text: str) -> None:
    read = etree.fromstring(element("g", {"class": value}, said("text", {}, text)))
    assert (read.tag, read.get("class"), read[0].tag, read[0].text or "") == ("g", value, "text", text)


def test_the_octets_of_elements() -> None:
    assert element("rect", {"x": "4", "class": '"<'}) == '<rect x="4" class="&quot;&lt;"/>'
    assert said("text", {}, "") == "<text/>"
    assert (
        element("g", {}, said("text", {"x": "1"}, 'a "b" & <c>')) == '<g><text x="1">a "b" &amp; &lt;c&gt;</text></g>'
    )
