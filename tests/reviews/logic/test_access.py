"""Who may write, publish and complete, and what the others read."""

import pytest

from incidents.logic.access import Standing
from reviews.logic import access
from reviews.logic.access import Part, State

NOBODY = Part(Standing())
TOLD = Part(Standing(is_told=True))
ROLE = Part(Standing(has_role=True))
TEAM = Part(Standing(is_responder=True))
ADMIN = Part(Standing(is_administrator=True))
LEADS = Part(Standing(), is_facilitator=True)
EVERY_PART = [NOBODY, TOLD, ROLE, TEAM, ADMIN, LEADS]
NAMES = ["nobody", "told", "role", "team", "administrator", "facilitator"]

EMPTY = State("INC-12")
TOLD_STORY = State("INC-12", story="At 03:00 a bank failed.")
OWNERLESS = State("INC-12", story="x", ownerless=["Alert at 2%"])
PUBLISHED = State("INC-12", is_published=True, story="x")


@pytest.mark.parametrize("part", EVERY_PART, ids=NAMES)
def test_everybody_with_a_part_writes(part: Part) -> None:
    why_not = access.why_not_write(part, EMPTY)

    assert (why_not is None) is (part is not NOBODY)
    assert why_not is None or "You can read it" in why_not


@pytest.mark.parametrize("part", EVERY_PART, ids=NAMES)
def test_nobody_changes_what_is_published(part: Part) -> None:
    assert "is published" in (access.why_not_write(part, PUBLISHED) or "")


@pytest.mark.parametrize(
    ("part", "state", "sentence"),
    [
        (TOLD, TOLD_STORY, None),
        (NOBODY, TOLD_STORY, "You can read it"),
        (TOLD, EMPTY, "Tell the story first"),
        (TOLD, State("INC-12", story=" \n.- "), "Tell the story first"),
        (TOLD, OWNERLESS, "The owner of “Alert at 2%” has left"),
        (TOLD, PUBLISHED, "is published"),
    ],
    ids=["ready", "outsider", "empty", "no word", "ownerless", "published"],
)
def test_why_not_publish(part: Part, state: State, sentence: str | None) -> None:
    why_not = access.why_not_publish(part, state)

    assert why_not is None if sentence is None else sentence in (why_not or "")


@pytest.mark.parametrize(
    ("part", "is_owner", "may"),
    [(NOBODY, False, False), (NOBODY, True, True), (TEAM, False, True), (LEADS, False, True)],
)
def test_why_not_complete(part: Part, is_owner: bool, may: bool) -> None:
    why_not = access.why_not_complete(part, is_owner=is_owner, owner="Mei Tan")

    assert (why_not is None) is may
    assert may or "Mei Tan" in (why_not or "")
