"""Which forms keep drafts, which of their fields, and how much."""

import pytest

from config.front.logic import drafts
from config.front.logic.drafts import Form


def form(name: str) -> Form:
    found = drafts.form_called(name)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("declare", 0),
        ("incident/12/update", 12),
        ("incident/12/contain", 12),
        ("incident/12/resolve", 12),
        ("incident/12/note", 12),
        ("review/5", 5),
    ],
)
def test_these_forms_keep_drafts(name: str, number: int) -> None:
    assert form(name).number == number


@pytest.mark.parametrize(
    "name",
    [
        *("", "x", "declare/1", "incident/x/update", "incident/1/acknowledge", "review/5/publish"),
        *("declare\n", "sign-in", "incident/\u0661/update", f"incident/{'9' * 40}/update", "\0"),
    ],
)
def test_no_other_form_does(name: str) -> None:
    assert drafts.form_called(name) is None


@pytest.mark.parametrize(
    "name",
    [
        *("csrfmiddlewaretoken", "key", "password", "token", "draft", "turn", "title2"),
        *("factors-0-text", "actions-TOTAL_FORMS"),
    ],
)
def test_what_a_person_did_not_type_there_is_left_out(name: str) -> None:
    posted = {name: "x", "title": "Cards\0 fail"}

    assert drafts.answers_to_keep(form("declare"), posted) == {"title": "Cards fail"}


@pytest.mark.parametrize(
    ("name", "answers", "is_kept"),
    [
        ("declare", {"title": "x" * 19_995}, True),
        ("declare", {"title": "x" * 19_996}, False),
        ("declare", {f"f{number}": "" for number in range(60)}, True),
        ("declare", {f"f{number}": "" for number in range(61)}, False),
        ("review/5", {"story": "x" * 39_000}, True),
        ("review/5", {"story": "x" * 60_001}, False),
        ("review/5", {f"f{number}": "" for number in range(401)}, False),
    ],
)
def test_so_much_is_kept(name: str, answers: dict[str, str], is_kept: bool) -> None:
    assert (drafts.why_not_keep(form(name), answers) is None) == is_kept
