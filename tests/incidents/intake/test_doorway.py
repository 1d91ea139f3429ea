"""What stands before every kind: the forms in which a body may come."""

from typing import Any
from urllib.parse import urlencode

import pytest

from incidents.intake import doorway
from incidents.intake.body import Unreadable

FORM = "application/x-www-form-urlencoded"


def read(body: bytes, content_type: str, *, is_form: bool = True) -> Any:
    return doorway.read(body, {"content-type": content_type}, is_form=is_form).payload


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(urlencode({"a": "été"}).encode(), id="UTF-8"),
        pytest.param(urlencode({"a": "été"}, encoding="latin-1").encode(), id="Latin-1"),
        pytest.param("a=été".encode(), id="UTF-8, as it is"),
        pytest.param("a=été".encode("latin-1"), id="Latin-1, as it is"),
    ],
)
def test_a_form_is_read_in_the_charset_of_the_machine(body: bytes) -> None:
    assert read(body, FORM) == {"a": "été"}


def test_too_many_fields_are_refused() -> None:
    with pytest.raises(Unreadable, match="more than 200 fields"):
        read(b"a=%E9&" * 201, FORM)


@pytest.mark.parametrize(
    ("body", "content_type", "sentence"),
    [
        pytest.param(b"a=b", FORM, f"This source reads JSON. The body came as {FORM}.", id="form"),
        pytest.param(
            b"--x\r\n",
            "multipart/form-data; boundary=x",
            "This source reads JSON. The body came as multipart/form-data.",
            id="parts",
        ),
        pytest.param(b"{", FORM, "The body is not valid JSON.", id="JSON that breaks off"),
        pytest.param(b"a=b", "text/plain", "The body is not valid JSON.", id="text"),
    ],
)
def test_a_form_for_a_source_that_reads_none_is_named(
    body: bytes, content_type: str, sentence: str
) -> None:
    with pytest.raises(Unreadable) as refused:
        read(body, content_type, is_form=False)

    assert str(refused.value) == sentence


@pytest.mark.parametrize("content_type", [FORM, "text/plain", ""])
def test_json_is_read_whatever_it_is_called(content_type: str) -> None:
    assert read(b'{"a": 1}', content_type, is_form=False) == {"a": 1}
