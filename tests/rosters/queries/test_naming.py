"""Whom somebody means by a name: the one, one of several, somebody who has left, or nobody."""

from datetime import timedelta

import pytest

from rosters.models import Person
from rosters.queries import naming
from tests.world import NOW, World, make_person

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("typed", ["Alice Example", "alice example", " Alice ", "ALICE"], ids=repr)
def test_a_name_that_one_person_has_is_enough(world: World, typed: str) -> None:
    assert naming.person_meant(typed, now=NOW).person == world.alice


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("Jonas", "Several people are called “Jonas”: Jonas Braun or Jonas Weber. Choose one."),
        ("Bob Example", "Bob Example has left. Choose somebody who is here."),
        ("bob", "Bob Example has left."),
        ("Alise Example", "Nobody here is called “Alise Example”. Did you mean Alice Example?"),
        ("Nobody Here", "Nobody here is called “Nobody Here”."),
        ("\0", "Write a name"),
    ],
    ids=["two of one name", "who left", "who left, in short", "a slip", "nobody", "nothing"],
)
def test_why_a_name_names_nobody_is_true(world: World, typed: str, said: str) -> None:
    for family in ("Weber", "Braun"):
        made = make_person(f"Jonas{family}")
        Person.objects.filter(pk=made.pk).update(full_name=f"Jonas {family}", short_name="Jonas")
    Person.objects.filter(pk=world.bob.pk).update(left_at=NOW - timedelta(days=1))

    found = naming.person_meant(typed, now=NOW)

    assert found.person is None
    assert said in found.why_not
