"""Changes to who is on call for a time: read, put and taken back."""

from datetime import timedelta
from typing import Any, Literal

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Status
from pydantic import Field

from config.portal.refusals import Refused
from config.portal.rest.errors import Trouble, conflict, not_allowed, not_found, not_valid
from config.portal.rest.pages import Paged, next_address, page
from config.portal.rest.schema import Instant, Reference, Sent, SentNumber, Shown, Text
from config.portal.rest.scopes import needs
from config.portal.rest.tags import check_unchanged
from rosters.api.common import READ, WRITE, caller_of, people_named
from rosters.api.duty import find
from rosters.enums import OverrideKind
from rosters.logic import sharing as rules
from rosters.models import Override, Person, Roster
from rosters.operations import overriding
from rosters.operations.overriding import Wanted
from rosters.queries import sharing

router = Router(tags=["Rosters"])
AHEAD = timedelta(days=93)
KINDS = (
    "replace: the person instead of “instead_of”, or of everybody without it. add: one more."
    " remove: “instead_of” is not there. shadow: the person rides along and is never called."
)
MEI, BEN = {"id": 12, "full_name": "Mei Tan"}, {"id": 15, "full_name": "Ben Carter"}
EVENING, MORNING = "2026-12-24T17:00:00Z", "2026-12-25T08:00:00Z"


class ChangeShown(Shown):
    """One change to who is on call. Half-open."""

    id: int = Field(description="The change's number.", examples=[31])
    kind: str = Field(description=KINDS, examples=["replace"])
    person: Reference | None = Field(description="Who comes.", examples=[BEN])
    instead_of: Reference | None = Field(
        description="Who goes: always somebody whom the layers have.", examples=[MEI]
    )
    starts_at: Instant = Field(description="From when on.", examples=[EVENING])
    ends_at: Instant = Field(description="Until when (exclusive).", examples=[MORNING])
    reason: str = Field(description="Why.", examples=["A wedding"])
    made_by: Reference | None = Field(description="Who made it.", examples=[BEN])
    swap: int | None = Field(description="The number of the swap that made it.", examples=[None])


class Changes(Shown):
    """One page of changes."""

    items: list[ChangeShown] = Field(description="The changes of this page, by number.")
    next: str | None = Field(
        description="Address of the next page; null on the last.", examples=[None]
    )


class ChangesAsked(Paged):
    """Which changes."""

    starts_at: Instant | None = Field(
        None, alias="from", description="That hold at this instant or later; else now or later."
    )
    ends_at: Instant | None = Field(
        None, alias="to", description="That begin before this instant; else 93 days on."
    )


class ChangeSent(Sent):
    """A change to put. Half-open; instants with their zone."""

    kind: Literal["replace", "add", "remove", "shadow"] = Field(
        "replace", description=KINDS, examples=["replace"]
    )
    person: SentNumber | None = Field(None, description="Number of who comes.", examples=[15])
    instead_of: SentNumber | None = Field(None, description="Number of who goes.", examples=[12])
    starts_at: Instant = Field(description="From when on.", examples=[EVENING])
    ends_at: Instant = Field(description="Until when (exclusive).", examples=[MORNING])
    reason: Text = Field(
        "", max_length=200, description="Why, in one line.", examples=["A wedding"]
    )


def _rows(roster: Roster) -> QuerySet[Override]:
    return Override.objects.filter(roster=roster).select_related(
        "person", "instead_of", "created_by"
    )


def _find(slug: str, pk: int) -> Override:
    found = _rows(find(slug)).select_related("roster").filter(pk=pk).first()
    if found is None:
        raise not_found("change of this number")
    return found


def _shown(row: Override) -> ChangeShown:
    return ChangeShown(
        id=row.pk,
        kind=row.kind,
        person=_reference(row.person),
        instead_of=_reference(row.instead_of),
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        reason=row.reason,
        made_by=_reference(row.created_by),
        swap=row.swap_id,
    )


def _reference(person: Person | None) -> Reference | None:
    return Reference.model_validate(person) if person is not None else None


@router.get(
    "/rosters/{slug:slug}/overrides",
    response=Changes,
    operation_id="list_overrides",
    summary="Changes to who is on call",
)
@needs(READ)
def list_overrides(request: HttpRequest, slug: str, filters: Query[ChangesAsked]) -> Changes:
    """Overrides that hold now or later, those that swaps made too."""
    starts_at = filters.starts_at or caller_of(request).now
    ends_at = filters.ends_at or starts_at + AHEAD
    rows = _rows(find(slug)).filter(ends_at__gt=starts_at, starts_at__lt=ends_at)
    found, after = page(rows, filters)
    return Changes(items=[_shown(one) for one in found], next=next_address(request, after))


@router.get(
    "/rosters/{slug:slug}/overrides/{int:override_id}",
    response=ChangeShown,
    operation_id="get_override",
    summary="Read one change",
)
@needs(READ)
def get_override(request: HttpRequest, slug: str, override_id: int) -> ChangeShown:
    """One change to who is on call."""
    caller_of(request)
    return _shown(_find(slug, override_id))


@router.post(
    "/rosters/{slug:slug}/overrides",
    response={201: ChangeShown},
    operation_id="add_override",
    summary="Put somebody on call",
)
@needs(WRITE)
def add_override(request: HttpRequest, slug: str, sent: ChangeSent, response: HttpResponse) -> Any:  # noqa: ANN401  # ninja's own
    """A change that holds at once; whoever it concerns is told.

    People of the roster and its team put themselves on call; leads of the team, roster managers
    and administrators put anybody. The very same change twice is made once. Where “instead_of”
    stands in for somebody, the change names that one and lasts no longer than that.
    """
    caller, roster = caller_of(request), find(slug)
    wanted = _wanted(sent)
    part = sharing.part_of(caller.person, roster)
    is_own = sent.person == caller.person.pk
    why_not = rules.why_not_take(part) if is_own else rules.why_not_arrange_for_others(part)
    if why_not:
        raise not_allowed(why_not)
    try:
        made = overriding.put(roster, wanted, by=caller.person, now=caller.now)
    except Refused as refused:
        raise conflict(str(refused)) from None
    response["Location"] = f"/api/v1/rosters/{roster.slug}/overrides/{made.pk}"
    return Status(201, _shown(_find(slug, made.pk)))


def _wanted(sent: ChangeSent) -> Wanted:
    """The change, with people in place of numbers. Raises Problem (422)."""
    kind = OverrideKind(sent.kind)
    people = people_named(person=sent.person, instead_of=sent.instead_of)
    wrong = [
        Trouble("not_valid", f"“{field}” {text} with “{kind}”.", field)
        for field, text in _misfits(kind, sent)
    ]
    if wrong:
        raise not_valid(wrong)
    return Wanted(
        kind, sent.starts_at, sent.ends_at, people["person"], people["instead_of"], sent.reason
    )


def _misfits(kind: OverrideKind, sent: ChangeSent) -> list[tuple[str, str]]:
    must, must_not = "must be named", "must be left out"
    if kind == OverrideKind.REMOVE:
        found = {"person": (sent.person is None, must_not), "instead_of": (sent.instead_of, must)}
    else:
        goes = kind == OverrideKind.REPLACE or sent.instead_of is None
        found = {"person": (sent.person, must), "instead_of": (goes, must_not)}
    return [(field, text) for field, (is_right, text) in found.items() if not is_right]


@router.api_operation(
    ["DELETE"],
    "/rosters/{slug:slug}/overrides/{int:override_id}",
    response={204: None},
    operation_id="end_override",
    summary="Take a change back",
)
@needs(WRITE)
def end_override(request: HttpRequest, slug: str, override_id: int) -> Any:  # noqa: ANN401  # ninja's own
    """Not begun: it is gone. Begun: it ends now, and what has been stays. Over: nothing changes.

    Whoever made it or is on call by it may, and leads of the team, roster managers and
    administrators.
    """
    caller, row = caller_of(request), _find(slug, override_id)
    check_unchanged(request, _shown(row))
    try:
        overriding.end(row, by=caller.person, now=caller.now)
    except Refused as refused:
        raise not_allowed(str(refused)) from None
    return Status(204, None)
