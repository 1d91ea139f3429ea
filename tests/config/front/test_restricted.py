"""What is restricted exists only for whoever has a part in it: every page, list and file asked."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import chain

import pytest
from django.contrib.auth.models import Group, Permission
from django.db.models import Q
from django.test import Client

from config.portal import clock
from incidents.models import Incident
from incidents.operations import engine, lifecycle, updates
from incidents.operations.updates import UpdateText
from reviews.enums import ActionKind
from reviews.models import ActionItem, Review
from reviews.operations import editing, sweep
from reviews.operations.actions import ActionDraft
from reviews.operations.editing import Draft
from rosters.models import Person
from tests import world as small_world
from tests.pages import KEY_OF_A_SECRET, Everything, addresses, one_of_everything
from tests.world import World

WORD = "zebrafish"
TYPED = "zebrafis"  # what is typed stands on the page again, so it is not the whole word
ASKED = (
    *(f"/incidents/?q={TYPED}&state={state}" for state in ("open", "all", "reviewed")),
    "/incidents/?state=all",
    "/incidents/?state=all&format=csv",
    *(f"/reviews/?show={show}" for show in ("all", "mine", "overdue", "published")),
    f"/reviews/?q={TYPED}",
    "/reviews/?severity=1",
    "/reviews/?service=payments&sort=severity",
    "/reviews/?format=csv",
    *(f"/actions/?show={show}" for show in ("all", "mine", "late", "done")),
    f"/actions/?show=all&q={TYPED}",
    "/actions/?show=all&format=csv",
    "/actions/?show=done&format=csv",
    *(f"/scorecards/{end}" for end in ("?days=365", "?format=csv", "payments/?format=csv")),
    f"/search/?q={TYPED}",
    f"/glossary/?q={TYPED}",
    f"/runbooks/?q={TYPED}",
    f"/drills/?q={TYPED}",
    f"/services/?q={TYPED}",
    "/drills/?format=csv",
    "/audit/?kind=actionitem",
    f"/audit/?q={TYPED}",
    "/audit/?format=csv",
)
TABLES = (
    *(f"incidents/{name}" for name in ("incident", "escalationrun", "notification")),
    *(f"reviews/{name}" for name in ("review", "actionitem", "drill")),
)
ADMIN = tuple(chain.from_iterable((f"/admin/{one}/", f"/admin/{one}/?q={TYPED}") for one in TABLES))


@pytest.fixture
def world(db: None) -> World:
    return small_world.build(clock.act_now())


@pytest.fixture
def everything(world: World) -> Everything:
    return one_of_everything(world, now=clock.act_now())


def keep_secret(world: World, *, is_over: bool) -> Incident:
    """A restricted incident of which every text holds the word."""
    now = clock.act_now()
    at = now - timedelta(days=2) if is_over else now
    opening = lifecycle.Opening(
        title=f"The {WORD} leaked", summary=f"A {WORD}.", severity=1, service=world.service
    )
    incident = lifecycle.open_incident(opening, by=world.dora, now=at)
    Incident.objects.filter(pk=incident.pk).update(is_restricted=True)
    incident.refresh_from_db()
    engine.tick(now=at)
    lifecycle.acknowledge(incident, by=world.alice, now=at)
    lifecycle.add_note(incident, by=world.alice, text=f"A {WORD} again.", now=at)
    text = UpdateText(f"One {WORD}.", f"A {WORD} swims.", f"We look at the {WORD}.")
    updates.post(incident, text, key=KEY_OF_A_SECRET[is_over], by=world.alice, now=at)
    if is_over:
        _learn(incident, world)
    return incident


def _learn(incident: Incident, world: World) -> None:
    at = incident.detected_at + timedelta(hours=1)
    lifecycle.contain(incident, by=world.alice, at=at, now=at)
    lifecycle.resolve(incident, by=world.alice, at=at, now=at)
    sweep.open_due_reviews(now=at)
    review = Review.objects.get(incident=incident)
    titles = (f"Feed the {WORD}", f"Count the {WORD}")
    drafts = [
        ActionDraft(one, ActionKind.PREVENT, world.alice, (at + timedelta(days=day + 1)).date())
        for day, one in enumerate(titles)
    ]
    draft = Draft(
        story=f"The {WORD} story.",
        went_well=f"A calm {WORD}.",
        was_lucky="",
        escalation_look_back="",
        factors=[f"The {WORD} had no lid"],
        actions=drafts,
    )
    editing.save(review, draft, revision=review.revision, by=world.alice, now=at)
    editing.publish(review, by=world.alice, now=at)
    done = ActionItem.objects.filter(review=review, title=titles[1])
    done.update(done_at=at, done_by=world.alice, evidence=f"The {WORD} is fed.")


def told(client: Client, incidents: list[Incident], asked: Iterator[str]) -> list[str]:
    """The addresses whose answer tells of these incidents."""
    marks = [WORD, *(one.reference.lower() for one in incidents)]
    found = []
    for address in asked:
        answer = client.get(address)
        assert answer.status_code < 500, address
        body = b"".join(answer) if answer.streaming else answer.content
        text = body.decode(errors="replace").lower()
        if any(mark in text for mark in marks):
            found.append(address)
    return found


def every(everything: Everything) -> Iterator[str]:
    return chain(addresses(everything).values(), ASKED, ADMIN)


def auditor(person: Person) -> Person:
    """Somebody who may read all of the admin, and the audit trail."""
    person.groups.add(Group.objects.get_or_create(name="Auditor")[0])
    reads = Q(content_type__app_label__in=("incidents", "reviews"), codename__startswith="view_")
    person.user_permissions.add(*Permission.objects.filter(reads))
    person.is_staff = True
    person.save(update_fields=["is_staff"])
    return person


@pytest.mark.parametrize("role", ["reader", "auditor"])
def test_no_page_list_or_file_tells_a_stranger(
    everything: Everything, client: Client, role: str
) -> None:
    world = everything.world
    kept = [keep_secret(world, is_over=is_over) for is_over in (True, False)]
    client.force_login(auditor(world.frank) if role == "auditor" else world.frank)

    assert told(client, kept, every(everything)) == []


def test_the_same_pages_do_tell_who_may_see_all(everything: Everything, client: Client) -> None:
    world = everything.world
    kept = [keep_secret(world, is_over=is_over) for is_over in (True, False)]
    world.frank.is_superuser = world.frank.is_staff = True
    world.frank.save(update_fields=["is_superuser", "is_staff"])
    client.force_login(world.frank)

    found = told(client, kept, every(everything))

    for address in ("/", "/incidents/", "/reviews/", "/reviews/?format=csv", "/status/"):
        assert address in found, address
    for address in ("/actions/?show=all&format=csv", f"/search/?q={TYPED}", "/services/payments/"):
        assert address in found, address
    assert {f"/admin/{one}/" for one in TABLES[:5]} <= set(found)


def test_its_own_addresses_do_not_exist_for_a_stranger(
    everything: Everything, client: Client
) -> None:
    world = everything.world
    incident = keep_secret(world, is_over=True)
    review = Review.objects.get(incident=incident)
    action = review.actions.first()
    assert action is not None
    client.force_login(auditor(world.frank))

    for address in (
        f"/incidents/{incident.reference}/",
        f"/reviews/{review.pk}/",
        f"/reviews/{review.pk}/publish/",
        f"/reviews/{incident.reference}/read/",
    ):
        assert client.get(address).status_code == 404, address
    for act in ("done", "reopen"):
        assert client.post(f"/actions/{action.pk}/{act}/").status_code == 404
    for table, row in (("incidents/incident", incident), ("reviews/review", review)):
        assert client.get(f"/admin/{table}/{row.pk}/change/").status_code != 200


def test_no_scorecard_counts_it_for_anybody(everything: Everything, client: Client) -> None:
    world = everything.world
    client.force_login(world.alice)
    pages = ("/scorecards/?format=csv", "/scorecards/payments/?format=csv")
    before = [client.get(page).content for page in pages]

    keep_secret(world, is_over=True)

    assert [client.get(page).content for page in pages] == before
