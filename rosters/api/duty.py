"""Rosters: who is on call, and the shifts to come."""

from collections.abc import Iterable
from datetime import timedelta

from django.http import HttpRequest
from ninja import Query, Router
from pydantic import Field

from config.portal.rest.errors import Trouble, not_found, not_valid
from config.portal.rest.pages import Paged, next_address, page
from config.portal.rest.schema import Asked, Instant, Shown
from config.portal.rest.scopes import needs
from rosters.api.common import READ, caller_of
from rosters.api.services import Named
from rosters.logic.directory import PersonSpec
from rosters.models import Roster
from rosters.queries import calling
from rosters.queries.directory import Wanted, load_directory

router = Router(tags=["Rosters"])
LONGEST = timedelta(days=93)
A_ROSTER = {"slug": "payments-on-call", "name": "Payments on call"}
USUAL = timedelta(days=14)


class RosterShown(Named):
    """A list of who is on call."""

    id: int = Field(description="The roster's number.", examples=[2])
    team: Named | None = Field(description="The team that it belongs to.")
    time_zone: str = Field(
        description="Its handovers are at this zone's wall time.", examples=["Europe/Berlin"]
    )


class Rosters(Shown):
    """One page of rosters."""

    items: list[RosterShown] = Field(description="The rosters of this page, by number.")
    next: str | None = Field(
        description="Address of the next page; null on the last.", examples=[None]
    )


class OnCall(Shown):
    """Somebody on call."""

    id: int = Field(description="The person's number.", examples=[12])
    full_name: str = Field(description="The full name.", examples=["Mei Tan"])
    time_zone: str = Field(description="IANA time zone.", examples=["Europe/Berlin"])


class Then(Shown):
    """Who is first after this."""

    at: Instant = Field(description="From when on.")
    people: list[OnCall] = Field(description="Who. Empty: nobody.")


class OnCallNow(Shown):
    """Who is on call at one instant."""

    roster: Named = Field(description="The roster.", examples=[A_ROSTER])
    time_zone: str = Field(
        description="The roster's zone, in which it hands over. Instants are in UTC.",
        examples=["Europe/Berlin"],
    )
    at: Instant = Field(description="The instant that was asked about.")
    first: list[OnCall] = Field(description="Who is called first.")
    backup: list[OnCall] = Field(description="Who is called if nobody answers.")
    then: Then | None = Field(description="Who follows, within 14 days.")
    is_gap: bool = Field(description="Somebody should be on call, and nobody is.", examples=[False])
    is_closed: bool = Field(
        description="Nobody is meant to be on call at this hour.", examples=[False]
    )
    missing: list[str] = Field(
        description="Who should be on call and is not, and why.", examples=[["Mei Tan is away."]]
    )


class Shift(Shown):
    """A stretch in which the same people are on call. Half-open."""

    starts_at: Instant = Field(description="From when on.")
    ends_at: Instant = Field(description="Until when (exclusive).")
    levels: list[list[OnCall]] = Field(
        description="First on call, then the backup, and so on. Empty: nobody."
    )


class Shifts(Shown):
    """The stretches of a time, without a hole between them."""

    roster: Named = Field(description="The roster.", examples=[A_ROSTER])
    time_zone: str = Field(
        description="The roster's zone, in which it hands over. Instants are in UTC.",
        examples=["Europe/Berlin"],
    )
    items: list[Shift] = Field(description="The stretches in the order of time.")


class AtAsked(Asked):
    """When."""

    at: Instant | None = Field(None, description="At this instant; else now.")


class ShiftsAsked(Asked):
    """Which time."""

    starts_at: Instant | None = Field(
        None, alias="from", description="From this instant on; else from now on."
    )
    ends_at: Instant | None = Field(
        None,
        alias="to",
        description="Until this instant (exclusive); else 14 days on. At most 93 days.",
    )


def find(slug: str) -> Roster:
    """The roster of this short name. Raises Problem (404)."""
    found = Roster.objects.select_related("team").filter(slug=slug).first()
    if found is None:
        raise not_found("roster of this name")
    return found


def _people(specs: Iterable[PersonSpec]) -> list[OnCall]:
    return [
        OnCall(id=one.person_id, full_name=one.full_name, time_zone=one.time_zone) for one in specs
    ]


@router.get("/rosters", response=Rosters, operation_id="list_rosters", summary="List rosters")
@needs(READ)
def list_rosters(request: HttpRequest, filters: Query[Paged]) -> Rosters:
    """Every roster."""
    caller_of(request)
    found, after = page(Roster.objects.select_related("team"), filters)
    items = [RosterShown.model_validate(one) for one in found]
    return Rosters(items=items, next=next_address(request, after))


@router.get(
    "/rosters/{slug:slug}/on-call",
    response=OnCallNow,
    operation_id="on_call",
    summary="Who is on call",
)
@needs(READ)
def on_call(request: HttpRequest, slug: str, filters: Query[AtAsked]) -> OnCallNow:
    """Who is on call now or at an instant; whoever is away counts as nobody."""
    at = filters.at or caller_of(request).now
    line = calling.line_of(find(slug), at=at)
    then = Then(at=line.then.at, people=_people(line.then.people)) if line.then else None
    return OnCallNow(
        roster=Named.model_validate(line.roster),
        time_zone=line.roster.time_zone,
        at=at,
        first=_people(line.first),
        backup=_people(line.backup),
        then=then,
        is_gap=line.is_gap,
        is_closed=line.is_closed,
        missing=list(line.missing),
    )


@router.get(
    "/rosters/{slug:slug}/shifts",
    response=Shifts,
    operation_id="list_shifts",
    summary="Shifts of a time",
)
@needs(READ)
def list_shifts(request: HttpRequest, slug: str, filters: Query[ShiftsAsked]) -> Shifts:
    """Who is on call from one instant until another, handover by handover."""
    starts_at = filters.starts_at or caller_of(request).now
    ends_at = filters.ends_at or starts_at + USUAL
    if not starts_at < ends_at <= starts_at + LONGEST:
        text = "“to” must come after “from”, by 93 days at most."
        raise not_valid([Trouble("range", text, "to")])
    roster = find(slug)
    wanted = Wanted(roster_ids=frozenset({roster.pk}))
    directory = load_directory(wanted, starts_at=starts_at, ends_at=ends_at)
    stretches = directory.stretches(roster.pk, starts_at=starts_at, ends_at=ends_at)
    items = [
        Shift(
            starts_at=one.starts_at,
            ends_at=one.ends_at,
            levels=[_people(directory.people[pk] for pk in level) for level in one.levels],
        )
        for one in stretches
    ]
    shown = Named.model_validate(roster)
    return Shifts(roster=shown, time_zone=roster.time_zone, items=items)
