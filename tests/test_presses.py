"""Every press there is, sent empty, garbled, twice and too late: words, never an error page of 500.

The addresses are found in the URLconf (`tests.pages`) and in the admin's own list of models.
"""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.contrib import admin
from django.contrib.auth import SESSION_KEY
from django.db import connection
from django.test import Client
from django.urls import reverse

from config.portal import clock
from rosters.models import Person, SavedView, Team
from runbooks.models import GlossaryTerm
from tests.pages import Everything, addresses, one_of_everything
from tests.races import against_removal, together
from tests.world import build, make_person

pytestmark = pytest.mark.django_db

MACHINES = {"alerts", "hook", "heartbeat", "heartbeat_hook", "healthz", "readyz", "metrics"} | {
    "rosters:carrier_door"
}
WITHOUT_WORDS = {
    "front:drafts": "answers the script, whose words stand in a header",
}
HEADING = re.compile(r"<h1[^>]*>\s*\S")
BAD = "9" * 40
FIELDS = ("pk", "id", "person", "service", "role", "severity", "at", "to", "key", "text", "session")
BODIES: dict[str, dict[str, Any]] = {
    "empty": {},
    "huge numbers": dict.fromkeys(FIELDS, BAD),
    "letters": dict.fromkeys(FIELDS, "é\u202e<script>"),
    "lists": {name: ["-1", "x", ""] for name in FIELDS},
}
GONE = (
    "incidents_incident",
    "reviews_drill",
    "runbooks_runbook",
    "rosters_service",
    "rosters_team",
    "rosters_roster",
    "rosters_stakeholderrole",
    "rosters_savedview",
    "rosters_contactpoint",
)


@pytest.fixture
def everything() -> Everything:
    now = clock.act_now()
    found = one_of_everything(build(now), now=now)
    view = SavedView.objects.create(
        person=found.world.alice, page="incidents:list", name="Mine", query="q=x"
    )
    found.more["incidents:view_"] = {"pk": view.pk}
    return found


@pytest.fixture
def grace() -> Person:
    return make_person("Grace", is_administrator=True)


def browser(person: Person) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(person)
    return client


def presses(everything: Everything) -> dict[str, str]:
    """Every address of the portal that people press."""
    return {
        name: path
        for name, path in addresses(everything).items()
        if name not in MACHINES and not name.startswith("api")
    }


def unheard(client: Client, path: str, body: dict[str, Any], *, name: str) -> str:
    """What is wrong with the answer to this press, sent twice in a row; empty if nothing is."""
    first = client.post(path, body)
    if first.status_code == 405:
        return ""
    second = client.post(path, body, follow=True)
    text = second.content.decode(errors="replace")
    if max(first.status_code, second.status_code) >= 500:
        return f"{first.status_code}, {second.status_code}"
    if name not in WITHOUT_WORDS and not HEADING.search(text):
        return f"{second.status_code} without words: {text[:200]}"
    return ""


def wrong(person: Person, paths: dict[str, str], body: dict[str, Any]) -> dict[str, str]:
    """By name, what is wrong. Each press finds the person as signed in at first: some end that."""
    client, found = browser(person), {}
    signed_in, key = client.session, client.cookies[settings.SESSION_COOKIE_NAME].value
    assert signed_in[SESSION_KEY] == str(person.pk)  # asked for it, it has all its content in mind
    for name, path in paths.items():
        if text := unheard(client, path, body, name=name):
            found[name] = text
        client.cookies.clear()
        client.cookies[settings.SESSION_COOKIE_NAME] = key
        signed_in.delete()
        signed_in.save(must_create=True)
    assert client.get("/me/").status_code == 200, "they are signed in to the end"
    return found


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_a_press_sent_twice_is_answered_in_words(
    everything: Everything, body: dict[str, Any]
) -> None:
    assert wrong(everything.world.alice, presses(everything), body) == {}


def test_a_press_after_all_is_gone_is_answered_in_words(
    everything: Everything, grace: Person
) -> None:
    paths = presses(everything)
    remove_all()

    assert wrong(grace, paths, BODIES["letters"]) == {}


def remove_all() -> None:
    """Nothing is left but the people, as if somebody had removed it a moment ago."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"TRUNCATE {', '.join(GONE)} CASCADE")


# --- The admin ------------------------------------------------------------------------------------


def admin_presses() -> Iterator[tuple[str, str]]:
    """The addresses to press in the admin: of each model those of a list, a form and a row."""
    for model in admin.site._registry:
        name = f"{model._meta.app_label}_{model._meta.model_name}"
        row = model._default_manager.first()
        key = "987654321" if row is None else row.pk
        for act, args in (("changelist", []), ("add", []), ("change", [key]), ("delete", [key])):
            yield f"{name} {act}", reverse(f"admin:{name}_{act}", args=args)


BROKEN = BODIES["letters"] | {
    "_save": "Save",
    "action": "delete_selected",
    "post": "yes",
    "_selected_action": ["987654321"],
}


def test_a_press_in_the_admin_sent_twice_is_answered_in_words(
    everything: Everything, grace: Person
) -> None:
    assert wrong(grace, dict(admin_presses()), BROKEN) == {}


def test_a_form_for_what_was_deleted_shows_what_was_typed(grace: Person) -> None:
    typed = {"term": "blast radius", "meaning": "How much an error touches.", "_save": "Save"}

    answer = browser(grace).post("/admin/runbooks/glossaryterm/987654321/change/", typed)

    page = answer.content.decode()
    assert answer.status_code == 409
    assert "What this is about is gone: somebody deleted it." in page
    assert "How much an error touches." in page
    assert "Send it now" not in page


def test_what_is_deleted_already_is_said_on_its_list(grace: Person) -> None:
    client = browser(grace)

    one = client.post(
        "/admin/runbooks/glossaryterm/987654321/delete/", {"post": "yes"}, follow=True
    )
    several = client.post("/admin/runbooks/glossaryterm/", BROKEN, follow=True)

    assert one.redirect_chain == [("/admin/runbooks/glossaryterm/", 302)]
    assert "This glossary term is not there. Somebody may have deleted it." in one.content.decode()
    assert "One of the chosen rows is gone" in several.content.decode()


# --- Two at once ----------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_of_two_who_delete_the_same_row_at_once_one_reads_that_it_is_gone() -> None:
    row = GlossaryTerm.objects.create(term="drain", slug="drain", meaning="Take work away.")
    path = f"/admin/runbooks/glossaryterm/{row.pk}/delete/"
    clients = [browser(make_person(name, is_administrator=True)) for name in ("Grace", "Ada")]

    answers = together(
        *(lambda one=one: one.post(path, {"post": "yes"}, follow=True) for one in clients)
    )

    pages = sorted(answer.content.decode().count("is not there") for answer in answers)
    assert pages == [0, 1]
    assert {answer.status_code for answer in answers} == {200}
    assert not GlossaryTerm.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_form_against_a_deletion_does_not_bring_the_row_back() -> None:
    row = GlossaryTerm.objects.create(term="drain", slug="drain", meaning="Take work away.")
    typed = {"term": "drain", "slug": "drain", "meaning": "Take it all away.", "_save": "Save"}
    client = browser(make_person("Grace", is_administrator=True))

    answer = against_removal(
        row, act=lambda: client.post(f"/admin/runbooks/glossaryterm/{row.pk}/change/", typed)
    )

    assert answer.status_code == 409
    assert "Take it all away." in answer.content.decode()
    assert not GlossaryTerm.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_what_names_a_row_that_goes_meanwhile_is_answered_with_what_was_typed() -> None:
    world = build()
    spare = Team.objects.create(name="Spare", slug="spare", time_zone="UTC")
    client = browser(make_person("Grace", is_administrator=True))
    typed = {
        "name": "Night desk",
        "slug": "night-desk",
        "team": spare.pk,
        "time_zone": "UTC",
        "rest_hours": 11,
    }
    forms = {
        f"{prefix}-{mark}_FORMS": "0"
        for prefix in ("layers", "overrides")
        for mark in ("TOTAL", "INITIAL")
    }

    answer = against_removal(
        spare, act=lambda: client.post("/admin/rosters/roster/add/", typed | forms)
    )

    page = answer.content.decode()
    assert answer.status_code == 409
    assert "A moment ago somebody changed or deleted what this is about." in page
    assert "Night desk" in page
    assert "Send it now" in page
    assert world.roster.name in {one.name for one in type(world.roster).objects.all()}
