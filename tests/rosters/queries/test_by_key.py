"""Rows by their keys, and what they point at, each read once."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from rosters.models import MatrixEntry, Membership, Person, StakeholderRole, Team
from rosters.queries.by_key import by_key, with_related
from tests.factories import make_person

pytestmark = pytest.mark.django_db


def test_rows_are_found_as_in_bulk_finds_them() -> None:
    ada, ben = make_person("Ada"), make_person("Ben")

    assert by_key(Person, [ada.pk, ben.pk, 0]) == Person.objects.in_bulk([ada.pk, ben.pk])


def test_nothing_wanted_asks_nothing() -> None:
    with CaptureQueriesContext(connection) as asked:
        assert by_key(Person, ()) == {}
        assert with_related([], "person") == []

    assert len(asked) == 0


def test_each_kind_of_thing_is_asked_once_and_is_one_object_everywhere() -> None:
    ada, ben = make_person("Ada"), make_person("Ben")
    role = StakeholderRole.objects.create(name="Legal", slug="legal-counsel")
    MatrixEntry.objects.create(role=role, person=ada, backup=ben)
    MatrixEntry.objects.create(role=role, person=ben, severity=1)
    with CaptureQueriesContext(connection) as asked:
        rows = with_related(list(MatrixEntry.objects.order_by("pk")), "role", "person", "backup")
        first, second = rows
        named = (first.person, first.backup, second.person, second.backup)

    assert named == (ada, ben, ben, None)
    assert first.backup is second.person
    assert first.role is second.role
    assert len(asked) == 3


def test_only_foreign_keys_are_followed() -> None:
    team = Team.objects.create(name="Blue", slug="blue")
    row = Membership.objects.create(team=team, person=make_person())

    with pytest.raises(TypeError, match="is_lead"):
        with_related([row], "is_lead")
