"""Help: readable by everybody who signs in, true when something is missing."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from config.portal import clock
from rosters.models import MatrixEntry
from tests import world as small_world
from tests.world import NOW, World, make_roster


@pytest.fixture
def world(db: None, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setattr(clock, "show_now", lambda: NOW)
    return small_world.build()


@pytest.fixture
def reader(world: World) -> Client:
    made = Client()
    made.force_login(world.frank)
    return made


@pytest.mark.parametrize("path", ["/help/", "/help/first-night/"])
def test_help_asks_for_sign_in(world: World, path: str) -> None:
    assert Client().get(path).status_code == 302


def test_help_names_who_is_on_call_and_no_number(world: World, reader: Client) -> None:
    page = reader.get("/help/").content.decode()

    assert "Alice Example" in page
    assert "Carol Example. Backup: Dora Example" in page
    assert f"+49 30 555{world.alice.pk:05d}" not in page


def test_the_sheet_says_at_which_severity_a_role_is_somebody_else_s(
    world: World, reader: Client
) -> None:
    MatrixEntry.objects.create(role=world.commander, person=world.erin, severity=1)

    page = " ".join(reader.get("/help/").content.decode().split())

    assert page.count("Incident commander</dt>") == 1
    assert "SEV1 Critical: Erin Example" in page
    assert "Whoever is on call" not in page


def test_help_says_when_nobody_is_on_call(world: World, reader: Client) -> None:
    make_roster("Empty", [[]], now=NOW)

    assert "Where nobody is on call" in reader.get("/help/").content.decode()


def test_help_leaves_out_roles_that_have_ended(world: World, reader: Client) -> None:
    world.commander.entries.update(valid_to=NOW - timedelta(days=1))

    assert "Carol Example" not in reader.get("/help/").content.decode()


@pytest.mark.parametrize("path", ["/help/", "/help/first-night/"])
def test_help_names_the_duty_phone_only_where_there_is_one(
    reader: Client, settings: Any, path: str
) -> None:
    settings.DUTY_PHONE = ""
    without = reader.get(path).content.decode()
    settings.DUTY_PHONE = "+44 20 7946 0000"
    with_it = reader.get(path).content.decode()

    assert "7946" not in without
    assert "7946" in with_it


def test_first_night_explains_the_five_buttons(reader: Client) -> None:
    page = reader.get("/help/first-night/").content.decode()

    for button in ("Acknowledge", "Post update", "Hand back", "Mark contained", "Mark resolved"):
        assert button in page
