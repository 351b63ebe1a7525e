"""Text that came from elsewhere, in Markdown: whatever it holds, nothing of it is markup."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ppmid_reports.text import in_markdown, shown


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("credited-once holds", "credited-once holds"),
        ("<b>|[x](http://x)", "\\<b\\>\\|\\[x\\](http://x)"),
        ("# heading\n- list", "\\# heading - list"),
        ("a_b *c* `d` ~e~ &lt;", "a\\_b \\*c\\* \\`d\\` \\~e\\~ \\&lt;"),
        ("back\\slash \x1b[31m", "back\\\\slash \\\\x1b\\[31m"),
    ],
)
def test_what_would_be_markup_is_escaped(text: str, written: str) -> None:
    assert in_markdown(text) == written


@given(st.text())
def test_any_text_is_one_line_without_markup_and_is_read_back(text: str) -> None:
    written = in_markdown(text)
    assert not re.search("[\r\n]", written)
    assert not re.search(r"(?<!\\)(?:\\\\)*[`*_\[\]<>|~&#]", written)
    assert re.sub(r"\\([\\`*_\[\]<>|~&#])", r"\1", written) == " ".join(shown(text).split())
