"""Pages and acts over HTTP: who may see, who may do, and how much each page asks the database."""

from datetime import timedelta
from urllib.parse import urlsplit
from uuid import UUID

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from incidents.models import Change, Incident, StatusUpdate
from incidents.operations import engine, lifecycle
from incidents.operations.answers import mint_link
from incidents.operations.lifecycle import Opening
from rosters.models import Message, Person
from tests.world import NOW, World

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _frozen(monkeypatch: pytest.MonkeyPatch) -> None:
    later = NOW + timedelta(minutes=3)
    monkeypatch.setattr("config.portal.clock.act_now", lambda: later)
    monkeypatch.setattr("config.portal.clock.show_now", lambda: later)


def open_one(world: World, **changes: object) -> Incident:
    opening = Opening(title="Card payments fail", severity=1, service=world.service)
    incident = lifecycle.open_incident(opening, by=world.erin, now=NOW)
    Incident.objects.filter(pk=incident.pk).update(**changes)
    return incident


def as_person(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


PAGES = ["/", "/incidents/", "/incidents/new/", "/desk/", "/incidents/{ref}/"]
FORMS = [
    "/incidents/{ref}/contain/",
    "/incidents/{ref}/resolve/",
    "/incidents/{ref}/updates/new/",
    "/incidents/{ref}/hand-back/",
]
ACTS = ["acknowledge", "hand-back", "contain", "resolve", "command", "notes", "updates/new"]


@pytest.mark.parametrize("path", PAGES + FORMS)
def test_a_stranger_is_asked_to_sign_in(client: Client, world: World, path: str) -> None:
    incident = open_one(world)

    response = client.get(path.format(ref=incident.reference))

    assert response.status_code == 302
    assert response.headers["Location"].startswith("/sign-in/")


@pytest.mark.parametrize("path", PAGES + FORMS)
def test_everybody_signed_in_may_read(world: World, path: str) -> None:
    incident = open_one(world)

    response = as_person(world.frank).get(path.format(ref=incident.reference))

    assert response.status_code == 200


@pytest.mark.parametrize("act", ACTS)
def test_an_act_by_a_stranger_changes_nothing(client: Client, world: World, act: str) -> None:
    incident = open_one(world)
    before = incident.timeline.count()

    client.post(f"/incidents/{incident.reference}/{act}/", {"text": "x"})

    assert incident.timeline.count() == before


@pytest.mark.parametrize("act", ["acknowledge", "hand-back", "contain", "resolve", "updates/new"])
def test_an_act_by_an_outsider_is_refused_with_a_sentence(world: World, act: str) -> None:
    incident = open_one(world)
    form = {"at": "2026-11-21T03:01", "key": UUID(int=1), "impact": "x", "known": "x", "doing": "x"}

    response = as_person(world.frank).post(
        f"/incidents/{incident.reference}/{act}/", form, follow=True
    )

    incident.refresh_from_db()
    page = response.content.decode()
    assert "Only the people we called" in page or "Nobody has acknowledged" in page
    assert incident.acknowledged_at is None
    assert incident.contained_at is None
    assert incident.resolved_at is None
    assert StatusUpdate.objects.count() == 0


def test_command_is_anybodys_until_somebody_leads(world: World) -> None:
    incident = open_one(world)
    path = f"/incidents/{incident.reference}/"
    frank, erin = as_person(world.frank), as_person(world.erin)

    offered = frank.get(path).content.decode()
    taken = frank.post(f"{path}command/", follow=True).content.decode()
    off = erin.get(path).content.decode()
    refused = erin.post(f"{path}command/", follow=True).content.decode()

    assert 'id="take-command"' in offered
    assert f"You are the incident commander of {incident.reference}." in taken
    assert 'id="take-command"' not in off
    sentence = f"Frank Example commands {incident.reference}. Only the people we called"
    assert sentence in off
    assert sentence in refused
    assert 'id="take-command"' in as_person(world.alice).get(path).content.decode()


def test_who_only_reads_is_told_why_they_cannot_lead(world: World) -> None:
    incident = open_one(world)
    world.frank.groups.add(Group.objects.get_or_create(name="Stakeholder")[0])

    page = as_person(world.frank).get(f"/incidents/{incident.reference}/").content.decode()

    assert "Your role is to read along" in page
    assert '<button type="submit" disabled' not in page
    assert 'id="take-command"' not in page


@pytest.mark.parametrize("act", ["acknowledge", "command", "notes"])
def test_get_never_acts(world: World, act: str) -> None:
    incident = open_one(world)

    response = as_person(world.alice).get(f"/incidents/{incident.reference}/{act}/")

    assert response.status_code == 405


def test_a_restricted_incident_vanishes_for_those_without_a_part(world: World) -> None:
    incident = open_one(world, is_restricted=True, title="Names were sent to strangers")
    frank = as_person(world.frank)

    assert frank.get(f"/incidents/{incident.reference}/").status_code == 404
    for path in ("/", "/incidents/", "/incidents/?format=csv", "/incidents/new/"):
        response = frank.get(path)
        content = b"".join(response) if response.streaming else response.content
        assert b"Names were sent" not in content
    assert as_person(world.erin).get(f"/incidents/{incident.reference}/").status_code == 200


@pytest.mark.parametrize(
    "ref", ["INC-999999", "INC-0", "INC-x", "x", "INC-" + "9" * 40, "INC-1\u0661", "%00"]
)
def test_an_unknown_reference_is_a_plain_404(world: World, ref: str) -> None:
    assert as_person(world.alice).get(f"/incidents/{ref}/").status_code == 404


HOSTILE_ANSWERS = [
    pytest.param({}, id="nothing"),
    pytest.param({"title": "x" * 200, "severity": "1"}, id="too long"),
    pytest.param({"title": "a\0b", "severity": "1"}, id="NUL"),
    pytest.param({"title": "a", "severity": "9"}, id="no such severity"),
    pytest.param({"title": "a", "severity": "NaN"}, id="NaN"),
    pytest.param({"title": "a", "severity": "1", "service": "no-such"}, id="no such service"),
    pytest.param({"title": "a", "severity": "1", "service": "\0"}, id="NUL service"),
    pytest.param({"title": "a", "severity": "1", "key": "x"}, id="odd key"),
]


@pytest.mark.parametrize("answers", HOSTILE_ANSWERS)
def test_a_declaration_that_cannot_be_is_shown_again_with_what_was_typed(
    world: World, answers: dict[str, str]
) -> None:
    form = {"key": str(UUID(int=1))} | answers

    response = as_person(world.erin).post("/incidents/new/", form)

    assert response.status_code == 422
    assert b"There is a problem" in response.content
    assert Incident.objects.count() == 0


@pytest.mark.parametrize(
    "at",
    ["", "yesterday", "2026-11-21T01:00", "2026-11-22T03:00", "0001-01-01T00:00", "\0", "9" * 50],
)
def test_a_milestone_at_an_impossible_time_is_asked_again(world: World, at: str) -> None:
    incident = open_one(world)

    response = as_person(world.alice).post(f"/incidents/{incident.reference}/contain/", {"at": at})

    incident.refresh_from_db()
    assert response.status_code == 422
    assert incident.contained_at is None


@pytest.mark.parametrize(
    "query",
    [
        "?severity=x",
        "?state=odd",
        "?service=%00",
        "?page=-1",
        "?page=x",
        "?sort=password",
        "?q=%00",
        "?q=INC-99999999999999999999",
        "?team=x&mine=maybe",
        "?format=odd",
    ],
)
def test_an_odd_filter_never_breaks_the_list(world: World, query: str) -> None:
    open_one(world)

    assert as_person(world.alice).get(f"/incidents/{query}").status_code in (200, 404)


def test_the_list_as_csv_defuses_formulas(world: World) -> None:
    open_one(world, title="=cmd|' /C calc'!A0")

    response = as_person(world.alice).get("/incidents/?format=csv")

    text = b"".join(response).decode()
    assert "'=cmd|" in text
    assert text.splitlines()[0].startswith("Incident,Title,Severity")


def test_declaring_twice_with_one_form_declares_once(world: World) -> None:
    erin = as_person(world.erin)
    form = {"key": str(UUID(int=5)), "title": "Cards fail", "severity": "1", "service": "payments"}

    first, again = (erin.post("/incidents/new/", form) for _ in range(2))

    assert first.headers["Location"] == again.headers["Location"]
    assert Incident.objects.count() == 1


def test_who_would_be_called_is_said_before_declaring(world: World) -> None:
    preview = as_person(world.erin).get(
        "/incidents/new/?service=payments&severity=1", headers={"HX-Request": "true"}
    )

    assert "Alice Example" in preview.content.decode()
    assert Incident.objects.count() == 0


def queries_of(client: Client, path: str) -> int:
    client.get(path)
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(path).status_code == 200
    return len(captured)


def test_now_and_the_incident_page_ask_as_often_for_3_as_for_300(world: World) -> None:
    alice = as_person(world.alice)
    paths = ["/", "/incidents/", "/incidents/{ref}/"]
    some = [open_one(world) for _ in range(3)]
    engine.tick(now=NOW)
    few = [queries_of(alice, path.format(ref=some[0].reference)) for path in paths]

    for _ in range(297):
        open_one(world)
    engine.tick(now=NOW)
    many = [queries_of(alice, path.format(ref=some[0].reference)) for path in paths]

    assert few == many
    assert max(many) <= 59


def test_the_answer_page_of_a_restricted_incident_says_nothing_about_it(world: World) -> None:
    incident = open_one(world, is_restricted=True, title="Names were sent to strangers")
    engine.tick(now=NOW)
    link = mint_link(message=Message.objects.get(person=world.alice), now=NOW)

    page = Client().get(urlsplit(link).path).content.decode()

    assert "A restricted incident" in page
    assert "Names were sent" not in page
    assert "SEV1" not in page
    assert f">{incident.reference}<" not in page


def test_who_has_it_finds_one_way_to_its_page(world: World) -> None:
    incident = open_one(world)
    engine.tick(now=NOW)
    link = urlsplit(mint_link(message=Message.objects.get(person=world.alice), now=NOW)).path
    phone = Client()

    phone.post(link, {"answer": "acknowledge"})

    page = phone.get(link).content.decode()
    assert page.count(f'href="/incidents/{incident.reference}/"') == 1


def test_the_answer_page_says_what_was_changed_just_before(world: World) -> None:
    open_one(world)
    engine.tick(now=NOW)
    link = urlsplit(mint_link(message=Message.objects.get(person=world.alice), now=NOW)).path
    phone = Client()

    Change.objects.create(service=world.service, title="Rolled back", made_at=NOW)
    at_once = phone.get(link).content.decode()
    Change.objects.all().delete()
    assert "changed at" not in phone.get(link).content.decode()
    before = NOW - timedelta(minutes=14)
    Change.objects.create(service=world.service, title="Payments 4.12", made_at=before)
    page = phone.get(link).content.decode()

    assert "<b>just before it began</b>" in at_once
    assert f"{world.service} changed at" in page
    assert "<b>14\xa0minutes before it began</b>" in page
    assert "Payments 4.12" not in page, "what it was is for who signs in"
    rested = phone.post(link, {"answer": "pass"}).content.decode()
    assert "Start here" in page
    assert "Start here" not in rested


@pytest.mark.parametrize("token", ["A" * 11, "x", "%00", "\u0661" * 11, "A" * 500])
def test_a_forged_link_is_answered_with_a_sentence(world: World, token: str) -> None:
    stranger = Client()

    assert stranger.get(f"/a/{token}/").status_code == 404
    assert stranger.post(f"/a/{token}/", {"answer": "acknowledge"}).status_code == 404


def test_a_link_used_twice_shows_who_has_it_and_a_wrong_answer_is_refused(world: World) -> None:
    incident = open_one(world)
    engine.tick(now=NOW)
    link = urlsplit(mint_link(message=Message.objects.get(person=world.alice), now=NOW)).path
    phone = Client()

    odd = phone.post(link, {"answer": "explode"})
    first, again = (phone.post(link, {"answer": "acknowledge"}) for _ in range(2))

    assert odd.status_code == 400
    assert [first.status_code, again.status_code] == [200, 200]
    assert incident.timeline.filter(kind="acknowledged_by_link").count() == 1
    assert first.headers["Referrer-Policy"] == "no-referrer"


def test_a_containment_is_undone_by_one_button_that_says_until_when(world: World) -> None:
    incident = open_one(world)
    alice = as_person(world.alice)
    path = f"/incidents/{incident.reference}/"

    done = alice.post(f"{path}contain/", {"at": "2026-11-21T03:03"}, follow=True)
    undone = alice.post(f"{path}contain/undo/", follow=True)
    again = alice.post(f"{path}contain/undo/", follow=True)

    page = done.content.decode()
    assert "has been contained since" in page
    assert "You can undo this until 03:05." in page
    assert page.count(f'action="{path}contain/undo/"') == 1
    assert "Undo “contained”, until" in page
    assert "is not contained" in undone.content.decode()
    assert "There is nothing to undo" in again.content.decode()
    incident.refresh_from_db()
    assert incident.contained_at is None


def test_undo_is_offered_to_whoever_marked_it_and_for_two_minutes(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    incident = open_one(world)
    now = NOW + timedelta(minutes=3)
    lifecycle.contain(incident, by=world.alice, at=now, now=now)
    path = f"/incidents/{incident.reference}/"

    def is_offered(person: Person) -> bool:
        return b'id="undo-contain"' in as_person(person).get(path).content

    assert is_offered(world.alice)
    assert not is_offered(world.bob)
    later = now + timedelta(minutes=2)
    monkeypatch.setattr("config.portal.clock.show_now", lambda: later)
    monkeypatch.setattr("config.portal.clock.act_now", lambda: later)
    assert not is_offered(world.alice)
    refused = as_person(world.alice).post(f"{path}contain/undo/", follow=True)
    assert b"The two minutes are over. Say in an update" in refused.content


UPDATE = {"impact": "One in five fails.", "known": "Bank A is slow.", "doing": "We move cards."}


def test_who_posts_second_reads_the_first_update_and_presses_again(world: World) -> None:
    incident = open_one(world)
    path = f"/incidents/{incident.reference}/updates/new/"
    alice, bob = as_person(world.alice), as_person(world.bob)
    alice.post(path, UPDATE | {"key": UUID(int=1), "after": 0})

    mine = UPDATE | {"impact": "Nobody can pay."}
    asked = bob.post(path, mine | {"key": UUID(int=2), "after": 0})
    page = asked.content.decode()
    key = page.split('name="key" value="')[1].split('"')[0]
    done = bob.post(path, mine | {"key": key, "after": 1})

    assert asked.status_code == 409
    assert "Alice Example posted update 1 while you wrote" in page
    for words in ("One in five fails.", "Nobody can pay.", 'name="after" value="1"'):
        assert words in page
    assert done.status_code == 302
    assert list(StatusUpdate.objects.order_by("number").values_list("impact", flat=True)) == [
        "One in five fails.",
        "Nobody can pay.",
    ]


def test_a_draft_begun_before_an_update_opens_with_it(world: World) -> None:
    incident = open_one(world)
    path = f"/incidents/{incident.reference}/updates/new/"
    bob = as_person(world.bob)
    draft = {"draft": f"incident/{incident.pk}/update", "turn": "0", "after": "0"}
    bob.post("/drafts/", draft | {"impact": "Nobody can pay."})
    as_person(world.alice).post(path, UPDATE | {"key": UUID(int=1), "after": 0})

    page = bob.get(path).content.decode()

    assert "Alice Example posted update 1 while you wrote" in page
    assert "Nobody can pay." in page
    assert 'name="after" value="1"' in page


def test_the_same_form_with_other_words_is_no_update_that_vanishes(world: World) -> None:
    incident = open_one(world)
    path = f"/incidents/{incident.reference}/updates/new/"
    alice = as_person(world.alice)
    sent = UPDATE | {"key": UUID(int=1), "after": 0}
    alice.post(path, sent)

    twice = alice.post(path, sent)
    other = alice.post(path, sent | {"impact": "Other words."})

    assert twice.status_code == 302
    assert other.status_code == 409
    assert "Other words." in other.content.decode()
    assert "sent before, with other words" in other.content.decode()
    assert StatusUpdate.objects.count() == 1


def test_a_declaration_sent_again_with_other_words_does_not_vanish(world: World) -> None:
    erin = as_person(world.erin)
    sent = {"title": "Cards fail", "severity": "1", "service": "payments", "key": UUID(int=7)}
    erin.post("/incidents/new/", sent)

    twice = erin.post("/incidents/new/", sent)
    other = erin.post("/incidents/new/", sent | {"title": "Mails are late"})
    page = other.content.decode()
    key = page.split('name="key" value="')[1].split('"')[0]
    done = erin.post("/incidents/new/", sent | {"title": "Mails are late", "key": key})

    assert twice.status_code == 302
    assert other.status_code == 409
    assert "This form was sent before" in page
    assert "Mails are late" in page
    assert done.status_code == 302
    assert list(Incident.objects.order_by("pk").values_list("title", flat=True)) == [
        "Cards fail",
        "Mails are late",
    ]


def test_who_contains_second_reads_both_times(world: World) -> None:
    incident = open_one(world)
    now = NOW + timedelta(minutes=3)
    lifecycle.contain(incident, by=world.bob, at=NOW + timedelta(minutes=1), now=now)

    page = as_person(world.alice).post(
        f"/incidents/{incident.reference}/contain/", {"at": "2026-11-21T03:02"}, follow=True
    )

    assert "is contained already. You said 03:02." in page.content.decode()
    incident.refresh_from_db()
    assert incident.contained_by == world.bob
