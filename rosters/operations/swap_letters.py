"""What is said about a shift that changes hands: one letter for each turn of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.urls import reverse

from rosters.logic.rotation import Span
from rosters.models import Person, ShiftOffer, ShiftSwap
from rosters.operations import telling
from rosters.operations.absences import period
from rosters.operations.telling import Word


@dataclass(frozen=True)
class Letter:
    """One letter; `{when}` in it is the window, and `{returns}` what is given `back` for it, in
    the reader's own time."""

    subject: str
    body: str
    back: Span | None = None


def key(swap: ShiftSwap) -> str:
    return f"swap:{swap.pk}"


def tell(
    people: Iterable[Person | None], kind: str, swap: ShiftSwap, said: Letter, *, now: datetime
) -> None:
    address = f"{settings.PUBLIC_URL}{reverse('rosters:swap', args=[swap.pk])}"
    for person in {one.pk: one for one in people if one}.values():
        when = period(swap.starts_at, swap.ends_at, reader=person, now=now)
        back = said.back or (swap.starts_at, swap.ends_at)
        returns = period(*back, reader=person, now=now)
        telling.tell(
            person,
            Word(
                topic=f"swap-{kind[:4]}-{now:%d%H%M%S}",
                topic_id=swap.pk,
                subject_key=key(swap) if kind == "asked" else f"swap-{kind}:{swap.pk}",
                subject=said.subject,
                body=f"{said.body.format(when=when, returns=returns)}\n\n{address}",
            ),
            now=now,
        )


def question(swap: ShiftSwap, *, is_again: bool = False) -> Letter:
    name = swap.person.full_name
    why = f" {swap.reason.rstrip('.')}." if swap.reason else ""
    again = "Nobody has taken it yet, so we ask again. " if is_again else ""
    wanted = f" {name} would like one of your shifts in exchange." if swap.wants_return else ""
    asks = (
        f"{name} asks"
        if swap.asked_by_id == swap.person_id
        else f"{swap.asked_by.full_name} asks for {name}"
    )
    return Letter(
        f"Can you take a shift of {swap.person.short_name}?",
        _braced(f"{again}{asks} whether you can take the calls for {swap.roster}.{why}{wanted}")
        + "\n\nWhen: {when}.\n\nUntil somebody says yes, it stays with "
        + _braced(f"{swap.person.short_name}. Say yes or no here:"),
    )


def asked_for(swap: ShiftSwap) -> Letter:
    """For the one whose shift somebody else gives."""
    whom = swap.asked_of.full_name if swap.asked_of else "the team"
    why = f" {swap.reason.rstrip('.')}." if swap.reason else ""
    return Letter(
        f"{swap.asked_by} asks others to take a shift of yours",
        _braced(f"{swap.asked_by} asks {whom} to take your calls for {swap.roster}")
        + ", {when}."
        + _braced(why)
        + " Until somebody says yes, you stay on call.",
    )


def offered(made: ShiftOffer) -> Letter:
    name, back = made.person.full_name, returns_of(made)
    return Letter(
        f"{name} would take your shift, for one of theirs",
        _braced(f"{name} offers to take your calls for {made.swap.roster}")
        + ", {when}."
        + (" You would take theirs in exchange: {returns}." if back else "")
        + _braced(f" That is {made.swap.lasts} for {made.lasts}." if back else "")
        + " Look at it and accept here:",
        back,
    )


def offer_withdrawn(made: ShiftOffer, by: Person) -> Letter:
    swap, name = made.swap, made.person.full_name
    who = name if by.pk == made.person_id else f"{by.full_name}, for {name},"
    return Letter(
        f"{name} no longer offers to take your shift",
        _braced(f"{who} has taken the offer back. You are on call for {swap.roster}")
        + ", {when}, until somebody says yes:",
    )


def to_approve(swap: ShiftSwap, made: ShiftOffer) -> Letter:
    return Letter(
        f"Approve a swap on {swap.roster}?",
        _both(swap, made) + " It holds once you approve. Until then it stays as it is:",
        returns_of(made),
    )


def _both(swap: ShiftSwap, made: ShiftOffer) -> str:
    """Who takes what, and what they give for it."""
    said = _braced(f"{made.person} takes the calls of {swap.person} for {swap.roster}") + ", {when}"
    if returns_of(made):
        said += _braced(f", and {swap.person} takes the calls of {made.person}") + ", {returns}"
    return f"{said}."


def said_yes(swap: ShiftSwap, by: Person) -> Letter:
    """For the one for whom somebody else has said yes, while a lead still decides."""
    return Letter(
        f"{by.full_name} said yes for you",
        _braced(f"You would take the calls of {swap.person} for {swap.roster}")
        + ", {when}. It holds once a lead approves.",
    )


def refused(swap: ShiftSwap, made: ShiftOffer | None) -> Letter:
    back = returns_of(made)
    return Letter(
        f"The swap on {swap.roster} was refused",
        _braced(f"{swap.decided_by} refused it: {swap.answer.rstrip('.')}.")
        + _braced(f" {swap.person} stays on call")
        + ", {when}"
        + (_braced(f", and {swap.taker}") + ", {returns}" if back else "")
        + ".",
        back,
    )


def withdrawn(swap: ShiftSwap, made: ShiftOffer | None) -> Letter:
    back = returns_of(made)
    return Letter(
        f"{swap.person.short_name} keeps the shift",
        _braced(f"{swap.person} has taken the question back and stays on call for {swap.roster}")
        + ", {when}"
        + (_braced(f", and {swap.taker}") + ", {returns}" if back else "")
        + ".",
        back,
    )


def declined(who: Person, by: Person) -> Letter:
    """For the one who asked: `who` cannot, by their own word or by that of a lead."""
    says = "" if by.pk == who.pk else f", says {by.full_name}"
    return Letter(
        f"{who.full_name} cannot take your shift",
        _braced(f"{who.full_name} cannot{says}. The whole team is asked now. You are on call")
        + ", {when}, until somebody says yes:",
    )


def said_no(swap: ShiftSwap, by: Person) -> Letter:
    """For the one for whom a lead has said no."""
    return Letter(
        f"{by.full_name} said no for you",
        _braced(f"You do not take the calls of {swap.person} for {swap.roster}")
        + ", {when}. The whole team is asked now. If you can after all, take it here:",
    )


def expired(swap: ShiftSwap) -> Letter:
    if swap.taker:
        return Letter(
            "No lead decided about your swap in time",
            _braced(f"It begins now, and {swap.person} stays on call for {swap.roster}")
            + ": {when}.",
        )
    return Letter(
        "Nobody took your shift",
        _braced(f"It begins now, and you are on call for {swap.roster}") + ": {when}.",
    )


def returns_of(made: ShiftOffer | None) -> Span | None:
    """What is given in exchange."""
    if made is None or made.returns_starts_at is None or made.returns_ends_at is None:
        return None
    return made.returns_starts_at, made.returns_ends_at


def _braced(text: str) -> str:
    """Text of people's own, safe for a template with braces."""
    return text.replace("{", "{{").replace("}", "}}")
