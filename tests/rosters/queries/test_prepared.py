"""Queries whose SQL is made once: the query's own rows, with other values each time."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import Q, QuerySet
from django.test.utils import CaptureQueriesContext

from rosters.models import Absence, Person
from rosters.queries.many import Ids
from rosters.queries.prepared import prepared
from tests.factories import make_person
from tests.world import NOW

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
made: list[str] = []


@prepared
def absences(people: Ids, starts_at: datetime, ends_at: datetime) -> QuerySet[Absence, Any]:
    made.append("absences")
    found = Absence.objects.filter(person__in=people, ends_at__gt=starts_at, starts_at__lt=ends_at)
    return found.order_by("pk").values_list("person_id", "starts_at")


@prepared
def named(people: Ids, others: Ids, names: tuple[str, ...]) -> QuerySet[Any, Any]:
    found: QuerySet[Person] = Person.objects.filter(
        Q(pk__in=people) | Q(pk__in=others), short_name__in=names
    )
    return found.order_by("pk").values_list("pk", "short_name")


def test_each_value_stands_in_its_own_place() -> None:
    ada, ben = make_person(), make_person()
    for person in (ada, ben):
        for day in (0, 5):
            starts_at = NOW + day * DAY
            Absence.objects.create(person=person, starts_at=starts_at, ends_at=starts_at + DAY)

    assert absences({ada.pk}, NOW, NOW + DAY) == [(ada.pk, NOW)]
    assert absences({ben.pk, ada.pk}, NOW + 4 * DAY, NOW + 6 * DAY) == [
        (ada.pk, NOW + 5 * DAY),
        (ben.pk, NOW + 5 * DAY),
    ]
    assert absences(frozenset(), NOW, NOW + DAY) == []
    assert made == ["absences"]


def test_what_is_no_id_and_no_instant_makes_another_text() -> None:
    ada, ben = make_person("Ada"), make_person("Ben")

    assert named({ada.pk}, {ben.pk}, ("Ada", "Ben")) == [(ada.pk, "Ada"), (ben.pk, "Ben")]
    assert named({ada.pk}, {ben.pk}, ("Ben",)) == [(ben.pk, "Ben")]
    assert named({ada.pk}, set(), ("Ada", "Ben")) == [(ada.pk, "Ada")]


def test_it_is_one_query_however_many_ids() -> None:
    ids = {make_person().pk for _ in range(3)}
    with CaptureQueriesContext(connection) as asked:
        absences(ids | set(range(10_000, 11_000)), NOW, NOW + DAY)

    assert len(asked) == 1


def test_a_value_that_the_query_changes_is_refused() -> None:
    @prepared
    def on_the_day(at: datetime) -> QuerySet[Absence, Any]:
        return Absence.objects.filter(starts_at__date=at.date()).values_list("pk")

    with pytest.raises(TypeError, match="on_the_day"):
        on_the_day(NOW)
