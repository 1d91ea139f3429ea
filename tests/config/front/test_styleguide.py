"""The living page of the design system."""

from pathlib import Path

import pytest

from config.front.samples import samples
from tests.config.front.conftest import as_person, text_of
from tests.world import NOW, World

COMPONENTS = Path(__file__).resolve().parents[3] / "templates" / "components"


def test_every_component_is_shown_by_its_own_partial(world: World) -> None:
    shown = text_of(world.frank, "/styleguide/")

    for sample in samples(NOW):
        assert f"<code>{sample.template}</code>" in shown
    assert shown.count('<section class="panel"') == len(samples(NOW))


def test_each_component_is_one_partial() -> None:
    found = [sample.template for sample in samples(NOW)]

    assert len(found) == len(set(found))
    assert len(found) >= 24
    assert all((COMPONENTS.parent / name).exists() for name in found)


def test_ids_are_given_once(world: World) -> None:
    page = text_of(world.frank, "/styleguide/")
    ids = [piece.split('"')[0] for piece in page.split(' id="')[1:]]

    assert sorted({one for one in ids if ids.count(one) > 1}) == []


def test_it_exists_only_in_the_embedded_set_up(
    world: World, settings: pytest.FixtureRequest
) -> None:
    settings.EMBEDDED = False  # type: ignore[attr-defined]

    assert as_person(world.alice).get("/styleguide/").status_code == 404


def test_nothing_of_the_design_is_missing() -> None:
    designed = (
        "Shell, Sidebar, Top bar, Tab bar, Action bar, Page head with lead, Button, Field, "
        "Error summary, Filter bar, Severity chip, State mark, Tag, Countdown pill, Next band, "
        "Incident card, Clock, Ladder, Step list, Triage question, Timeline, Summary list, Table, "
        "Rail list, Due list, Gap note, Disclosure, Figure, Unit dots, Print header"
    )

    assert set(designed.split(", ")) <= {sample.name for sample in samples(NOW)}
