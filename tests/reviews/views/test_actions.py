"""My actions: done with evidence, and undone."""

from datetime import date, timedelta

import pytest
from django.test import Client

from config.portal import clock
from incidents.models import Incident
from reviews.models import ActionItem, Review
from reviews.operations import actions
from reviews.operations.actions import ActionDraft
from tests.reviews.conftest import LATER
from tests.reviews.views.conftest import MONDAY, client
from tests.world import World


@pytest.fixture
def action(world: World, review: Review) -> ActionItem:
    draft = ActionDraft("Alert at 2%", "detect", world.bob, date(2026, 11, 22))
    return actions.add(review, draft, by=world.alice, now=LATER)


def test_done_and_undone(world: World, action: ActionItem) -> None:
    bob = client(world.bob)

    done = bob.post(f"/actions/{action.pk}/done/", {"evidence": "Rule 14", "show": "late"})
    action.refresh_from_db()
    was_done_by = action.done_by
    undone = bob.post(f"/actions/{action.pk}/reopen/", {"show": "review"})
    action.refresh_from_db()

    assert (done.status_code, done["Location"]) == (302, "/actions/?show=late")
    assert (was_done_by, action.evidence) == (world.bob, "Rule 14")
    assert action.done_at is None
    assert undone["Location"] == f"/reviews/{action.review_id}/#actions"


def test_for_two_minutes_done_can_be_undone_then_opened_again(
    world: World, action: ActionItem, monkeypatch: pytest.MonkeyPatch
) -> None:
    bob = client(world.bob)

    page = bob.post(f"/actions/{action.pk}/done/", {"show": "all"}, follow=True).content.decode()
    monkeypatch.setattr(clock, "show_now", lambda: MONDAY + timedelta(minutes=2))
    later = bob.get("/actions/?show=all").content.decode()
    undone = bob.post(f"/actions/{action.pk}/reopen/?show=all")

    assert f'method="post" action="/actions/{action.pk}/reopen/?show=all"' in page
    assert '>Undo<span class="vh"> Alert at 2%' in page
    assert '>Open again<span class="vh"> Alert at 2%' in later
    assert "Undo" not in later
    assert undone["Location"] == "/actions/?show=all"
    action.refresh_from_db()
    assert action.done_at is None


@pytest.mark.parametrize("act", ["done", "reopen"])
def test_outsiders_and_strangers_change_nothing(world: World, action: ActionItem, act: str) -> None:
    path = f"/actions/{action.pk}/{act}/"

    refused = client(world.frank).post(path, follow=True)

    assert Client().post(path).status_code == 403
    assert client(world.bob).get(path).status_code == 405
    assert b"Only Bob Example" in refused.content
    action.refresh_from_db()
    assert action.done_at is None


def test_actions_of_a_restricted_incident_are_not_found(world: World, action: ActionItem) -> None:
    Incident.objects.update(is_restricted=True)

    assert client(world.frank).post(f"/actions/{action.pk}/done/").status_code == 404
    assert b"Alert at 2%" not in client(world.frank).get("/actions/?show=all").content


@pytest.mark.parametrize("evidence", ["x" * 100_000, "a\0b"], ids=["long", "NUL"])
def test_wrong_evidence_is_refused_in_a_sentence(
    world: World, action: ActionItem, evidence: str
) -> None:
    answer = client(world.bob).post(
        f"/actions/{action.pk}/done/", {"evidence": evidence, "show": "<b>"}, follow=True
    )

    assert b'role="alert"' in answer.content
    action.refresh_from_db()
    assert action.done_at is None


@pytest.mark.parametrize(
    ("show", "name", "is_listed"),
    [
        ("mine", "bob", True),
        ("mine", "alice", False),
        ("all", "alice", True),
        ("late", "alice", True),
    ],
)
def test_the_list_is_narrowed(
    world: World, action: ActionItem, show: str, name: str, is_listed: bool
) -> None:
    ActionItem.objects.update(due_date=date(2026, 1, 1))

    text = client(getattr(world, name)).get(f"/actions/?show={show}").content

    assert (b"Alert at 2%" in text) is is_listed


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("show=all&q=alert", True),
        ("show=all&q=bob", True),
        ("show=all&q=zebra", False),
        ("show=all&service=payments", True),
        ("show=all&team=nothing", True),
        ("show=done", False),
    ],
)
def test_the_list_narrows(world: World, review: Review, query: str, found: bool) -> None:
    draft = ActionDraft("Alert at 2%", "detect", world.bob, date(2026, 12, 1))
    actions.add(review, draft, by=world.alice, now=LATER)

    page = client(world.frank).get(f"/actions/?{query}").content.decode()

    assert ("Alert at 2%" in page) is found


def test_the_list_as_csv(world: World, review: Review) -> None:
    draft = ActionDraft("=Alert", "detect", world.bob, date(2026, 12, 1))
    actions.add(review, draft, by=world.alice, now=LATER)

    text = client(world.frank).get("/actions/?show=all&format=csv").content.decode()

    assert "'=Alert,Notice it sooner,Bob Example,2026-12-01" in text


def test_evidence_for_what_another_did_first_is_shown_again(
    world: World, action: ActionItem
) -> None:
    actions.complete(action, by=world.alice, now=LATER)

    page = client(world.bob).post(
        f"/actions/{action.pk}/done/", {"evidence": "Rule <14>"}, follow=True
    )

    assert "Alice Example has done this already. You wrote: “Rule &lt;14&gt;”." in (
        page.content.decode()
    )
