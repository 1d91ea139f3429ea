"""People: the list, one person, their numbers with a reason, adding and changing."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Status
from pydantic import Field

from config.portal.refusals import Refused
from config.portal.rest.errors import Trouble, not_allowed, not_found, not_valid
from config.portal.rest.pages import Paged, next_address, page
from config.portal.rest.schema import LEFT_OUT, Asked, Instant, Number, Sent, Shown, Text, Truth
from config.portal.rest.scopes import needs
from config.portal.rest.tags import check_unchanged
from rosters.api.common import (
    READ,
    READ_NUMBERS,
    REASON,
    WRITE,
    caller_of,
    must_have,
    named,
    of_invalid,
    of_taken,
)
from rosters.logic.reasons import in_one_line
from rosters.models import ContactPoint, Person, Team
from rosters.operations import facts
from rosters.operations import numbers as showing
from rosters.queries import listing

router = Router(tags=["People"])


class TeamOfPerson(Shown):
    """A team that somebody is in."""

    slug: str = Field(description="The team's short name.", examples=["payments"])
    name: str = Field(description="The team's name.", examples=["Payments"])
    is_lead: bool = Field(description="Whether they lead it.", examples=[True])


class PersonShown(Shown):
    """Somebody who can be called. Numbers and addresses are never in it."""

    id: int = Field(description="The person's number.", examples=[12])
    full_name: str = Field(description="The full name.", examples=["Mei Tan"])
    short_name: str = Field(description="What colleagues say.", examples=["Mei"])
    time_zone: str = Field(description="IANA time zone.", examples=["Europe/Berlin"])
    region: str = Field(description="Country or region (ISO 3166), or empty.", examples=["DE-BE"])
    may_sign_in: bool | None = Field(
        description="False: a contact without a log-in. Null without the scope"
        " `read_numbers` or `write`.",
        examples=[True],
    )
    left_at: Instant | None = Field(
        description="When they left the company; null while they are here.", examples=[None]
    )
    teams: list[TeamOfPerson] = Field(description="The teams they are in, by name.")
    updated_at: Instant | None = Field(
        description="When this was last changed.", examples=["2026-11-02T09:14:00Z"]
    )


class People(Shown):
    """One page of people."""

    items: list[PersonShown] = Field(description="The people of this page, by number.")
    next: str | None = Field(
        description="Address of the next page; null on the last.",
        examples=["/api/v1/people?after=12"],
    )


class PeopleAsked(Paged):
    """Which people."""

    q: Text = Field("", max_length=120, description="A part of the name.", examples=["tan"])
    team: str = Field("", max_length=50, description="Members of this team.", examples=["payments"])
    region: str = Field("", max_length=6, description="Exactly this region.", examples=["DE-BE"])
    time_zone: str = Field(
        "", max_length=64, description="Exactly this time zone.", examples=["Europe/Berlin"]
    )
    has_left: bool = Field(
        default=False,
        description="True: those who have left. Otherwise those who are here.",
        examples=[False],
    )


class NumberShown(Shown):
    """One number or address of a person."""

    channel: str = Field(description="phone, sms, email, chat or push.", examples=["phone"])
    address: str = Field(description="The number or address.", examples=["+44 20 7946 0123"])
    label: str = Field(description="What the person calls it, or empty.", examples=["Work phone"])
    last_tested_at: Instant | None = Field(
        description="When it was last known to work.", examples=["2026-11-02T09:14:00Z"]
    )
    last_failed_at: Instant | None = Field(description="When it last failed.", examples=[None])


class Numbers(Shown):
    """What a person is reached by, the first to be used first."""

    items: list[NumberShown] = Field(description="The numbers and addresses.")


class NumbersAsked(Asked):
    """Why somebody needs the numbers."""

    reason: Text = Field(
        min_length=1,
        max_length=150,
        description="Why you need them, in one line. The person reads it beside your name.",
        examples=["INC-2481: nobody answers on the roster"],
    )


class PersonSent(Sent):
    """What is said of a person. What is left out stays as it is."""

    full_name: Text = Field(
        LEFT_OUT, min_length=1, max_length=120, description="The full name.", examples=["Mei Tan"]
    )
    short_name: Text = Field(
        LEFT_OUT, min_length=1, max_length=40, description="What colleagues say.", examples=["Mei"]
    )
    time_zone: Text = Field(
        LEFT_OUT, max_length=64, description="IANA time zone.", examples=["Europe/Berlin"]
    )
    region: Text = Field(
        LEFT_OUT,
        max_length=6,
        description="Country or region (ISO 3166), or empty.",
        examples=["DE"],
    )
    reason: Text = Field("", max_length=200, description=REASON, examples=["Moved to Berlin"])


class NewPerson(PersonSent):
    """A new contact, who cannot sign in."""

    full_name: Text = Field(
        min_length=1, max_length=120, description="The full name.", examples=["Mei Tan"]
    )
    short_name: Text = Field(
        min_length=1, max_length=40, description="What colleagues say.", examples=["Mei"]
    )
    time_zone: Text = Field(
        "UTC", max_length=64, description="IANA time zone.", examples=["Europe/Berlin"]
    )
    email: Text = Field(
        LEFT_OUT,
        max_length=254,
        description="Their address, never shown here; nobody else may have it.",
        examples=["mei.tan@example.com"],
    )
    is_namesake: Truth = Field(
        default=False,
        description="True: somebody else of the same name is here already, and this is not them.",
        examples=[False],
    )


def shown(person: Person, *, with_sign_in: bool) -> PersonShown:
    """The person as answers show them; needs `listing.with_teams`."""
    teams = [
        TeamOfPerson(slug=one.team.slug, name=one.team.name, is_lead=one.is_lead)
        for one in person.memberships.all()
    ]
    fields = {name: getattr(person, name) for name in PersonShown.model_fields if name != "teams"}
    fields["may_sign_in"] = person.may_sign_in if with_sign_in else None
    return PersonShown(**fields, teams=teams)


def _tells(request: HttpRequest) -> bool:
    """Whether the caller reads who may sign in: those who keep people or see numbers do."""
    caller = caller_of(request)
    return caller.has(READ_NUMBERS) or caller.has(WRITE)


def find(person_id: int) -> Person:
    """The person of this number. Raises Problem (404)."""
    found = listing.with_teams(Person.objects.filter(pk=person_id)).first()
    if found is None:
        raise not_found("person of this number")
    return found


@router.get("/people", response=People, operation_id="list_people", summary="List people")
@needs(READ)
def list_people(request: HttpRequest, filters: Query[PeopleAsked]) -> People:
    """Everybody who is here, whether or not they may sign in. Never their numbers."""
    rows = listing.people(now=caller_of(request).now, has_left=filters.has_left)
    if filters.q:
        rows = rows.filter(full_name__icontains=filters.q)
    if filters.team:
        rows = rows.filter(memberships__team=named(Team, filters.team, "team"))
    if filters.region:
        rows = rows.filter(region=filters.region)
    if filters.time_zone:
        rows = rows.filter(time_zone=filters.time_zone)
    found, after = page(rows, filters)
    return People(
        items=[shown(one, with_sign_in=_tells(request)) for one in found],
        next=next_address(request, after),
    )


@router.get(
    "/people/{int:person_id}",
    response=PersonShown,
    operation_id="get_person",
    summary="Read one person",
)
@needs(READ)
def get_person(request: HttpRequest, person_id: Number) -> PersonShown:
    """One person, also one who has left."""
    return shown(find(person_id), with_sign_in=_tells(request))


@router.get(
    "/people/{int:person_id}/numbers",
    response=Numbers,
    operation_id="read_numbers",
    summary="Read the numbers of one person",
)
@needs(READ_NUMBERS)
def read_numbers(
    request: HttpRequest, person_id: Number, filters: Query[NumbersAsked], response: HttpResponse
) -> Numbers:
    """The numbers and addresses of one person, for somebody with a reason.

    The person behind the token needs the same reason as on the portal: the same team, a common
    roster, both on call now, or an administrator. Every look is written down, and the person reads
    who looked and why.
    """
    caller = caller_of(request)
    reason = in_one_line(filters.reason)
    if not reason:
        raise not_valid([Trouble("form", "“reason” must say why, in words.", "reason")])
    try:
        points = showing.show(
            find(person_id),
            by=caller.person,
            reason=f"Through {caller.token.name}: {reason}",
            now=caller.now,
        )
    except Refused as refused:
        raise not_allowed(str(refused)) from None
    response["Cache-Control"] = "no-store"
    return Numbers(items=[_number(one) for one in points])


def _number(point: ContactPoint) -> NumberShown:
    return NumberShown.model_validate(point)


@router.post(
    "/people", response={201: PersonShown}, operation_id="add_person", summary="Add a person"
)
@needs(WRITE)
def add_person(request: HttpRequest, sent: NewPerson, response: HttpResponse) -> Any:  # noqa: ANN401  # ninja's own
    """A contact who can be named and called, and cannot sign in.

    Needs the right “rosters.add_person”. Somebody of the same name makes it a 409 with the address
    of that person, so that sending it twice adds nobody twice.
    """
    caller = caller_of(request)
    must_have(caller, "rosters.add_person", "people")
    told = sent.model_dump(exclude_unset=True, exclude={"reason", "is_namesake"})
    try:
        made = facts.add_person(
            told,
            by=caller.person,
            now=caller.now,
            reason=sent.reason,
            is_namesake=sent.is_namesake,
        )
    except facts.Taken as refused:
        raise of_taken(refused, f"/api/v1/people/{refused.where}") from None
    except facts.NotValid as refused:
        raise of_invalid(refused) from None
    response["Location"] = f"/api/v1/people/{made.pk}"
    return Status(201, shown(find(made.pk), with_sign_in=_tells(request)))


@router.patch(
    "/people/{int:person_id}",
    response=PersonShown,
    operation_id="change_person",
    summary="Change a person",
)
@needs(WRITE)
def change_person(request: HttpRequest, person_id: Number, sent: PersonSent) -> PersonShown:
    """Names, time zone and region. Needs the right “rosters.change_person”.

    Send the ETag that you read as If-Match, and nobody's change in between is overwritten.
    """
    caller = caller_of(request)
    must_have(caller, "rosters.change_person", "people")
    told = sent.model_dump(exclude_unset=True, exclude={"reason"})
    try:
        facts.change_person(
            find(person_id),
            told,
            by=caller.person,
            reason=sent.reason,
            check=lambda row: check_unchanged(request, shown(row, with_sign_in=_tells(request))),
        )
    except facts.NotValid as refused:
        raise of_invalid(refused) from None
    return shown(find(person_id), with_sign_in=_tells(request))
