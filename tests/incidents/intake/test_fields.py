"""Values of payloads: one strict way to read text, links, labels and keys."""

from typing import Any

import pytest

from incidents.intake import fields
from incidents.intake.body import Unreadable
from incidents.intake.signal import Rejected


@pytest.mark.parametrize(
    ("payload", "said"),
    [
        pytest.param({}, "", id="missing"),
        pytest.param({"a": None, "b": "x"}, "x", id="null counts as missing"),
        pytest.param({"a": "  ", "b": "x"}, "x", id="spaces count as missing"),
        pytest.param({"a": " x\n y ", "b": "z"}, "x\n y", id="trimmed, lines kept"),
        pytest.param({"a": "x" * 600}, "x" * 500, id="cut"),
        pytest.param({"a": "abc\u202egpj.exe"}, "abcgpj.exe", id="direction marks left out"),
        pytest.param({"a": "\x1b[31mred\x07"}, "[31mred", id="controls left out"),
        pytest.param({"a": "שלום 🙂"}, "שלום 🙂", id="other scripts kept"),
        pytest.param({"a": "\u200b\u200d", "b": "x"}, "x", id="nobody sees the first"),
        pytest.param({"a": "\u3164 \ufe0f\u2060", "b": "x"}, "x", id="fillers count as missing"),
        pytest.param({"a": "a\u200d"}, "a\u200d", id="joiners kept"),
    ],
)
def test_text_is_cleaned_and_cut(payload: dict[str, Any], said: str) -> None:
    assert fields.text(payload, "a", "b") == said


@pytest.mark.parametrize(
    "unfilled",
    [
        *("None", "null", "undefined", "NaN", "<no value>", "[no value]", "<nil>", ""),
        *("[object Object]", "{{ alert.name }}", "{{name}}", "${title}", "{HOST.NAME}"),
    ],
)
def test_what_a_template_left_empty_is_passed_over(unfilled: str) -> None:
    assert fields.filled({"a": unfilled, "b": "x"}, "a", "b") == "x"
    assert fields.filled({"a": unfilled}, "a") == ""


@pytest.mark.parametrize("said", ["None of the tills works", "disk {a} and {b}", "[no value] x"])
def test_words_among_which_one_is_empty_are_kept(said: str) -> None:
    assert fields.filled({"a": said, "b": "x"}, "a", "b") == said


def test_line_is_one_line() -> None:
    assert fields.line({"a": " two\n\tlines  here "}, "a") == "two lines here"


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        pytest.param(7, "“a” must be text.", id="number"),
        pytest.param([], "“a” must be text.", id="list"),
        pytest.param("x\0", "“a” cannot be kept: it holds a NUL character.", id="NUL"),
        pytest.param(
            "\ud800", "“a” cannot be kept: it holds half of a surrogate pair.", id="surrogate"
        ),
    ],
)
def test_text_that_is_none_is_refused_and_spare_text_is_left_out(value: Any, sentence: str) -> None:
    with pytest.raises(Unreadable) as refused:
        fields.text({"a": value}, "a")

    assert str(refused.value) == sentence
    assert fields.spare({"a": value}, "a") == ("7" if value == 7 else "")


@pytest.mark.parametrize(
    ("value", "said"), [("7", "7"), (7, "7"), (7.5, "7.5"), (None, ""), (0, "0")]
)
def test_word_reads_numbers_too(value: Any, said: str) -> None:
    assert fields.word({"a": value}, "a") == said


@pytest.mark.parametrize("value", [True, [], {}])
def test_word_refuses_the_rest(value: Any) -> None:
    with pytest.raises(Unreadable, match="must be text"):
        fields.word({"a": value}, "a")


@pytest.mark.parametrize("value", [10**400, float("inf"), float("nan"), "1e999", "nan", "-1e19"])
def test_numbers_without_bounds_are_refused(value: Any) -> None:
    with pytest.raises(Unreadable, match="too large"):
        fields.number({"a": value}, "a")


@pytest.mark.parametrize(("value", "number"), [("2.5", 2.5), (3, 3), ("", None), (None, None)])
def test_number_reads_text_too(value: Any, number: float | None) -> None:
    assert fields.number({"a": value}, "a") == number


@pytest.mark.parametrize(
    ("address", "is_kept"),
    [
        ("https://grafana.example.com/d/abc?viewPanel=1#x", True),
        ("HTTP://10.0.0.7:9090/graph?g0.expr=up%3D%3D0", True),
        ("https://[2001:db8::1]/", True),
        ("https://example.com/" + "x" * 980, True),
        ("https://example.com/" + "x" * 981, False),
        ("javascript:alert(1)", False),
        ("data:text/html,x", False),
        ("//example.com/", False),
        ("http://", False),
        ("http:///path", False),
        ("http://[", False),
        ("https://example.com/a b", False),
        ('https://example.com/"onclick=', False),
        ("https://example.com/<script>", False),
        ("https://example.com/\u202e", False),
        ("https://example.com/\ud800", False),
        (7, False),
        (None, False),
    ],
)
def test_only_links_that_people_may_follow_are_kept(address: Any, is_kept: bool) -> None:
    assert fields.link({"a": address}, "a") == (address if is_kept else "")


def test_link_takes_the_first_that_is_one() -> None:
    assert fields.link({"a": "x", "b": "https://b.example/"}, "a", "b") == "https://b.example/"


def test_labels_are_cut_and_bombs_refused() -> None:
    assert fields.labels({"a": {"x" * 300: "y" * 2000}}, "a") == {"x" * 200: "y" * 1024}
    with pytest.raises(Unreadable, match="more than 64"):
        fields.labels({"a": {str(number): "x" for number in range(65)}}, "a")


def test_labels_made_of_other_values_are_cut_at_64() -> None:
    made = fields.as_labels([("", "x"), ("y", ""), *((str(n), "x") for n in range(100))])

    assert len(made) == 64
    assert "y" not in made


def test_tags_are_read_as_labels() -> None:
    assert fields.tags("env:prod, service:web,urgent,,url:http://x") == {
        "env": "prod",
        "service": "web",
        "urgent": "yes",
        "url": "http://x",
    }


def test_a_long_key_is_shortened_the_same_way_each_time() -> None:
    assert fields.key("a", "", "b") == "a:b"
    assert fields.key() == ""
    assert fields.key("x" * 65) == fields.key("x" * 65)
    assert len(fields.key("x" * 65)) == 64
    assert fields.key("x" * 65) != fields.key("x" * 66)


def test_one_bad_item_costs_no_other() -> None:
    read = fields.each([{"a": "x"}, {"a": 1}, 7, {"a": "y"}], lambda item: fields.line(item, "a"))

    assert read == (
        "x",
        Rejected("“a” must be text."),
        Rejected("An alert must be a JSON object."),
        "y",
    )


@pytest.mark.parametrize(
    ("said", "found"),
    [('{"a": 1}', {"a": 1}), ("[1]", {}), ("plain", {}), ("", {}), ("{" * 99, {})],
)
def test_nested_reads_an_object_or_nothing(said: str, found: dict[str, Any]) -> None:
    assert fields.nested(said) == found
