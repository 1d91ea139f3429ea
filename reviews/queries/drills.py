"""Drills: what a person is to one, for the rules of access."""

from reviews.logic.drills import Part, State
from reviews.models import Drill
from rosters.models import Membership, Person, Service


def part_of(person: Person, service: Service, *, leader_id: int | None = None) -> Part:
    """`person`'s part in the drills of `service`, in one query."""
    in_team = Membership.objects.filter(team=service.owner_team_id, person=person).exists()
    return Part(in_team, leader_id == person.pk, person.is_superuser)


def state(drill: Drill) -> State:
    """The facts of a drill that the rules ask for."""
    return State(
        drill.title,
        drill.planned_at,
        is_finished=drill.finished_at is not None,
        is_called_off=drill.called_off_at is not None,
    )
