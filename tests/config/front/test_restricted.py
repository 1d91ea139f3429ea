"""What is restricted exists only for whoever has a part in it: lists, searches, files, the admin.

Every page there is is asked the same, for everybody, in `tests/project/test_access.py`.
"""

from collections.abc import Iterable
from itertools import chain

import pytest
from django.contrib.auth.models import Group, Permission
from django.db.models import Q
from django.test import Client

from config.portal import clock
from incidents.models import Incident
from reviews.models import Review
from rosters.models import Person
from tests import world as small_world
from tests.pages import Everything, one_of_everything
from tests.secrecy import keep_secret
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
PAGES = ("/", "/incidents/", "/reviews/", "/status/", "/services/payments/")
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


def told(client: Client, incidents: list[Incident], asked: Iterable[str]) -> list[str]:
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


def auditor(person: Person) -> Person:
    """Somebody who may read all of the admin, and the audit trail."""
    person.groups.add(Group.objects.get_or_create(name="Auditor")[0])
    reads = Q(content_type__app_label__in=("incidents", "reviews"), codename__startswith="view_")
    person.user_permissions.add(*Permission.objects.filter(reads))
    person.is_staff = True
    person.save(update_fields=["is_staff"])
    return person


@pytest.mark.parametrize("role", ["reader", "auditor"])
def test_no_list_search_or_file_tells_a_stranger(
    everything: Everything, client: Client, role: str
) -> None:
    world = everything.world
    kept = [keep_secret(world, word=WORD, is_over=is_over) for is_over in (True, False)]
    client.force_login(auditor(world.frank) if role == "auditor" else world.frank)

    assert told(client, kept, (*ASKED, *ADMIN)) == []


def test_the_same_pages_do_tell_who_may_see_all(everything: Everything, client: Client) -> None:
    world = everything.world
    kept = [keep_secret(world, word=WORD, is_over=is_over) for is_over in (True, False)]
    world.frank.is_superuser = world.frank.is_staff = True
    world.frank.save(update_fields=["is_superuser", "is_staff"])
    client.force_login(world.frank)

    found = told(client, kept, (*PAGES, *ASKED, *ADMIN))

    for address in (*PAGES, "/reviews/?format=csv", "/actions/?show=all&format=csv"):
        assert address in found, address
    assert f"/search/?q={TYPED}" in found
    assert {f"/admin/{one}/" for one in TABLES[:5]} <= set(found)


def test_its_own_addresses_do_not_exist_for_a_stranger(
    everything: Everything, client: Client
) -> None:
    world = everything.world
    incident = keep_secret(world, word=WORD, is_over=True)
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

    keep_secret(world, word=WORD, is_over=True)

    assert [client.get(page).content for page in pages] == before
