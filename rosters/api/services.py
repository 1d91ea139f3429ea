"""Services, teams and roles."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Status
from pydantic import Field

from config.portal.rest.errors import Trouble, not_found, not_valid
from config.portal.rest.pages import Paged, next_address, page
from config.portal.rest.schema import (
    LEFT_OUT,
    Instant,
    Reference,
    Sent,
    SentNumber,
    Shown,
    Text,
    Whole,
)
from config.portal.rest.scopes import needs
from config.portal.rest.tags import check_unchanged
from rosters.api.common import (
    READ,
    READ_NUMBERS,
    REASON,
    WRITE,
    all_named,
    caller_of,
    must_have,
    named,
    of_invalid,
    of_taken,
)
from rosters.models import Person, Service, StakeholderRole, Team
from rosters.operations import facts
from rosters.queries import listing

router = Router()
SLUG = r"^[-a-zA-Z0-9_]+$"


class Named(Shown):
    """Something with a name, by its short name."""

    slug: str = Field(description="The short name, as in addresses.", examples=["payments"])
    name: str = Field(description="The name.", examples=["Payments"])


class ServiceShown(Named):
    """Something customers or colleagues use."""

    id: int = Field(description="The service's number.", examples=[3])
    owner_team: Named = Field(description="The team that owns it.")
    backup_owner: Reference | None = Field(
        description="Who answers for it when the lead of the owner team cannot."
    )
    tier: int = Field(
        description="1: customers cannot work without it, to 3: they rarely notice.", examples=[1]
    )
    customer_impact: str = Field(
        description="What customers notice when it breaks.",
        examples=["Customers cannot pay by card."],
    )
    region: str = Field(
        description="Where its customers are (ISO 3166); empty: everywhere.", examples=["DE"]
    )
    operating_hours: str = Field(
        description="In words.", examples=["Monday to Friday, 08:00 to 18:00 Berlin"]
    )
    vendor_contacts: str | None = Field(
        description="Suppliers and contracts, one a line. They hold numbers: null without the"
        " scope read_numbers.",
        examples=["Northbank, card processing: +44 20 7946 0911"],
    )
    labels: list[str] = Field(description="Words to find it by.", examples=[["pci", "region:eu"]])
    needs: list[str] = Field(
        description="Short names of the services that it needs.", examples=[["ledger"]]
    )
    needed_by: list[str] = Field(
        description="Short names of the services that need it.", examples=[["checkout"]]
    )
    updated_at: Instant | None = Field(
        description="When its facts were last changed; what it needs is not among them.",
        examples=["2026-11-02T09:14:00Z"],
    )


class Services(Shown):
    """One page of services."""

    items: list[ServiceShown] = Field(description="The services of this page, by number.")
    next: str | None = Field(
        description="Address of the next page; null on the last.",
        examples=["/api/v1/services?after=3"],
    )


class ServicesAsked(Paged):
    """Which services."""

    q: Text = Field("", max_length=120, description="A part of the name.", examples=["pay"])
    team: str = Field("", max_length=50, description="Owned by this team.", examples=["payments"])
    tier: int | None = Field(None, ge=1, le=3, description="Of this tier.", examples=[1])
    label: Text = Field("", max_length=40, description="With this label.", examples=["pci"])
    region: Text = Field("", max_length=6, description="Exactly this region.", examples=["DE"])


class ServiceSent(Sent):
    """What is said of a service. What is left out stays as it is."""

    name: Text = Field(
        LEFT_OUT, min_length=1, max_length=80, description="The name.", examples=["Payments"]
    )
    owner_team: Text = Field(
        LEFT_OUT, max_length=50, description="Short name of the team.", examples=["payments"]
    )
    backup_owner: SentNumber | None = Field(
        LEFT_OUT, description="Number of a person, or null for nobody.", examples=[12]
    )
    tier: Whole = Field(LEFT_OUT, ge=1, le=3, description="1, 2 or 3.", examples=[1])
    customer_impact: Text = Field(
        LEFT_OUT,
        max_length=300,
        description="What customers notice when it breaks.",
        examples=["Customers cannot pay by card."],
    )
    region: Text = Field(
        LEFT_OUT, max_length=6, description="ISO 3166 code, or empty.", examples=["DE"]
    )
    operating_hours: Text = Field(
        LEFT_OUT, max_length=80, description="In words.", examples=["Day and night"]
    )
    vendor_contacts: Text = Field(
        LEFT_OUT,
        max_length=1000,
        description="Suppliers and contracts, one a line.",
        examples=["Northbank, card processing: contract 88-12"],
    )
    labels: list[Text] = Field(
        LEFT_OUT, max_length=50, description="All its labels.", examples=[["pci", "region:eu"]]
    )
    needs: list[Text] = Field(
        LEFT_OUT,
        max_length=200,
        description="Short names of all services that it needs.",
        examples=[["ledger"]],
    )
    reason: Text = Field("", max_length=200, description=REASON, examples=["From the catalog"])


class NewService(ServiceSent):
    """A new service."""

    slug: Text = Field(
        min_length=1,
        max_length=50,
        pattern=SLUG,
        description="The short name, as in addresses; it stays.",
        examples=["payments"],
    )
    name: Text = Field(min_length=1, max_length=80, description="The name.", examples=["Payments"])
    owner_team: Text = Field(
        max_length=50, description="Short name of the team.", examples=["payments"]
    )


class Member(Reference):
    """Somebody in a team."""

    is_lead: bool = Field(description="Whether they lead it.", examples=[True])


class TeamShown(Named):
    """People who own services together."""

    id: int = Field(description="The team's number.", examples=[2])
    time_zone: str = Field(description="IANA time zone.", examples=["Europe/Berlin"])
    members: list[Member] = Field(description="Its people, leads first.")


class Teams(Shown):
    """One page of teams."""

    items: list[TeamShown] = Field(description="The teams of this page, by number.")
    next: str | None = Field(
        description="Address of the next page; null on the last.", examples=[None]
    )


class RoleShown(Named):
    """A part that somebody plays when things break."""

    id: int = Field(description="The role's number.", examples=[4])
    description: str = Field(
        description="One plain sentence.", examples=["Runs the response until it is over."]
    )
    actions: list[str] = Field(
        description="What whoever fills it always does.", examples=[["Say who is in command."]]
    )
    is_needed: bool = Field(
        description="Whether a service without one has a vacancy.", examples=[True]
    )


class Roles(Shown):
    """One page of roles."""

    items: list[RoleShown] = Field(description="The roles of this page, by number.")
    next: str | None = Field(
        description="Address of the next page; null on the last.", examples=[None]
    )


def shown(service: Service, *, with_vendors: bool) -> ServiceShown:
    """The service as answers show it; needs `listing.services`."""
    alike = ("id", "slug", "name", "tier", "customer_impact", "region", "operating_hours")
    backup = service.backup_owner
    return ServiceShown(
        **{name: getattr(service, name) for name in (*alike, "labels", "updated_at")},
        owner_team=Named.model_validate(service.owner_team),
        backup_owner=Reference.model_validate(backup) if backup else None,
        vendor_contacts=service.vendor_contacts if with_vendors else None,
        needs=[one.needs.slug for one in service.dependencies.all()],
        needed_by=[one.service.slug for one in service.dependents.all()],
    )


def _shown_to(request: HttpRequest, service: Service) -> ServiceShown:
    return shown(service, with_vendors=caller_of(request).has(READ_NUMBERS))


def find(slug: str) -> Service:
    """The service of this short name. Raises Problem (404)."""
    found = listing.services().filter(slug=slug).first()
    if found is None:
        raise not_found("service of this name")
    return found


@router.get(
    "/services",
    response=Services,
    operation_id="list_services",
    summary="List services",
    tags=["Services"],
)
@needs(READ)
def list_services(request: HttpRequest, filters: Query[ServicesAsked]) -> Services:
    """Every service with its owner, what customers notice, and what it needs."""
    rows = listing.services()
    if filters.q:
        rows = rows.filter(name__icontains=filters.q)
    if filters.team:
        rows = rows.filter(owner_team=named(Team, filters.team, "team"))
    if filters.tier:
        rows = rows.filter(tier=filters.tier)
    if filters.label:
        rows = rows.filter(labels__contains=[filters.label])
    if filters.region:
        rows = rows.filter(region=filters.region)
    found, after = page(rows, filters)
    items = [_shown_to(request, one) for one in found]
    return Services(items=items, next=next_address(request, after))


@router.get(
    "/services/{slug:slug}",
    response=ServiceShown,
    operation_id="get_service",
    summary="Read one service",
    tags=["Services"],
)
@needs(READ)
def get_service(request: HttpRequest, slug: str) -> ServiceShown:
    """One service."""
    return _shown_to(request, find(slug))


@router.post(
    "/services",
    response={201: ServiceShown},
    operation_id="add_service",
    summary="Add a service",
    tags=["Services"],
)
@needs(WRITE)
def add_service(request: HttpRequest, sent: NewService, response: HttpResponse) -> Any:  # noqa: ANN401  # ninja's own
    """A new service. Needs the right “rosters.add_service”.

    A service of the same name or short name makes it a 409 with the address of that one.
    """
    caller = caller_of(request)
    must_have(caller, "rosters.add_service", "services")
    try:
        made = facts.add_service(_facts(sent), by=caller.person, reason=sent.reason)
    except facts.Taken as refused:
        raise of_taken(refused, f"/api/v1/services/{refused.where}") from None
    except facts.NotValid as refused:
        raise of_invalid(refused) from None
    response["Location"] = f"/api/v1/services/{made.slug}"
    return Status(201, _shown_to(request, find(made.slug)))


@router.patch(
    "/services/{slug:slug}",
    response=ServiceShown,
    operation_id="change_service",
    summary="Change a service",
    tags=["Services"],
)
@needs(WRITE)
def change_service(request: HttpRequest, slug: str, sent: ServiceSent) -> ServiceShown:
    """Facts, labels and what it needs. Needs the right “rosters.change_service”.

    Lists are replaced whole. Send the ETag that you read as If-Match, and nobody's change in
    between is overwritten.
    """
    caller = caller_of(request)
    must_have(caller, "rosters.change_service", "services")
    try:
        facts.change_service(
            find(slug),
            _facts(sent),
            by=caller.person,
            reason=sent.reason,
            check=lambda row: check_unchanged(request, _shown_to(request, row)),
        )
    except facts.NotValid as refused:
        raise of_invalid(refused) from None
    return _shown_to(request, find(slug))


def _facts(sent: ServiceSent) -> Mapping[str, Any]:
    """What was sent, with rows in place of the names of rows."""
    told = sent.model_dump(exclude_unset=True, exclude={"reason"})
    if "owner_team" in told:
        told["owner_team"] = named(Team, told["owner_team"], "owner_team")
    if told.get("backup_owner") is not None:
        told["backup_owner"] = _person(told["backup_owner"])
    if "needs" in told:
        told["needs"] = all_named(Service, told["needs"], "needs")
    return told


def _person(pk: int) -> Person:
    found: Person | None = Person.objects.filter(pk=pk).first()
    if found is None:
        text = f"“backup_owner”: there is no person of the number {pk}."
        raise not_valid([Trouble("unknown", text, "backup_owner")])
    return found


@router.get(
    "/teams", response=Teams, operation_id="list_teams", summary="List teams", tags=["Services"]
)
@needs(READ)
def list_teams(request: HttpRequest, filters: Query[Paged]) -> Teams:
    """Every team with its people. Somebody who has left is in no list."""
    found, after = page(listing.teams(), filters)
    now = caller_of(request).now
    items = [
        TeamShown(
            **{name: getattr(team, name) for name in ("id", "slug", "name", "time_zone")},
            members=[
                Member(id=one.person_id, full_name=one.person.full_name, is_lead=one.is_lead)
                for one in team.memberships.all()
                if one.person.left_at is None or one.person.left_at > now
            ],
        )
        for team in found
    ]
    return Teams(items=items, next=next_address(request, after))


@router.get(
    "/roles", response=Roles, operation_id="list_roles", summary="List roles", tags=["Services"]
)
@needs(READ)
def list_roles(request: HttpRequest, filters: Query[Paged]) -> Roles:
    """The parts people play when things break, with what each always does."""
    found, after = page(listing.roles(), filters)
    return Roles(items=[_role(one) for one in found], next=next_address(request, after))


def _role(role: StakeholderRole) -> RoleShown:
    alike = {name: getattr(role, name) for name in ("id", "slug", "name", "description")}
    return RoleShown(**alike, actions=role.action_list, is_needed=role.is_needed)
