"""Drafts over HTTP: kept as typed, shown again, gone once sent; one's own, and never a secret."""

import json
import re
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from config.portal import clock
from incidents.models import Incident, StatusUpdate
from incidents.operations import lifecycle
from reviews.models import Review
from reviews.operations import sweep
from rosters.models import Draft, Person
from tests.world import NOW, World, build

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(minutes=3)
TYPED = {"impact": "One in five fails.", "known": "Bank A is slow.", "doing": "We move cards."}


@pytest.fixture
def world(db: None) -> World:
    return build()


@pytest.fixture
def _frozen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("config.portal.clock.act_now", lambda: LATER)
    monkeypatch.setattr("config.portal.clock.show_now", lambda: LATER)


@pytest.fixture
def incident(world: World, _frozen: None) -> Incident:
    opening = lifecycle.Opening(title="Card payments fail", severity=1, service=world.service)
    return lifecycle.open_incident(opening, by=world.erin, now=NOW)


def client(person: Person) -> Client:
    made = Client()
    made.force_login(person)
    return made


def keep(browser: Client, form: str, turn: int | str = 0, **typed: Any):
    return browser.post("/drafts/", {"draft": form, "turn": turn, **typed})


def said(answer: object) -> str:
    words: str = json.loads(answer.headers["HX-Trigger"])["say"]  # type: ignore[attr-defined]
    return words


def turn_of(page: str) -> str:
    found = re.search(r'data-draft="[^"]+" data-turn="(\d+)"', page)
    assert found
    return found[1]


def test_what_is_typed_stands_in_the_form_again(world: World, incident: Incident) -> None:
    alice = client(world.alice)
    path = f"/incidents/{incident.reference}/updates/new/"

    answer = keep(alice, f"incident/{incident.pk}/update", **TYPED)
    page = alice.get(path).content.decode()

    assert (answer.status_code, answer.content) == (204, b"")
    assert said(answer) == "Draft saved 03:03"
    assert "This is your draft from" in page
    for text in TYPED.values():
        assert text in page
    assert "This is your draft" not in client(world.bob).get(path).content.decode()


def test_sending_ends_the_draft_with_the_act(world: World, incident: Incident) -> None:
    alice = client(world.alice)
    form, path = f"incident/{incident.pk}/update", f"/incidents/{incident.reference}/updates/new/"
    turn = turn_of(alice.get(path).content.decode())
    keep(alice, form, turn, **TYPED)

    alice.post(path, TYPED | {"key": UUID(int=1)})
    late = keep(alice, form, turn, **TYPED)
    page = alice.get(path).content.decode()

    assert StatusUpdate.objects.count() == 1
    assert late.status_code == 409
    assert "another page" in said(late)
    assert "This is your draft" not in page
    assert keep(alice, form, turn_of(page), **TYPED).status_code == 204


def test_a_refused_form_keeps_its_draft(world: World, incident: Incident) -> None:
    alice = client(world.alice)
    path = f"/incidents/{incident.reference}/updates/new/"
    keep(alice, f"incident/{incident.pk}/update", **TYPED)

    refused = alice.post(path, {"impact": "One in five fails.", "key": UUID(int=1)})

    assert refused.status_code == 422
    assert "This is your draft" not in refused.content.decode()
    assert "Bank A is slow." in alice.get(path).content.decode()


@pytest.mark.parametrize(
    ("form", "path", "typed"),
    [
        ("declare", "/incidents/new/", {"title": "Mails are late", "severity": "2"}),
        ("incident/{pk}/note", "/incidents/INC-{pk}/", {"text": "I see 502s."}),
        ("incident/{pk}/contain", "/incidents/INC-{pk}/contain/", {"at": "2026-11-21T03:02"}),
        ("incident/{pk}/resolve", "/incidents/INC-{pk}/resolve/", {"at": "2026-11-21T03:02"}),
    ],
)
def test_every_form_comes_back_and_can_be_begun_afresh(
    world: World, incident: Incident, form: str, path: str, typed: dict[str, str]
) -> None:
    alice = client(world.alice)
    form, path = form.format(pk=incident.pk), path.format(pk=incident.pk)

    assert keep(alice, form, **typed).status_code == 204
    page = alice.get(path).content.decode()
    afresh = alice.post("/drafts/start-afresh/", {"draft": form})
    after = alice.get(path).content.decode()

    assert "This is your draft from" in page
    assert next(iter(typed.values())) in page
    assert afresh.headers["Location"] == path
    assert "This is your draft" not in after
    assert Incident.objects.get().contained_at is None
    assert keep(alice, form, **typed).status_code == 409


@pytest.mark.parametrize(
    ("form", "path", "sent"),
    [
        ("declare", "/incidents/new/", {"title": "Late", "severity": "4", "key": UUID(int=3)}),
        ("incident/{pk}/note", "/incidents/INC-{pk}/notes/", {"text": "I see 502s."}),
        ("incident/{pk}/contain", "/incidents/INC-{pk}/contain/", {"at": "2026-11-21T03:02"}),
        ("incident/{pk}/resolve", "/incidents/INC-{pk}/resolve/", {"at": "2026-11-21T03:02"}),
    ],
)
def test_sending_any_form_ends_its_draft(
    world: World, incident: Incident, form: str, path: str, sent: dict[str, Any]
) -> None:
    alice = client(world.alice)
    form, path = form.format(pk=incident.pk), path.format(pk=incident.pk)
    keep(alice, form, **sent)

    assert alice.post(path, sent).status_code == 302

    fields = Draft.objects.get(form=form).fields
    assert (fields["answers"], fields["turn"]) == ({}, 1)


def test_an_act_that_is_refused_in_a_race_keeps_the_draft(world: World, incident: Incident) -> None:
    alice, form = client(world.alice), f"incident/{incident.pk}/contain"
    keep(alice, form, at="2026-11-21T03:02")
    lifecycle.contain(incident, by=world.bob, at=LATER, now=LATER)

    alice.post(f"/incidents/{incident.reference}/contain/", {"at": "2026-11-21T03:02"})

    assert Draft.objects.get(form=form).fields["answers"] == {"at": "2026-11-21T03:02"}


def test_a_review_comes_back_line_by_line(world: World, incident: Incident) -> None:
    lifecycle.resolve(incident, by=world.alice, at=LATER, now=LATER)
    sweep.open_due_reviews(now=LATER)
    review = Review.objects.get()
    alice = client(world.alice)
    lines = {"factors-0-text": "The alert waited.", "factors-3-text": "Two boards disagreed."}
    action = {"actions-1-title": "Alert at 2%", "actions-1-owner": str(world.bob.pk)}
    typed = {"revision": "0", "story": "At 03:00 we saw it.", "actions-0-kind": "prevent"}

    answer = keep(alice, f"review/{review.pk}", **typed, **lines, **action)
    page = alice.get(f"/reviews/{review.pk}/").content.decode()

    assert answer.status_code == 204
    for text in ("At 03:00 we saw it.", *lines.values(), "Alert at 2%", "This is your draft from"):
        assert text in page
    assert '<input type="hidden" name="factors-TOTAL_FORMS" value="3"' in page
    assert '<input type="hidden" name="actions-TOTAL_FORMS" value="2"' in page
    assert f'<option value="{world.bob.pk}" selected>' in page


def test_a_restricted_incident_has_no_drafts_for_outsiders(
    world: World, incident: Incident
) -> None:
    frank = client(world.frank)
    form = f"incident/{incident.pk}/note"
    keep(frank, form, text="Before it was restricted")
    Incident.objects.update(is_restricted=True)

    assert keep(frank, form, text="Names").status_code == 404
    assert frank.post("/drafts/start-afresh/", {"draft": form}).status_code == 404
    assert frank.get(f"/incidents/{incident.reference}/").status_code == 404
    assert keep(client(world.erin), form, text="Names").status_code == 204


@pytest.mark.parametrize(
    ("posted", "status"),
    [
        ({}, 404),
        ({"draft": "sign-in", "turn": "0"}, 404),
        ({"draft": "incident/999/note", "turn": "0"}, 404),
        ({"draft": "declare"}, 404),
        ({"draft": "declare", "turn": "-1"}, 404),
        ({"draft": "declare", "turn": "²"}, 404),
        ({"draft": "declare", "turn": "9" * 99}, 404),
        ({"draft": "declare", "turn": "7", "title": "x"}, 409),
        ({"draft": "declare", "turn": "0", "title": "x" * 20_001}, 409),
        ({"draft": "declare", "turn": "0", "password": "x", "key": "y"}, 204),
    ],
)
def test_odd_drafts_are_refused_and_nothing_is_kept(
    world: World, incident: Incident, posted: dict[str, str], status: int
) -> None:
    assert client(world.alice).post("/drafts/", posted).status_code == status
    assert not any(row.fields.get("answers") for row in Draft.objects.all())


def test_a_session_that_has_ended_says_so_and_keeps_no_row(
    world: World, incident: Incident
) -> None:
    posted = {"draft": "declare", "turn": "0", "title": "Cards"}

    answer = Client().post("/drafts/", posted, headers={"HX-Request": "true"})
    bare = Client().post("/drafts/", posted)

    assert answer.status_code == 401
    assert "signed out" in said(answer)
    assert bare.status_code == 302
    assert not Draft.objects.exists()


def test_a_forged_draft_is_refused(world: World, incident: Incident) -> None:
    forger = Client(enforce_csrf_checks=True)
    forger.force_login(world.alice)

    assert keep(forger, "declare", title="x").status_code == 403
    assert not Draft.objects.exists()


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_what_is_typed_survives_a_reload(live_server: LiveServer, somebody) -> None:
    world = build(clock.act_now())
    opening = lifecycle.Opening(title="Card payments fail", severity=1, service=world.service)
    incident = lifecycle.open_incident(opening, by=world.erin, now=clock.act_now())
    alice: Page = somebody(world.alice)
    alice.goto(f"/incidents/{incident.reference}/updates/new/")

    alice.get_by_label("Impact").fill("One in five card payments fails.")
    expect(alice.locator("[data-draft-note]")).to_contain_text("Draft saved")
    expect(alice.locator("#status")).to_contain_text("Draft saved")
    alice.reload()

    expect(alice.get_by_label("Impact")).to_have_value("One in five card payments fails.")
    expect(alice.locator("main")).to_contain_text("This is your draft from")
    alice.get_by_label("What we know").fill("Bank A is slow.")
    alice.get_by_label("What we are doing").fill("We move cards.")
    alice.get_by_role("button", name="Post the first update").click()
    expect(alice.locator("body")).to_contain_text("Update 1 is posted")
    alice.goto(f"/incidents/{incident.reference}/updates/new/")
    expect(alice.get_by_label("Impact")).to_have_value("One in five card payments fails.")
    expect(alice.locator("main")).not_to_contain_text("This is your draft from")
    alice.get_by_label("Impact").fill("All is well again.")
    expect(alice.locator("[data-draft-note]")).to_contain_text("Draft saved")
    alice.reload()
    alice.get_by_role("button", name="Start afresh").click()
    expect(alice.get_by_label("Impact")).to_have_value("One in five card payments fails.")
