"""Queries whose SQL is made once: the query's own rows, with other values each time."""

import inspect
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ObjectDoesNotExist
from django.db import connection
from django.db.models import Count, Prefetch, Q, QuerySet, Value
from django.db.models.signals import post_init
from django.test.utils import CaptureQueriesContext

from incidents.models import Incident
from rosters.models import Absence, Membership, Person, Team
from rosters.queries.compiled import compiled
from rosters.queries.many import Ids
from tests.factories import make_person
from tests.world import NOW

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
made: list[str] = []


@compiled
def absences(people: Ids, starts_at: datetime, ends_at: datetime) -> QuerySet[Absence, Any]:
    made.append("absences")
    found = Absence.objects.filter(person__in=people, ends_at__gt=starts_at, starts_at__lt=ends_at)
    return found.order_by("pk").values_list("person_id", "starts_at")


@compiled
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
    assert made.count("absences") <= 1  # another test may have asked before


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
    @compiled
    def on_the_day(at: datetime) -> QuerySet[Absence, Any]:
        return Absence.objects.filter(starts_at__date=at.date()).values_list("pk")

    with pytest.raises(TypeError, match="on_the_day"):
        on_the_day(NOW)


@compiled
def of_person(person: Person, day: date, title: str) -> QuerySet[Incident]:
    made.append("of_person")
    rows = Incident.objects.visible_to(person).filter(detected_at__date__lte=day, title=title)
    return rows.select_related("declared_by", "service__owner_team").order_by("pk")


def test_models_come_with_all_that_django_gives_them() -> None:
    ada = make_person("Ada")
    facts = {"title": "Fire", "severity": 2, "detected_at": NOW}
    Incident.objects.create(**facts, is_restricted=True, declared_by=ada)
    Incident.objects.create(**facts)
    with CaptureQueriesContext(connection) as asked:
        one, other = of_person(ada, NOW.date(), "Fire")
        names = one.declared_by, one.service, other.declared_by

    rows = Incident.objects.select_related("declared_by", "service__owner_team").order_by("pk")
    assert [one, other] == list(rows)
    assert names == (ada, None, None)
    assert one.__dict__.keys() == rows[0].__dict__.keys()
    assert not one._state.adding
    assert len(asked) == 1


def test_the_text_is_that_of_the_query_itself() -> None:
    ada = make_person("Ada")
    with CaptureQueriesContext(connection) as asked:
        of_person(ada, NOW.date(), "Fire")
        list(inspect.unwrap(of_person)(ada, NOW.date(), "Fire"))

    ours, django = [one["sql"] for one in asked.captured_queries]
    assert ours == django


def test_each_person_is_asked_for_themselves_and_administrators_see_all() -> None:
    made.clear()
    ada, ben, root = (make_person(name) for name in ("Ada", "Ben", "Root"))
    root.is_superuser = True
    facts = {"title": "Leak", "severity": 2, "detected_at": NOW, "is_restricted": True}
    leak = Incident.objects.create(**facts, declared_by=ada)

    assert of_person(ada, NOW.date(), "Leak") == [leak]
    assert of_person(ben, NOW.date(), "Leak") == []
    assert of_person(root, NOW.date(), "Leak") == [leak]
    assert of_person(ada, NOW.date() - DAY, "Leak") == []
    assert made.count("of_person") <= 2


def test_of_a_model_nothing_but_its_key_can_shape_the_query() -> None:
    @compiled
    def in_zone(person: Person) -> Any:
        return Person.objects.filter(time_zone=person.time_zone)

    with pytest.raises(ObjectDoesNotExist):
        in_zone(make_person())


def test_what_a_query_adds_or_fetches_beside_comes_along() -> None:
    @compiled
    def teams(least: int) -> Any:
        members = Membership.objects.select_related("person").order_by("pk")
        rows = Team.objects.annotate(size=Count("memberships")).filter(size__gte=least)
        return rows.prefetch_related(Prefetch("memberships", members, "people")).order_by("pk")

    ada, team = make_person("Ada"), Team.objects.create(name="Blue", slug="blue")
    Membership.objects.create(team=team, person=ada)

    (found,) = teams(1)
    assert (found.size, [one.person for one in found.people]) == (1, [ada])
    assert teams(2) == []


def test_a_query_that_can_find_nothing_is_not_asked() -> None:
    @compiled
    def called(names: tuple[str, ...]) -> Any:
        return Person.objects.filter(short_name__in=names)

    with CaptureQueriesContext(connection) as asked:
        assert called(()) == []

    assert len(asked) == 0


def test_other_shapes_of_rows_are_refused() -> None:
    @compiled
    def names() -> Any:
        return Person.objects.values("full_name")

    with pytest.raises(TypeError, match="values_list"):
        names()


def test_the_texts_of_one_query_stay_few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rosters.queries.compiled.MOST_TEXTS", 2)
    made.clear()

    @compiled
    def numbers(number: int) -> Any:
        made.append("numbers")
        return Person.objects.filter(pk=number).values_list(Value(number))

    make_person()
    for number in (1, 2, 1, 3, 3, 1):
        numbers(number)

    assert len(made) == 4


@compiled
def like_this(person: Person, people: Ids, since: datetime, day: date, title: str) -> Any:
    rows = Incident.objects.filter(
        Q(declared_by=person) | Q(acknowledged_by__in=people),
        Q(title=title) | Q(title__contains="50%s, it's $1"),
        detected_at__gt=since,
        detected_at__date__lte=day,
    )
    return rows.annotate(half=Value(0.5)).order_by("pk").values_list("title", "detected_at", "half")


def test_the_shortest_way_finds_what_django_s_own_finds() -> None:
    ada = make_person("Ada")
    titles = ["it's", 'a "quote"', "100 %", "back\\slash", "for 50%s, it's $1 or so"]
    for title in titles:
        Incident.objects.create(title=title, severity=2, detected_at=NOW, declared_by=ada)

    for title in titles:
        asked = (ada, {ada.pk}, NOW - DAY, NOW.date(), title)
        with CaptureQueriesContext(connection) as by_django:
            found = like_this(*asked)
        assert like_this(*asked) == found
        assert len(by_django) == 1
        assert {one for one, _, _ in found} == {title, titles[-1]}
        assert {(at, half) for _, at, half in found} == {(NOW, 0.5)}


def test_the_database_plans_it_once_and_no_more_than_it_has_room_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def planned() -> int:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE NOT from_sql")
            return int(cursor.fetchone()[0])

    ada = make_person("Ada")
    before = planned()
    for _ in range(3):
        assert named({ada.pk}, {ada.pk}, ("Ada", "Room")) == [(ada.pk, "Ada")]
    assert planned() == before + 1

    monkeypatch.setattr("config.portal.prepared.MOST", before + 1)
    assert named({ada.pk}, {ada.pk}, ("Ada", "No room")) == [(ada.pk, "Ada")]
    assert named({ada.pk}, {ada.pk}, ("Ada", "Room")) == [(ada.pk, "Ada")]
    assert planned() == before + 1


def test_a_field_that_was_left_out_is_asked_for_when_it_is_read() -> None:
    @compiled
    def memberships() -> Any:
        rows = Membership.objects.select_related("person").order_by("pk")
        return rows.defer("person__email", "is_lead")

    ada, team = make_person("Ada"), Team.objects.create(name="Blue", slug="blue")
    Membership.objects.create(team=team, person=ada, is_lead=True)
    (one,) = memberships()

    assert one.get_deferred_fields() == {"is_lead"}
    assert one.person.get_deferred_fields() == {"email"}
    with CaptureQueriesContext(connection) as asked:
        assert (one.is_lead, one.person.email, one.person) == (True, ada.email, ada)
    assert len(asked) == 2
    one.person.full_name = "Ada the First"
    one.person.save(update_fields=["full_name"])
    assert Person.objects.get().full_name == "Ada the First"


def test_where_somebody_listens_django_makes_the_objects() -> None:
    heard: list[str] = []

    def listen(instance: Team, **_: object) -> None:
        heard.append(instance.name)

    Team.objects.create(name="Blue", slug="blue")
    post_init.connect(listen, sender=Team)
    try:

        @compiled
        def teams() -> Any:
            return Team.objects.order_by("pk")

        assert [one.name for one in teams()] == heard == ["Blue"]
    finally:
        post_init.disconnect(listen, sender=Team)
