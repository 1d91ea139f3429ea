"""Shifts that change hands: asked, offered, accepted, decided, taken back."""

from collections.abc import Callable
from typing import Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Status
from pydantic import Field

from config.portal.refusals import Refused
from config.portal.rest.errors import Trouble, conflict, not_allowed, not_found, not_valid
from config.portal.rest.pages import Paged, next_address, page
from config.portal.rest.schema import Instant, Reference, Sent, SentNumber, Shown, Text, Truth
from config.portal.rest.scopes import needs
from rosters.api.common import READ, WRITE, caller_of, people_named
from rosters.api.duty import find
from rosters.api.services import Named
from rosters.logic import sharing as rules
from rosters.logic.rotation import Span
from rosters.models import Person, ShiftOffer, ShiftSwap
from rosters.operations import swapping
from rosters.operations.swapping import Gift
from rosters.queries import sharing
from rosters.queries import swaps as reading

router = Router(tags=["Rosters"])
MEI, BEN = {"id": 12, "full_name": "Mei Tan"}, {"id": 15, "full_name": "Ben Carter"}
STARTS, ENDS = "2026-11-28T08:00:00Z", "2026-11-28T20:00:00Z"
STATES = "asked, agreed (waits for a lead), done, refused, withdrawn, expired"


class OfferShown(Shown):
    """Somebody would take the shift, perhaps for one of theirs."""

    id: int = Field(description="The offer's number.", examples=[4])
    person: Reference = Field(description="Who offers.", examples=[BEN])
    returns_starts_at: Instant | None = Field(
        description="From when on they give a shift in exchange.", examples=[None]
    )
    returns_ends_at: Instant | None = Field(description="Until when.", examples=[None])
    note: str = Field(description="What they say.", examples=["Gladly"])


class SwapShown(Shown):
    """One shift that somebody gives away. Half-open."""

    id: int = Field(description="The swap's number.", examples=[9])
    roster: Named = Field(description="The roster.")
    person: Reference = Field(description="Whose shift it is.", examples=[MEI])
    starts_at: Instant = Field(description="From when on.", examples=[STARTS])
    ends_at: Instant = Field(description="Until when (exclusive).", examples=[ENDS])
    asked_of: Reference | None = Field(
        description="Who is asked; null: everybody of the roster and its team.", examples=[None]
    )
    wants_return: bool = Field(description="For a shift in exchange.", examples=[False])
    reason: str = Field(description="Why.", examples=["A wedding"])
    state: str = Field(description=f"Where it stands: {STATES}.", examples=["asked"])
    taker: Reference | None = Field(description="Who takes it.", examples=[None])
    answer: str = Field(description="Why a lead refused.", examples=[""])
    offers: list[OfferShown] = Field(description="Who would take it.")


class Swaps(Shown):
    """One page of swaps."""

    items: list[SwapShown] = Field(description="The swaps of this page, by number.")
    next: str | None = Field(
        description="Address of the next page; null on the last.", examples=[None]
    )


class SwapsAsked(Paged):
    """Which swaps."""

    state: (
        Literal["asked", "agreed", "done", "refused", "withdrawn", "undone", "expired"] | None
    ) = Field(None, description="Only those that stand there.", examples=["asked"])


class SwapSent(Sent):
    """A shift to give away. Half-open; instants with their zone."""

    person: SentNumber = Field(description="Number of whose shift it is.", examples=[12])
    starts_at: Instant = Field(description="From when on.", examples=[STARTS])
    ends_at: Instant = Field(description="Until when (exclusive).", examples=[ENDS])
    asked_of: SentNumber | None = Field(
        None, description="Number of who is asked; else everybody.", examples=[15]
    )
    wants_return: Truth = Field(
        default=False, description="For a shift in exchange.", examples=[False]
    )
    reason: Text = Field(
        "", max_length=200, description="Why, in one line.", examples=["A wedding"]
    )


class OfferSent(Sent):
    """Taking the shift; with both instants in exchange for that stretch of one's own."""

    returns_starts_at: Instant | None = Field(
        None, description="From when on you give a shift in exchange.", examples=[None]
    )
    returns_ends_at: Instant | None = Field(None, description="Until when.", examples=[None])
    note: Text = Field("", max_length=200, description="What you say.", examples=["Gladly"])


class DecisionSent(Sent):
    """What a lead says to what was agreed."""

    approves: Truth = Field(description="Whether it may be.", examples=[True])
    answer: Text = Field("", max_length=200, description="Why not; both read it.", examples=[""])


def _find(pk: int) -> ShiftSwap:
    found = reading.find(pk)
    if found is None:
        raise not_found("swap of this number")
    return found


def _shown(swap: ShiftSwap) -> SwapShown:
    alike = ("id", "starts_at", "ends_at", "wants_return", "reason", "state", "answer")
    return SwapShown(
        roster=Named.model_validate(swap.roster),
        person=Reference.model_validate(swap.person),
        asked_of=_reference(swap.asked_of),
        taker=_reference(swap.taker),
        offers=[_offer(one) for one in swap.offers.all() if one.withdrawn_at is None],
        **{name: getattr(swap, name) for name in alike},
    )


def _offer(offer: ShiftOffer) -> OfferShown:
    alike = ("id", "returns_starts_at", "returns_ends_at", "note")
    return OfferShown(
        person=Reference.model_validate(offer.person),
        **{name: getattr(offer, name) for name in alike},
    )


def _reference(person: Person | None) -> Reference | None:
    return Reference.model_validate(person) if person is not None else None


@router.get(
    "/rosters/{slug:slug}/swaps",
    response=Swaps,
    operation_id="list_swaps",
    summary="Shifts that change hands",
)
@needs(READ)
def list_swaps(request: HttpRequest, slug: str, filters: Query[SwapsAsked]) -> Swaps:
    """Shifts of the roster that somebody gives away or has given away."""
    caller_of(request)
    rows = reading.with_everybody().filter(roster=find(slug))
    if filters.state:
        rows = rows.filter(state=filters.state)
    found, after = page(rows, filters)
    return Swaps(items=[_shown(one) for one in found], next=next_address(request, after))


@router.get(
    "/swaps/{int:swap_id}", response=SwapShown, operation_id="get_swap", summary="Read one swap"
)
@needs(READ)
def get_swap(request: HttpRequest, swap_id: int) -> SwapShown:
    """One shift that changes hands, with who would take it."""
    caller_of(request)
    return _shown(_find(swap_id))


@router.post(
    "/rosters/{slug:slug}/swaps",
    response={201: SwapShown},
    operation_id="ask_swap",
    summary="Give a shift away",
)
@needs(WRITE)
def ask_swap(request: HttpRequest, slug: str, sent: SwapSent, response: HttpResponse) -> Any:  # noqa: ANN401  # ninja's own
    """Others are asked to take it; until somebody does, it stays whose it is.

    One's own, or, for leads of the team, roster managers and administrators, anybody's. Asking for
    the very same stretch again changes nothing.
    """
    caller, roster = caller_of(request), find(slug)
    people = people_named(person=sent.person, asked_of=sent.asked_of)
    person = people["person"] or caller.person
    part = sharing.part_of(caller.person, roster)
    is_own = person.pk == caller.person.pk
    if why_not := rules.why_not_give(part, is_own=is_own, name=person.full_name):
        raise not_allowed(why_not)
    gift = Gift(
        person, sent.starts_at, sent.ends_at, people["asked_of"], sent.wants_return, sent.reason
    )
    made = _done(lambda: swapping.ask(roster, gift, by=caller.person, now=caller.now))
    response["Location"] = f"/api/v1/swaps/{made.pk}"
    return Status(201, _shown(_find(made.pk)))


@router.post(
    "/swaps/{int:swap_id}/offers",
    response=SwapShown,
    operation_id="offer_swap",
    summary="Take a shift",
)
@needs(WRITE)
def offer_swap(request: HttpRequest, swap_id: int, sent: OfferSent) -> SwapShown:
    """The token's person takes it. Without an exchange it is agreed at once; with one, whoever
    asked accepts it first. Of two who are equally quick, one reads who has it (409)."""
    caller, swap = caller_of(request), _find(swap_id)
    returns = _returns(sent)
    _done(
        lambda: swapping.offer(
            swap, by=caller.person, now=caller.now, returns=returns, note=sent.note
        )
    )
    return _shown(_find(swap_id))


def _returns(sent: OfferSent) -> Span | None:
    span = sent.returns_starts_at, sent.returns_ends_at
    if (span[0] is None) is not (span[1] is None):
        text = "“returns_starts_at” and “returns_ends_at” go together."
        raise not_valid([Trouble("missing", text, "returns_ends_at")])
    return (span[0], span[1]) if span[0] and span[1] else None


@router.post(
    "/swaps/{int:swap_id}/offers/{int:offer_id}/accept",
    response=SwapShown,
    operation_id="accept_swap",
    summary="Accept an exchange",
)
@needs(WRITE)
def accept_swap(request: HttpRequest, swap_id: int, offer_id: int) -> SwapShown:
    """Whoever asked accepts this exchange; a lead approves it where the roster wants that."""
    caller, swap = caller_of(request), _find(swap_id)
    offer = next((one for one in swap.offers.all() if one.pk == offer_id), None)
    if offer is None:
        raise not_found("offer of this number")
    _done(lambda: swapping.accept(offer, by=caller.person, now=caller.now))
    return _shown(_find(swap_id))


@router.post(
    "/swaps/{int:swap_id}/decision",
    response=SwapShown,
    operation_id="decide_swap",
    summary="Approve or refuse a swap",
)
@needs(WRITE)
def decide_swap(request: HttpRequest, swap_id: int, sent: DecisionSent) -> SwapShown:
    """What a lead of the team says to what was agreed; a refusal needs a reason."""
    caller, swap = caller_of(request), _find(swap_id)
    _done(
        lambda: swapping.decide(
            swap, approves=sent.approves, answer=sent.answer, by=caller.person, now=caller.now
        )
    )
    return _shown(_find(swap_id))


@router.post(
    "/swaps/{int:swap_id}/decline",
    response=SwapShown,
    operation_id="decline_swap",
    summary="Say no to a swap",
)
@needs(WRITE)
def decline_swap(request: HttpRequest, swap_id: int) -> SwapShown:
    """The one person who was asked cannot, or told a lead so; everybody of the roster is asked."""
    caller, swap = caller_of(request), _find(swap_id)
    _done(lambda: swapping.decline(swap, by=caller.person, now=caller.now))
    return _shown(_find(swap_id))


@router.api_operation(
    ["DELETE"],
    "/swaps/{int:swap_id}",
    response=SwapShown,
    operation_id="withdraw_swap",
    summary="Take a swap back",
)
@needs(WRITE)
def withdraw_swap(request: HttpRequest, swap_id: int) -> SwapShown:
    """Nobody is asked any more; the shift stays whose it is. Not once it is done."""
    caller, swap = caller_of(request), _find(swap_id)
    _done(lambda: swapping.withdraw(swap, by=caller.person, now=caller.now))
    return _shown(_find(swap_id))


def _done(act: Callable[[], ShiftSwap]) -> ShiftSwap:
    """What the operation did. Raises Problem (409) with its sentence."""
    try:
        return act()
    except Refused as refused:
        raise conflict(str(refused)) from None
