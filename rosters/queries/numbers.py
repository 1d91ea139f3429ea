"""What readers are to the people whose numbers they ask for."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime

from rosters.enums import Channel
from rosters.logic.numbers import Closeness, why_not_see_numbers, why_not_see_suppliers
from rosters.models import ContactPoint, Membership, Person, RotationMember, Service
from rosters.queries import calling

PHONES = (Channel.PHONE, Channel.SMS)


def closeness(
    reader: Person, person_ids: Iterable[int], *, on_call: Collection[int]
) -> dict[int, Closeness]:
    """What `reader` is to each of these people, in two queries. `on_call`: who is, right now."""
    teams = Membership.objects.filter(person=reader).values("team_id")
    in_teams = set(Membership.objects.filter(team__in=teams).values_list("person_id", flat=True))
    rosters = RotationMember.objects.filter(person=reader).values("rotation__layer__roster_id")
    places = RotationMember.objects.filter(rotation__layer__roster__in=rosters)
    on_rosters = set(places.values_list("person_id", flat=True))
    return {
        pk: Closeness(
            is_self=pk == reader.pk,
            is_administrator=reader.is_superuser,
            shares_team=pk in in_teams,
            shares_roster=pk in on_rosters,
            are_both_on_call=reader.pk in on_call and pk in on_call,
        )
        for pk in person_ids
    }


def visible_to(
    reader: Person, person_ids: Iterable[int], *, on_call: Collection[int]
) -> frozenset[int]:
    """Those of these people whose numbers `reader` may ask for."""
    found = closeness(reader, person_ids, on_call=on_call)
    return frozenset(pk for pk, close in found.items() if close.has_a_reason)


def why_not(reader: Person, person: Person, *, now: datetime) -> str | None:
    """Whether `reader` may see the numbers of `person` at `now`."""
    on_call = calling.overview(at=now).on_duty_ids
    close = closeness(reader, [person.pk], on_call=on_call)[person.pk]
    return why_not_see_numbers(close, name=person.short_name)


def why_not_suppliers(reader: Person, service: Service) -> str | None:
    """Whether `reader` may see the suppliers' numbers of a service; its team is loaded."""
    close = Closeness(
        is_administrator=reader.is_superuser,
        shares_team=Membership.objects.filter(person=reader, team=service.owner_team_id).exists(),
        shares_roster=_share_a_roster(reader, service),
    )
    return why_not_see_suppliers(close, team=service.owner_team.name)


def teams_with_suppliers_for(reader: Person) -> frozenset[int] | None:
    """The teams whose services show `reader` their suppliers; None stands for all. Two queries."""
    if reader.is_superuser:
        return None
    own = Membership.objects.filter(person=reader).values_list("team_id", flat=True)
    rosters = RotationMember.objects.filter(person=reader).values("rotation__layer__roster_id")
    colleagues = RotationMember.objects.filter(rotation__layer__roster__in=rosters)
    theirs = Membership.objects.filter(person__in=colleagues.values("person_id"))
    return frozenset(own) | frozenset(theirs.values_list("team_id", flat=True))


def _share_a_roster(reader: Person, service: Service) -> bool:
    """Whether the reader is on a roster with somebody of the team that owns the service."""
    rosters = RotationMember.objects.filter(person=reader).values("rotation__layer__roster_id")
    team = Membership.objects.filter(team=service.owner_team_id).values("person_id")
    places = RotationMember.objects.filter(rotation__layer__roster__in=rosters)
    return places.filter(person__in=team).exists()


def points_of(person: Person) -> list[ContactPoint]:
    """Every number and address of a person, the first to be used first."""
    points = ContactPoint.objects.filter(person=person).prefetch_related("rules")
    return sorted(points.order_by("pk"), key=_first_use)


def _first_use(point: ContactPoint) -> tuple[bool, int, int, int]:
    uses = [
        (rule.urgency != "urgent", rule.delay_minutes, rule.order) for rule in point.rules.all()
    ]
    return (*min(uses, default=(True, 999, 999)), point.pk)


def phones_of(person_ids: Collection[int]) -> dict[int, list[ContactPoint]]:
    """The numbers to phone or text, by person, the first to be used first; two queries."""
    points = ContactPoint.objects.filter(person__in=person_ids, channel__in=PHONES)
    found: dict[int, list[ContactPoint]] = defaultdict(list)
    for point in sorted(points.prefetch_related("rules").order_by("pk"), key=_first_use):
        if point.address not in {one.address for one in found[point.person_id]}:
            found[point.person_id].append(point)
    return dict(found)
