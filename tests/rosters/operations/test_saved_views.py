"""A person's own views: kept, replaced, renamed and removed."""

import pytest

from config.portal.refusals import Refused
from rosters.models import Person, SavedView
from rosters.operations import saved_views
from tests import factories
from tests.world import NOW


@pytest.fixture
def mei(db: None) -> Person:
    return factories.make_person("Mei Tan")


def save(by: Person, name: str = "Payments", query: str = "service=payments") -> SavedView:
    return saved_views.save("incidents:list", name=name, query=query, by=by, now=NOW)


def test_save_keeps_the_filters_by_name(mei: Person) -> None:
    view = save(mei, " Payments ", "service=payments&page=2")

    assert (view.name, view.query) == ("Payments", "service=payments")


def test_save_under_the_same_name_replaces(mei: Person) -> None:
    save(mei)

    save(mei, query="service=search")

    assert [view.query for view in mei.saved_views.all()] == ["service=search"]


@pytest.mark.parametrize(("name", "query"), [("", "a=1"), ("A", ""), ("A", "page=2")])
def test_save_refuses_what_is_nothing(mei: Person, name: str, query: str) -> None:
    with pytest.raises(Refused):
        save(mei, name, query)


def test_save_refuses_the_twenty_first(mei: Person) -> None:
    for number in range(20):
        save(mei, f"View {number}")

    with pytest.raises(Refused, match="20 views already"):
        save(mei, "One more")
    save(mei, "View 3", "service=search")


def test_rename_refuses_a_name_that_is_taken(mei: Person) -> None:
    save(mei, "One")
    two = save(mei, "Two")

    with pytest.raises(Refused, match="called “One” already"):
        saved_views.rename(two, name="One", by=mei, now=NOW)

    assert saved_views.rename(two, name="Three", by=mei, now=NOW).name == "Three"


def test_remove_takes_only_ones_own(mei: Person) -> None:
    view = save(mei)

    saved_views.remove(view, by=factories.make_person(), now=NOW)
    assert SavedView.objects.exists()

    saved_views.remove(view, by=mei, now=NOW)
    saved_views.remove(view, by=mei, now=NOW)
    assert not SavedView.objects.exists()
