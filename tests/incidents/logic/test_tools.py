"""Tools are named in lines; only addresses of the web become links."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidents.logic.tools import Tool, tools_of


@pytest.mark.parametrize(
    ("line", "name", "url", "host"),
    [
        ("Dashboard https://graphs.example.com/pay", "Dashboard", None, "graphs.example.com"),
        ("Dashboard: https://graphs.example.com/pay", "Dashboard", None, "graphs.example.com"),
        ("https://graphs.example.com/pay", "graphs.example.com", None, "graphs.example.com"),
        ("The red phone", "The red phone", "", ""),
        ("Run javascript:alert(1)", "Run javascript:alert(1)", "", ""),
        ("Broken https://[", "Broken https://[", "", ""),
        ("No host https://", "No host https://", "", ""),
        ("Shared drive file:///etc/passwd", "Shared drive file:///etc/passwd", "", ""),
    ],
)
def test_one_line(line: str, name: str, url: str | None, host: str) -> None:
    [tool] = tools_of(f"\n  {line}  \n\n")

    assert tool.name == name
    assert tool.url == (line.rpartition(" ")[2] if url is None else url)
    assert tool.host == host


def test_nothing_is_no_tool() -> None:
    assert tools_of(" \n\n") == ()


@given(st.text(max_size=60))
def test_whatever_is_written_is_named_and_never_another_scheme(text: str) -> None:
    for tool in tools_of(text):
        assert isinstance(tool, Tool)
        assert tool.name
        assert not tool.url or tool.url.lower().startswith(("https://", "http://"))
