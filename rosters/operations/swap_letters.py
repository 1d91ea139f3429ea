"""What is said about a shift that changes hands: one letter for each turn of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.urls import reverse

from rosters.models import Person, ShiftOffer, ShiftSwap
from rosters.operations import telling
from rosters.operations.absences import period
from rosters.operations.telling import Word


@dataclass(frozen=True)
class Letter:
    """One letter; `{when}` in it is the window in the reader's own time."""

    subject: str
    body: str


def key(swap: ShiftSwap) -> str:
    return f"swap:{swap.pk}"


def tell(
    people: Iterable[Person | None], kind: str, swap: ShiftSwap, said: Letter, *, now: datetime
) -> None:
    address = f"{settings.PUBLIC_URL}{reverse('rosters:swap', args=[swap.pk])}"
    for person in {one.pk: one for one in people if one}.values():
        when = period(swap.starts_at, swap.ends_at, reader=person, now=now)
        telling.tell(
            person,
            Word(
                topic=f"swap-{kind[:4]}-{now:%d%H%M%S}",
                topic_id=swap.pk,
                subject_key=key(swap) if kind == "asked" else f"swap-{kind}:{swap.pk}",
                subject=said.subject,
                body=f"{said.body.format(when=when)}\n\n{address}",
            ),
            now=now,
        )


def question(swap: ShiftSwap, *, is_again: bool = False) -> Letter:
    name = swap.person.full_name
    why = f" {swap.reason.rstrip('.')}." if swap.reason else ""
    again = "Nobody has taken it yet, so we ask again. " if is_again else ""
    wanted = f" {name} would like one of your shifts in exchange." if swap.wants_return else ""
    return Letter(
        f"Can you take a shift of {swap.person.short_name}?",
        _braced(
            f"{again}{name} asks whether you can take the calls for {swap.roster}.{why}{wanted}"
        )
        + "\n\nWhen: {when}.\n\nUntil somebody says yes, it stays with "
        + _braced(f"{swap.person.short_name}. Say yes or no here:"),
    )


def offered(made: ShiftOffer) -> Letter:
    name = made.person.full_name
    return Letter(
        f"{name} would take your shift, for one of theirs",
        _braced(f"{name} offers to take your calls for {made.swap.roster}")
        + ", {when}, "
        + _braced(f"and asks you to take one of theirs: {made.swap.lasts} for {made.lasts}.")
        + " Look at it and accept here:",
    )


def to_approve(swap: ShiftSwap) -> Letter:
    return Letter(
        f"Approve a swap on {swap.roster}?",
        _braced(f"{swap.taker} takes the calls of {swap.person}") + ", {when}. It holds once "
        "you approve. Until then it stays as it is:",
    )


def done(swap: ShiftSwap) -> Letter:
    return Letter(
        f"{swap.taker} takes a shift of {swap.person.short_name}",
        _braced(f"{swap.taker} is on call for {swap.roster} instead of {swap.person}")
        + ", {when}.",
    )


def refused(swap: ShiftSwap) -> Letter:
    return Letter(
        f"The swap on {swap.roster} was refused",
        _braced(f"{swap.decided_by} refused it: {swap.answer.rstrip('.')}.")
        + _braced(f" {swap.person} stays on call")
        + ", {when}.",
    )


def withdrawn(swap: ShiftSwap) -> Letter:
    return Letter(
        f"{swap.person.short_name} keeps the shift",
        _braced(f"{swap.person} has taken the question back and stays on call for {swap.roster}")
        + ", {when}.",
    )


def declined(by: Person) -> Letter:
    return Letter(
        f"{by.full_name} cannot take your shift",
        _braced(f"{by.full_name} cannot. The whole team is asked now. You are on call")
        + ", {when}, until somebody says yes:",
    )


def expired(swap: ShiftSwap) -> Letter:
    return Letter(
        "Nobody took your shift",
        _braced(f"It begins now, and you are on call for {swap.roster}") + ": {when}.",
    )


def _braced(text: str) -> str:
    """Text of people's own, safe for a template with braces."""
    return text.replace("{", "{{").replace("}", "}}")
