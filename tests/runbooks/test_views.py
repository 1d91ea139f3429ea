"""Runbooks and the glossary, as their readers see them."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from config.portal import clock
from rosters.models import Service
from runbooks.models import GlossaryTerm, Runbook, RunbookVersion, Step
from tests import world as small_world
from tests.world import NOW, World


@pytest.fixture
def world(db: None, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setattr(clock, "show_now", lambda: NOW)
    return small_world.build()


@pytest.fixture
def reader(world: World) -> Client:
    made = Client()
    made.force_login(world.frank)
    return made


def make_runbook(world: World, *, slug: str = "cards", versions: int = 2) -> Runbook:
    """Each version has one step more than the one before."""
    runbook = Runbook.objects.create(
        title=f"Move {slug}", slug=slug, service=world.service, when_to_use="Cards fail in the EU."
    )
    for number in range(1, versions + 1):
        version = RunbookVersion.objects.create(
            runbook=runbook,
            number=number,
            change_note=f"Note {number}",
            published_at=NOW - timedelta(days=30 - number),
            published_by=world.alice,
        )
        for order in range(1, number + 1):
            Step.objects.create(
                version=version, order=order, text=f"Step {order}", command=f"run --{order}"
            )
    return runbook


@pytest.mark.parametrize("path", ["/runbooks/", "/runbooks/cards/", "/glossary/"])
def test_pages_ask_for_sign_in(world: World, path: str) -> None:
    make_runbook(world)

    assert Client().get(path).status_code == 302


def test_list_names_what_is_here_and_what_is_missing(world: World, reader: Client) -> None:
    make_runbook(world)
    Service.objects.create(name="Search", slug="search", owner_team=world.team)

    page = reader.get("/runbooks/").content.decode()

    assert "One service has no runbook" in page
    assert "One runbook is here" in page
    assert "Version 2 by Alice Example" in page
    assert "Services without a runbook" in page


@pytest.mark.parametrize(
    ("asked", "found"),
    [("move", True), ("fail in the EU", True), ("run --2", True), ("--3", False), ("\0", True)],
    ids=["title", "when to use", "command", "nothing", "a null"],
)
def test_list_searches_title_purpose_and_commands(
    world: World, reader: Client, asked: str, found: bool
) -> None:
    make_runbook(world)

    page = reader.get("/runbooks/", {"q": asked}).content.decode()

    assert ("Move cards" in page) is found
    assert ("No runbook matches" in page) is not found


def test_list_says_what_to_do_for_a_service_without_one(world: World, reader: Client) -> None:
    Service.objects.create(name="Search", slug="search", owner_team=world.team)

    page = reader.get("/runbooks/?service=search").content.decode()

    assert "No runbook for Search yet." in page
    assert "write down what you do" in page


def test_list_asks_as_much_for_thirty_as_for_three(world: World, reader: Client) -> None:
    make_runbook(world, slug="a")
    with CaptureQueriesContext(
        connection,
    ) as few:
        reader.get("/runbooks/")
    for number in range(30):
        make_runbook(world, slug=f"b{number}")
    with CaptureQueriesContext(connection) as many:
        reader.get("/runbooks/")

    assert len(many) == len(few)


def test_detail_shows_the_newest_version_and_what_changed(world: World, reader: Client) -> None:
    make_runbook(world)

    page = reader.get("/runbooks/cards/").content.decode()

    assert "Two steps" in page
    assert "What changed from version 1 to version 2" in page
    assert "Added" in page


def test_detail_shows_an_old_version_and_says_so(world: World, reader: Client) -> None:
    make_runbook(world, versions=3)

    page = reader.get("/runbooks/cards/?version=1&beside=3").content.decode()

    assert "This is an old version." in page
    assert "One step" in page
    assert "Removed" in page


@pytest.mark.parametrize("query", ["?version=99", "?version=x", "?beside=2", "?version=²"])
def test_detail_survives_a_strange_address(world: World, reader: Client, query: str) -> None:
    make_runbook(world)

    answer = reader.get(f"/runbooks/cards/{query}")

    assert answer.status_code == 200
    assert "Two steps" in answer.content.decode()


def test_detail_without_versions_says_what_to_do(world: World, reader: Client) -> None:
    make_runbook(world, versions=0)

    assert "Nobody has written the steps yet" in reader.get("/runbooks/cards/").content.decode()


def test_detail_of_nothing_is_not_found(reader: Client) -> None:
    assert reader.get("/runbooks/nothing/").status_code == 404


def test_glossary_goes_from_a_to_z_with_anchors(world: World, reader: Client) -> None:
    for term in ("gap", "acknowledge", "2FA"):
        GlossaryTerm.objects.create(term=term, slug=term.lower(), meaning=f"What {term} means.")

    page = reader.get("/glossary/").content.decode()

    assert page.index('id="2fa"') < page.index('id="acknowledge"') < page.index('id="gap"')


def test_glossary_finds_what_people_say_instead(world: World, reader: Client) -> None:
    GlossaryTerm.objects.create(term="call", slug="call", meaning="Summon.", instead_of="page")
    GlossaryTerm.objects.create(term="gap", slug="gap", meaning="Nobody.")

    page = reader.get("/glossary/?q=page").content.decode()

    assert 'id="call"' in page
    assert 'id="gap"' not in page


def test_glossary_says_when_it_has_nothing(world: World, reader: Client) -> None:
    assert "No words yet" in reader.get("/glossary/").content.decode()
    assert "No word holds “zebra”" in reader.get("/glossary/?q=zebra").content.decode()
