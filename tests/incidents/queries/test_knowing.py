"""Rows about incidents that somebody may know of, and the indexes that find what ended."""

from datetime import timedelta

import pytest
from django.db import connection

from incidents.models import Incident, Notification, RoleAssignment
from incidents.queries import health
from incidents.queries.knowing import known_to
from reviews.models import ActionItem, Review
from reviews.queries import waiting
from rosters.models import Person
from tests.factories import make_person, make_role
from tests.world import NOW, World

pytestmark = pytest.mark.django_db


def reviewed(title: str, by: Person, **facts: object) -> Incident:
    made = Incident.objects.create(title=title, severity=2, detected_at=NOW, **facts)
    review = Review.objects.create(incident=made, due_at=NOW, opened_at=NOW)
    ActionItem.objects.create(
        review=review, title=title, owner=by, due_date=NOW.date(), created_at=NOW, created_by=by
    )
    return made


def test_rows_are_known_to_those_who_know_the_incident() -> None:
    ada, ben, root = (make_person(name) for name in ("Ada", "Ben", "Root"))
    root.is_superuser = True
    reviewed("open", root)
    reviewed("declared", root, is_restricted=True, declared_by=ada)
    called = reviewed("called", root, is_restricted=True)
    Notification.objects.create(incident=called, person=ada, reason="on call", created_at=NOW)
    played = reviewed("played", root, is_restricted=True)
    RoleAssignment.objects.create(
        incident=played, role=make_role(), person=ada, assumed_at=NOW, released_at=NOW
    )
    reviewed("closed", root, is_restricted=True)

    def titles(person: Person) -> set[str]:
        known = Review.objects.filter(known_to(person, "incident"))
        return {one.incident.title for one in known}

    assert titles(ada) == {"open", "declared", "called", "played"}
    assert titles(ben) == {"open"}
    assert titles(root) == titles(ada) | {"closed"}
    for person in (ada, ben, root):
        visible = Incident.objects.visible_to(person).values_list("title", flat=True)
        actions = waiting.few_actions(person).values_list("title", flat=True)
        assert titles(person) == set(visible) == set(actions)
        assert set(waiting.visible_actions(person).values_list("title", flat=True)) == set(actions)


def years(world: World, *, days: int) -> None:
    """One incident a day, resolved after an hour, reviewed, its action done after a week."""
    hour, person = timedelta(hours=1), world.alice
    begins = [NOW - timedelta(days=n) for n in range(10, days)]
    incidents = Incident.objects.bulk_create(
        Incident(
            title="Old",
            severity=3,
            detected_at=at,
            contained_at=at + hour,
            contained_by=person,
            resolved_at=at + hour,
            resolved_by=person,
        )
        for at in begins
    )
    reviews = Review.objects.bulk_create(
        Review(incident=one, due_at=at, opened_at=at, published_at=at, published_by=person)
        for one, at in zip(incidents, begins, strict=True)
    )
    ActionItem.objects.bulk_create(
        ActionItem(
            review=one,
            title="Old",
            owner=person,
            due_date=one.due_at.date(),
            created_at=one.due_at,
            created_by=person,
            done_at=one.due_at,
            done_by=person,
        )
        for one in reviews
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE incidents_incident, reviews_review, reviews_actionitem")


def test_what_is_over_is_found_by_its_index(world: World) -> None:
    years(world, days=3000)
    since, viewer = NOW - timedelta(days=30), world.bob
    ended = Incident.objects.visible_to(viewer).filter(resolved_at__gt=since)
    asked = {
        "incidents_incident_hurt": health._lately(viewer, since, NOW),
        "incidents_incident_ended": ended.order_by("-resolved_at", "-pk")[:5],
        "reviews_review_due": waiting.waiting_for(viewer).order_by("due_at", "pk")[:5],
        "reviews_actionitem_done": waiting.few_actions(viewer).filter(done_at__gte=since),
    }

    plans = {index: rows.explain() for index, rows in asked.items()}

    assert [index for index, plan in plans.items() if index not in plan] == []
    assert "Seq Scan on incidents_incident" not in "".join(plans.values())
