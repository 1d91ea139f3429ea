"""The contact matrix: its cells, whom to call, and changing many cells at once."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.http import HttpRequest
from ninja import Query, Router, Status
from pydantic import Field

from config.portal.refusals import Refused
from config.portal.rest.errors import Trouble, conflict, not_found, not_valid
from config.portal.rest.pages import Paged, cut, next_address
from config.portal.rest.schema import Asked, Instant, Number, Shown, Text
from config.portal.rest.scopes import needs
from config.portal.rest.tags import check_unchanged
from rosters.api import cells
from rosters.api.cells import CellListed, CellShown, CellsSent
from rosters.api.common import READ, REASON, WRITE, caller_of, must_have, named
from rosters.api.services import Named
from rosters.logic.directory import Candidate
from rosters.logic.matrix import CellSpec
from rosters.logic.standing import Fault
from rosters.models import MatrixEntry, Service, StakeholderRole
from rosters.operations.changing import applying
from rosters.operations.changing.cells import NotSaved
from rosters.queries import contact_index, contacts
from rosters.queries.contact_index import Cell, Index, Vacancy
from rosters.queries.contact_index import Named as IndexedService
from rosters.queries.contacts import Held
from rosters.queries.tokens import Caller
from rosters.queries.whom import Whom, whom

router = Router(tags=["Contact matrix"])
MANY = 10**9
JOINED = ("role", "service", "team", "person", "backup", "roster", "hours")
CHANGE = "rosters.change_matrixentry"


class Cells(Shown):
    """One page of cells."""

    items: list[CellListed] = Field(description="The cells of this page, or the vacancies.")
    next: str | None = Field(
        description="Address of the next page; null on the last.",
        examples=["/api/v1/matrix?after=7"],
    )


class CellsChanged(Shown):
    """The cells that were filled, as they are now."""

    items: list[CellShown] = Field(
        description="Filled cells that differ from before; those taken away are in no list."
    )


class MatrixAsked(Paged):
    """Which cells."""

    service: str = Field(
        "", max_length=50, description="Cells of this service itself.", examples=["payments"]
    )
    team: str = Field(
        "",
        max_length=50,
        description="Cells of this team and of its services.",
        examples=["payments"],
    )
    role: str = Field("", max_length=50, description="Of this role.", examples=["product-owner"])
    person: Number | None = Field(
        None, description="Naming this person, also as backup.", examples=[12]
    )
    severity: int | None = Field(
        None, ge=1, le=4, description="That hold at this severity.", examples=[1]
    )
    at: Instant | None = Field(None, description="As it holds at this instant; else now.")
    vacant: bool = Field(
        default=False,
        description="True: instead of cells, each service and role that nobody fills.",
        examples=[False],
    )
    stale: bool | None = Field(
        None,
        description="True: only cells that nobody confirmed for 90 days, or ever; false: others.",
        examples=[True],
    )


class WhomAsked(Asked):
    """What happened, and when."""

    service: str = Field(
        "",
        max_length=50,
        description="The service; without one, the company.",
        examples=["payments"],
    )
    role: str = Field(
        "", max_length=50, description="Only this role.", examples=["incident-commander"]
    )
    severity: int = Field(1, ge=1, le=4, description="How bad it is; 1 is the worst.", examples=[1])
    at: Instant | None = Field(None, description="At this instant; else now.")


class CandidateShown(Shown):
    """Somebody who can be told."""

    id: int = Field(description="The person's number.", examples=[12])
    full_name: str = Field(description="The full name.", examples=["Mei Tan"])
    time_zone: str = Field(description="IANA time zone.", examples=["Europe/Berlin"])
    why: str = Field(description="Why them.", examples=["on call for Payments"])


class WhomShown(Shown):
    """Who fills one role."""

    role: Named = Field(description="The role.", examples=[cells.A_ROLE])
    people: list[CandidateShown] = Field(description="Whom to call. Empty: nobody.")
    backup: list[CandidateShown] = Field(description="Whom to call if they do not answer.")
    roster: Named | None = Field(
        description="The roster behind it, if one fills the role.", examples=[None]
    )
    cell: int | None = Field(description="Number of the cell that answers.", examples=[7])
    inherited_from: str | None = Field(
        description="team or company when the service has no cell of its own.", examples=["team"]
    )
    passed: list[str] = Field(
        description="Why nearer cells reach nobody.", examples=[["Nils Berg has left the company"]]
    )
    why_nobody: str | None = Field(description="Why nobody fills it.", examples=[None])


class WhomAnswer(Shown):
    """Whom to call."""

    at: Instant = Field(description="The instant that was asked about.")
    service: Named | None = Field(description="The service that was asked about.")
    severity: int = Field(description="The severity that was asked about.", examples=[1])
    items: list[WhomShown] = Field(description="Each role that the matrix knows, in its order.")


@router.get("/matrix", response=Cells, operation_id="list_cells", summary="List cells")
@needs(READ)
def list_cells(request: HttpRequest, filters: Query[MatrixAsked]) -> Cells:
    """The cells that hold now or at an instant; or, with vacant=true, what nobody fills."""
    asked = filters
    index = contact_index.load(now=asked.at or caller_of(request).now)
    _check_names(index, asked)
    if asked.vacant:
        places = _vacancies(index, asked)
        found, after = cut(places, asked.limit, key=_place)
        items = _vacant(found)
    else:
        held = sorted(_held(index, asked), key=lambda one: one.pk)
        shown, after = cut(held, asked.limit, key=lambda one: one.pk)
        known = contacts.held([one.pk for one in shown], now=index.now)
        items = [_listed(known[one.pk]) for one in shown if one.pk in known]
    return Cells(items=items, next=next_address(request, after))


def _check_names(index: Index, asked: MatrixAsked) -> None:
    """Refuse the name of a service, team or role that is not there."""
    known = {
        "service": {one.slug for one in index.services.values()},
        "team": {one.slug for one in index.teams.values()},
        "role": {one.slug for one in index.roles},
    }
    wrong = [
        Trouble("unknown", f"“{field}”: there is nothing called “{name}”.", field)
        for field, slugs in known.items()
        if (name := getattr(asked, field)) and name not in slugs
    ]
    if wrong:
        raise not_valid(wrong)


def _held(index: Index, asked: MatrixAsked) -> Iterable[Cell]:
    roles = {role.pk: role.slug for role in index.roles}
    for one in index.cells:
        service = index.services.get(one.service_id or 0)
        is_stale = bool({Fault.STALE, Fault.NEVER} & one.faults)
        if (
            one.pk > (asked.after or 0)
            and (not asked.service or (service and service.slug == asked.service))
            and (not asked.team or asked.team in _teams_of(index, one, service))
            and (not asked.role or roles[one.role_id] == asked.role)
            and asked.person in (None, one.person_id, one.backup_id)
            and (asked.severity is None or _is_for(one, asked.severity))
            and asked.stale in (None, is_stale)
        ):
            yield one


def _is_for(cell: Cell, severity: int) -> bool:
    spec = CellSpec(cell.role_id, severity=cell.severity, and_worse=cell.and_worse)
    return spec.is_for(severity)


def _teams_of(index: Index, cell: Cell, service: IndexedService | None) -> set[str]:
    """The team that a cell is for, and the one that owns its service."""
    ids = {cell.team_id, service.owner_team_id if service else None}
    return {index.teams[pk].slug for pk in ids if pk is not None}


def _vacancies(index: Index, asked: MatrixAsked) -> list[Vacancy]:
    if asked.person is not None or asked.stale:
        return []
    found = [
        one
        for one in index.vacancies
        if asked.service in ("", one.service.slug)
        and asked.team in ("", index.teams[one.service.owner_team_id].slug)
        and asked.role in ("", one.role.slug)
        and _place(one) > (asked.after or 0)
    ]
    return sorted(found, key=_place)


def _place(vacancy: Vacancy) -> int:
    return vacancy.service.pk * MANY + vacancy.role.pk


def _vacant(found: Iterable[Vacancy]) -> list[CellListed]:
    wanted = list(found)
    services = Service.objects.in_bulk({one.service.pk for one in wanted})
    return [cells.vacancy(one.role, services[one.service.pk]) for one in wanted]


def _listed(held: Held) -> CellListed:
    faults = [fault.value for fault in Fault if fault in held.faults]
    return CellListed(**cells.shown(held.entry).model_dump(), faults=faults)


@router.get("/matrix/resolve", response=WhomAnswer, operation_id="resolve", summary="Whom to call")
@needs(READ)
def resolve(request: HttpRequest, filters: Query[WhomAsked]) -> WhomAnswer:
    """Whom Muster would call for a service at a severity and an instant, role by role.

    Whoever is away, has left or cannot be reached is passed over, as in an incident.
    """
    at = filters.at or caller_of(request).now
    service = named(Service, filters.service, "service") if filters.service else None
    if filters.role:
        roles = [named(StakeholderRole, filters.role, "role")]
    else:
        roles = list(StakeholderRole.objects.order_by("order", "name", "pk"))
    found = whom(service, roles, severity=filters.severity, at=at)
    return WhomAnswer(
        at=at,
        service=Named.model_validate(service) if service else None,
        severity=filters.severity,
        items=[_whom(one) for one in found],
    )


def _whom(one: Whom) -> WhomShown:
    answer = one.answer
    return WhomShown(
        role=Named.model_validate(one.role),
        people=[_candidate(person) for person in one.people],
        backup=[_candidate(person) for person in one.backup],
        roster=Named.model_validate(one.roster) if one.roster else None,
        cell=answer.cell.cell_id if answer.cell else None,
        inherited_from=answer.inherited_from,
        passed=[passed.why for passed in answer.passed],
        why_nobody=answer.why_nobody,
    )


def _candidate(one: Candidate) -> CandidateShown:
    return CandidateShown(
        id=one.person_id, full_name=one.full_name, time_zone=one.time_zone, why=one.reason
    )


@router.put(
    "/matrix/cells",
    response=CellsChanged,
    operation_id="change_cells",
    summary="Change cells, all or nothing",
)
@needs(WRITE)
def change_cells(request: HttpRequest, sent: CellsSent) -> CellsChanged:
    """Each cell names whom it is to name; needs the right “rosters.change_matrixentry”.

    Each is a service's, a team's or, with “company”, everybody's. A cell that names somebody is
    changed only with the “revision” that was read. If anything is wrong, nothing changes, and every
    cell that is wrong is named by its place in the list. Sending the same twice changes nothing the
    second time.
    """
    caller = caller_of(request)
    must_have(caller, CHANGE, "the contact matrix")
    read = cells.read(sent.cells)
    try:
        made = _apply(read, caller, reason=sent.reason)
    except NotSaved as refused:
        raise cells.refusal(read, refused) from None
    except Refused as refused:
        raise not_valid([Trouble("not_valid", str(refused), "reason")]) from None
    fresh = _joined([one.pk for one in made])
    return CellsChanged(items=[cells.shown(one) for one in fresh])


@transaction.atomic
def _apply(read: cells.Read, caller: Caller, *, reason: str) -> list[MatrixEntry]:
    """Applied even when a name was wrong, to find what else is; then nothing of it is kept."""
    made = applying.apply_changes(
        read.changes.values(), by=caller.person, now=caller.now, reason=reason
    )
    if read.troubles:
        raise NotSaved(())
    return made


def _joined(ids: list[int]) -> list[MatrixEntry]:
    rows = MatrixEntry.objects.filter(pk__in=ids).select_related(*JOINED)
    return list(rows.order_by("pk"))


def _find(cell_id: int) -> MatrixEntry:
    found = _joined([cell_id])
    if not found:
        raise not_found("cell of this number")
    return found[0]


@router.get(
    "/matrix/cells/{int:cell_id}",
    response=CellShown,
    operation_id="get_cell",
    summary="Read one cell",
)
@needs(READ)
def get_cell(request: HttpRequest, cell_id: Number) -> CellShown:  # noqa: ARG001
    """One cell, also one that is over or has not begun."""
    return cells.shown(_find(cell_id))


class RemovalAsked(Asked):
    """Why a cell is taken away."""

    reason: Text = Field(
        min_length=1, max_length=200, description=REASON, examples=["The team is the owner again"]
    )


@router.api_operation(
    ["DELETE"],
    "/matrix/cells/{int:cell_id}",
    response={204: None},
    operation_id="remove_cell",
    summary="Take a cell away",
)
@needs(WRITE)
def remove_cell(
    request: HttpRequest, cell_id: Number, filters: Query[RemovalAsked]
) -> Status[None]:
    """The cell is gone, and what the team or the company says holds again.

    Needs the right “rosters.change_matrixentry”. Send the ETag that you read as If-Match, and a
    cell that somebody else changed in between stays.
    """
    caller = caller_of(request)
    must_have(caller, CHANGE, "the contact matrix")
    entry = _find(cell_id)
    check_unchanged(request, cells.shown(entry))
    _refuse_other_time(entry, now=caller.now)
    try:
        applying.apply_changes(
            [cells.change_to_nothing(entry)],
            by=caller.person,
            now=caller.now,
            reason=filters.reason,
        )
    except NotSaved:
        raise conflict("Somebody has just changed this cell. Read it again.") from None
    except Refused as refused:
        raise not_valid([Trouble("not_valid", str(refused), "reason")]) from None
    return Status(204, None)


def _refuse_other_time(entry: MatrixEntry, *, now: datetime) -> None:
    """A cell that does not hold now is history, or somebody's plan."""
    has_begun = entry.valid_from is None or entry.valid_from <= now
    if not has_begun:
        raise conflict("This cell has not begun yet. Take it away in the admin.")
    if entry.valid_to is not None and entry.valid_to <= now:
        raise conflict("This cell is over already. It stays in the history.")
