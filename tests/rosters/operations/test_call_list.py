"""The call list on disk: whole, private, in one step, and off unless somebody wants it."""

import csv
import stat
from datetime import timedelta
from pathlib import Path

import pytest

from incidents.management.commands import engine
from rosters.operations import call_list
from rosters.tasks import keep_call_list
from tests.world import NOW, World

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path: Path, settings) -> Path:
    settings.CALL_LIST_DIR = str(tmp_path)
    return tmp_path


def test_it_is_off_unless_a_directory_is_set(world: World, settings) -> None:
    settings.CALL_LIST_DIR = ""

    assert call_list.keep(now=NOW) is False


def test_both_files_hold_everybody_with_numbers(world: World, folder: Path) -> None:
    assert call_list.keep(now=NOW) is True

    page = (folder / call_list.PAGE).read_text(encoding="utf-8")
    rows = list(csv.DictReader((folder / call_list.SHEET).read_text("utf-8").splitlines()))
    assert f"+49 30 555{world.alice.pk:05d}" in page
    assert "src=" not in page
    assert "<link" not in page
    first = next(row for row in rows if row["Person"] == "Alice Example")
    assert (first["Part"], first["As"]) == ("On call now", "first")
    assert first["Numbers"] == f"'+49 30 555{world.alice.pk:05d}"
    assert {row["Person"] for row in rows} >= {"Bob Example", "Carol Example", "Dora Example"}


def test_only_their_owner_reads_them_and_nothing_is_left_beside(world: World, folder: Path) -> None:
    call_list.keep(now=NOW)

    assert {path.name for path in folder.iterdir()} == {call_list.PAGE, call_list.SHEET}
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}


@pytest.mark.parametrize(("minutes", "written"), [(4, False), (5, True)])
def test_it_is_written_every_five_minutes(
    world: World, folder: Path, minutes: int, written: bool
) -> None:
    call_list.keep(now=NOW)

    assert call_list.keep(now=NOW + timedelta(minutes=minutes)) is written


def test_a_disk_that_is_away_stops_nothing(world: World, settings, tmp_path: Path) -> None:
    settings.CALL_LIST_DIR = str(tmp_path / "gone")

    assert call_list.keep(now=NOW) is False


def test_the_engine_writes_it_when_beat_does_not(
    world: World, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("config.portal.clock.act_now", lambda: NOW)

    engine.beat(engine.NEVER)

    assert (folder / call_list.SHEET).exists()


def test_the_task_takes_what_a_later_release_sends(
    world: World, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("config.portal.clock.act_now", lambda: NOW)

    keep_call_list(later="an argument of the next release")

    assert (folder / call_list.PAGE).exists()
