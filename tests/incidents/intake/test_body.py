"""Strict JSON: bounded, shallow, a sentence for everything else."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidents.intake.body import MAX_BYTES, Unreadable, read_object, why_not_storable


@pytest.mark.parametrize(
    ("body", "status", "sentence"),
    [
        pytest.param(b"", 400, "not valid JSON", id="empty"),
        pytest.param(b"{", 400, "not valid JSON", id="broken"),
        pytest.param(b"[]", 400, "must be a JSON object", id="a list"),
        pytest.param(b"null", 400, "must be a JSON object", id="null"),
        pytest.param(b'{"a": NaN}', 400, "NaN", id="NaN"),
        pytest.param(b'{"a": -Infinity}', 400, "-Infinity", id="infinity"),
        pytest.param(b"\xff\xfe", 400, "UTF-8", id="no UTF-8"),
        pytest.param(b"[" * 20_000, 400, "nested", id="20,000 brackets"),
        pytest.param(b'{"a":' * 20_000, 400, "nested", id="20,000 braces"),
        pytest.param(b'{"a": ' + b"9" * 5000 + b"}", 400, "not valid JSON", id="5,000 digits"),
        pytest.param(b" " * (MAX_BYTES + 1), 413, "larger", id="too large"),
    ],
)
def test_read_object_refuses_with_a_sentence(body: bytes, status: int, sentence: str) -> None:
    with pytest.raises(Unreadable, match=sentence) as refused:
        read_object(body)

    assert refused.value.status == status


def test_read_object_ignores_brackets_in_text() -> None:
    assert read_object(b'{"a": "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\\"{{"}')["a"].endswith("{{")


def test_a_mark_of_the_order_of_bytes_is_no_fault() -> None:
    assert read_object(b'\xef\xbb\xbf{"a": 1}') == {"a": 1}


@given(st.binary(max_size=300))
def test_read_object_never_raises_anything_else(body: bytes) -> None:
    with suppress(Unreadable):
        assert isinstance(read_object(body), dict)


@pytest.mark.parametrize(
    ("text", "is_storable"),
    [("plain", True), ("naïve 🙂", True), ("a\0b", False), ("\ud83d", False)],
)
def test_why_not_storable_names_what_postgresql_refuses(text: str, is_storable: bool) -> None:
    assert (why_not_storable(text) is None) == is_storable
