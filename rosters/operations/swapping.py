"""Shifts given away and swapped: asked, offered, agreed, approved, done; taken back or expired.

One row per shift that changes hands. Whoever acts locks the roster first, so of two who take the
same shift one reads that the other has it. Only at the end overrides make it hold.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from config.portal.refusals import Refused, refuse_if
from rosters.enums import OverrideKind, SwapState
from rosters.logic import sharing
from rosters.logic.rotation import Span
from rosters.logic.temporaries import Hand
from rosters.models import Person, Roster, ShiftOffer, ShiftSwap
from rosters.operations import aftermath, carriage, standing_in, temporary_shifts
from rosters.operations import swap_letters as letters
from rosters.operations.overriding import locked
from rosters.queries import sharing as reading

IS_GONE = "This was taken back already. Nothing was changed."
OVER = {
    SwapState.DONE: "{taker} has this shift already.",
    SwapState.AGREED: "{taker} has taken it. A lead still has to approve.",
    SwapState.REFUSED: "A lead has refused this already.",
    SwapState.WITHDRAWN: "This was taken back.",
    SwapState.UNDONE: "This was undone. Ask again, if it is to be after all.",
    SwapState.EXPIRED: "The shift has begun, and nobody had taken it.",
}


@dataclass(frozen=True)
class Gift:
    """What somebody gives: a stretch of their shifts, UTC instants, half-open.

    Without `asked_of` the whole team is asked. `wants_return`: for a shift of the taker's.
    """

    person: Person
    starts_at: datetime
    ends_at: datetime
    asked_of: Person | None = None
    wants_return: bool = False
    reason: str = ""

    @property
    def window(self) -> Span:
        return self.starts_at, self.ends_at


@transaction.atomic
def ask(roster: Roster, gift: Gift, *, by: Person, now: datetime) -> ShiftSwap:
    """Others are asked to take this stretch; until somebody does, it stays whose it is.

    Asking for the very same stretch again changes nothing. Raises Refused for those who may not,
    for a window that cannot be, when it is not their shift, and when there is nobody to ask.
    """
    roster = locked(roster)
    refuse_if(_why_not_ask(roster, gift, by=by, now=now))
    waiting = ShiftSwap.objects.filter(
        roster=roster,
        person=gift.person,
        state__in=reading.OPEN,
        starts_at__lt=gift.ends_at,
        ends_at__gt=gift.starts_at,
    ).first()
    if waiting is not None:
        if (waiting.starts_at, waiting.ends_at) == gift.window:
            return waiting
        raise Refused("A part of this is asked for already. Take that back first.")
    swap = ShiftSwap.objects.create(
        roster=roster,
        person=gift.person,
        starts_at=gift.starts_at,
        ends_at=gift.ends_at,
        asked_of=gift.asked_of,
        wants_return=gift.wants_return,
        reason=gift.reason,
        asked_by=by,
        asked_at=now,
    )
    asked = [one for one in reading.asked_by_it(swap, now=now) if one.pk != by.pk]
    letters.tell(asked, "asked", swap, letters.question(swap), now=now)
    if by.pk != swap.person_id:
        letters.tell([swap.person], "theirs", swap, letters.asked_for(swap), now=now)
    return swap


def _why_not_ask(roster: Roster, gift: Gift, *, by: Person, now: datetime) -> str | None:
    name = gift.person.full_name
    why_not = sharing.why_not_give(
        reading.part_of(by, roster), is_own=by.pk == gift.person.pk, name=name
    ) or sharing.why_not_window(gift.starts_at, gift.ends_at, now=now)
    if why_not:
        return why_not
    if gift.starts_at < now:
        return "The shift has begun. Give the rest of it: choose a start that is still to come."
    if not reading.shifts_in(roster, gift.person, gift.window):
        who = "You have" if by.pk == gift.person.pk else f"{name} has"
        return f"{who} no shift on {roster} then."
    asked = gift.asked_of
    if asked and asked.pk == gift.person.pk:
        return "Choose somebody else: it is their own shift."
    if asked and reading.away_in(asked, gift.window):
        return f"{asked.full_name} is away then too. Choose somebody else."
    if not asked and not reading.colleagues(roster, besides=[gift.person.pk], now=now):
        return "There is nobody else on this roster or in its team who could take it."
    return None


@transaction.atomic
def offer(
    swap: ShiftSwap, *, by: Person, now: datetime, returns: Span | None = None, note: str = ""
) -> ShiftSwap:
    """`by` takes the shift; with `returns`, in exchange for that stretch of their own.

    An exchange waits for the one who asked; without one it is agreed at once. The same offer twice
    changes nothing. Raises Refused for those who cannot take it, and to the loser of a race.
    """
    swap = _held(swap, now=now)
    if swap.taker_id == by.pk:
        return swap
    _refuse_unless(swap, SwapState.ASKED)
    refuse_if(_why_not_offer(swap, by, returns, now=now))
    return _offer(swap, by, by=by, now=now, returns=returns, note=note)


@transaction.atomic
def say_yes_for(swap: ShiftSwap, person: Person, *, by: Person, now: datetime) -> ShiftSwap:
    """A lead says yes for somebody who told them so: the offer says who did, and they read it.

    Nothing is given in exchange. The same twice changes nothing. Raises Refused as `offer` does.
    """
    swap = _held(swap, now=now)
    if swap.taker_id == person.pk:
        return swap
    part = reading.part_of(by, swap.roster)
    refuse_if(sharing.why_not_say_yes_for(part, name=person.full_name))
    _refuse_unless(swap, SwapState.ASKED)
    name = person.full_name
    if reading.away_in(person, (swap.starts_at, swap.ends_at)):
        raise Refused(f"{name} is away or has left at some time then. Choose somebody else.")
    asked = swap.asked_of_id in (None, person.pk)
    if not asked:
        raise Refused(f"{swap.asked_of} was asked. Take it back, and ask {name}.")
    if person.pk == swap.person_id or not reading.part_of(person, swap.roster).belongs:
        raise Refused(f"Choose somebody else of {swap.roster}'s people.")
    note = f"{by.full_name} said yes for {person.short_name}."
    done = _offer(swap, person, by=by, now=now, note=note)
    if done.state == SwapState.AGREED:
        letters.tell([person], "yes", swap, letters.said_yes(swap, by), now=now)
    return done


def _offer(
    swap: ShiftSwap,
    taker: Person,
    *,
    by: Person,
    now: datetime,
    returns: Span | None = None,
    note: str = "",
) -> ShiftSwap:
    made, _ = ShiftOffer.objects.update_or_create(
        swap=swap,
        person=taker,
        defaults={
            "returns_starts_at": returns[0] if returns else None,
            "returns_ends_at": returns[1] if returns else None,
            "note": note,
            "offered_at": now,
            "withdrawn_at": None,
        },
    )
    if returns is None:
        return _agree(swap, made, by=by, now=now)
    letters.tell([swap.person], "offered", swap, letters.offered(made), now=now)
    return swap


def _why_not_offer(
    swap: ShiftSwap, by: Person, returns: Span | None, *, now: datetime
) -> str | None:
    why_not = sharing.why_not_offer(
        reading.part_of(by, swap.roster),
        is_own=by.pk == swap.person_id,
        is_asked=swap.asked_of_id in (None, by.pk),
    )
    if why_not:
        return why_not
    if reading.away_in(by, (swap.starts_at, swap.ends_at)):
        return "You are away then. End your absence first, or leave it to somebody else."
    if returns is None:
        return None
    why_not = sharing.why_not_window(*returns, now=now)
    if why_not:
        return why_not
    if returns[0] <= now:
        return "The shift that you give in exchange has begun. Choose one that is still to come."
    if not reading.shifts_in(swap.roster, by, returns):
        return f"You have no shift on {swap.roster} then, so you cannot give that in exchange."
    if reading.away_in(swap.person, returns):
        return f"{swap.person.full_name} is away then, and cannot take that in exchange."
    return None


@transaction.atomic
def accept(made: ShiftOffer, *, by: Person, now: datetime) -> ShiftSwap:
    """The one who asked takes this exchange. Twice changes nothing. Raises Refused."""
    swap = _held(made.swap, now=now)
    made = ShiftOffer.objects.select_related("person").get(pk=made.pk)
    if swap.taker_id == made.person_id:
        return swap
    part = reading.part_of(by, swap.roster)
    refuse_if(
        sharing.why_not_give(part, is_own=by.pk == swap.person_id, name=swap.person.full_name)
    )
    _refuse_unless(swap, SwapState.ASKED)
    if made.withdrawn_at is not None:
        raise Refused(f"{made.person.full_name} has taken this offer back.")
    returns, name = _returns(made), made.person.full_name
    if returns:
        refuse_if(sharing.why_not_return(returns[0], name=name, now=now))
    if returns and not reading.shifts_in(swap.roster, made.person, returns):
        raise Refused(f"{name} no longer has that shift. Ask them again.")
    return _agree(swap, made, by=by, now=now)


@transaction.atomic
def withdraw_offer(made: ShiftOffer, *, by: Person, now: datetime) -> ShiftSwap:
    """Who offered does not, after all; agreed or not, while no lead has approved it.

    A lead may do it for them. Twice changes nothing. Raises Refused.
    """
    swap = _held(made.swap, now=now)
    made = ShiftOffer.objects.select_related("person", "swap").get(pk=made.pk)
    if by.pk != made.person_id:
        refuse_if(
            sharing.why_not_say_yes_for(
                reading.part_of(by, swap.roster), name=made.person.full_name
            )
        )
    if made.withdrawn_at is not None:
        return swap
    _refuse_unless(swap, *reading.OPEN)
    if swap.taker_id == made.person_id:
        swap.taker = swap.agreed_at = None
        swap.state = SwapState.ASKED
        swap.save(update_fields=["taker", "agreed_at", "state"])
    made.withdrawn_at, made.accepted_at = now, None
    made.save(update_fields=["withdrawn_at", "accepted_at"])
    made.swap = swap
    about = [f"swap-offered:{swap.pk}", f"swap-to approve:{swap.pk}"]
    carriage.cancel(about, now=now)
    readers = {swap.person_id: swap.person, made.person_id: made.person}
    readers.pop(by.pk, None)
    said = letters.offer_withdrawn(made, by)
    letters.tell(readers.values(), "back", swap, said, now=now)
    return swap


def _agree(swap: ShiftSwap, made: ShiftOffer, *, by: Person, now: datetime) -> ShiftSwap:
    made.accepted_at = now
    made.save(update_fields=["accepted_at"])
    swap.taker, swap.agreed_at = made.person, now
    swap.state = SwapState.AGREED if swap.roster.swaps_need_approval else SwapState.DONE
    swap.save(update_fields=["taker", "agreed_at", "state"])
    carriage.cancel([letters.key(swap)], now=now)
    if swap.state == SwapState.DONE:
        _finish(swap, made, by=by, now=now)
    else:
        leads = reading.leads_of(swap.roster, now=now)
        letters.tell(leads, "to approve", swap, letters.to_approve(swap, made), now=now)
    return swap


def _finish(swap: ShiftSwap, made: ShiftOffer, *, by: Person, now: datetime) -> None:
    """It holds, and both read all that it changes for them, as does whoever else it concerns."""
    said = f"{made.person} takes a shift of {swap.person}"
    said += " in exchange for one of theirs." if _returns(made) else "."
    if swap.decided_by_id:
        said += f" {by.full_name} approved it."
    elif by.pk not in (swap.person_id, made.person_id):
        said += f" {made.note or f'{by.full_name} accepted it for {swap.person.short_name}.'}"
    with aftermath.told(
        swap.roster,
        by=by,
        now=now,
        why=swap.reason,
        said=said,
        subject=f"{made.person} takes a shift of {swap.person.short_name}",
        window=_hull(swap, made),
        spares_by=False,
    ) as change:
        change.key = f"swap-done:{swap.pk}"
        _make_it_hold(swap, made)


def _hull(swap: ShiftSwap, made: ShiftOffer) -> Span:
    """From the beginning of the first half until the end of the second."""
    starts_at, ends_at = _returns(made) or (swap.starts_at, swap.ends_at)
    return min(swap.starts_at, starts_at), max(swap.ends_at, ends_at)


def _make_it_hold(swap: ShiftSwap, made: ShiftOffer) -> None:
    """Overrides make it hold, and inside a temporary schedule its own shifts. Raises Refused."""
    taker, reason = made.person, swap.reason or "A swap."
    parts = [(taker, swap.person, (swap.starts_at, swap.ends_at))]
    returns = _returns(made)
    if returns:
        parts.append((swap.person, taker, returns))
    hands = [Hand(window, comes.pk, goes.pk) for comes, goes, window in parts]
    handed = temporary_shifts.hand_on(swap.roster, hands, reason=reason)
    for (comes, goes, window), hand in zip(parts, hands, strict=True):
        rows = standing_in.instead(swap.roster, comes, goes, window)
        if not rows and hand not in handed:
            raise Refused(standing_in.HAS_CHANGED)
        for row in rows:
            earlier = standing_in.before(row, goes)
            row.reason, row.created_by = reason, swap.asked_by
            # A change made by hand wins over a swap, so what takes its place is one too.
            row.swap = None if earlier else swap
            row.covers_id = earlier.covers_id if earlier else None
            row.save(force_insert=True)
            if row.kind == OverrideKind.ADD:
                standing_in.leave(row, goes)


@transaction.atomic
def decide(
    swap: ShiftSwap, *, approves: bool, by: Person, now: datetime, answer: str = ""
) -> ShiftSwap:
    """A lead approves what was agreed, or refuses it with a reason. Raises Refused."""
    swap = _held(swap, now=now)
    part = reading.part_of(by, swap.roster)
    if not part.keeps:
        raise Refused("Only leads of the team, roster managers and administrators can decide.")
    if by.pk == swap.taker_id or by.pk == swap.person_id:
        others = [one for one in reading.leads_of(swap.roster, now=now) if one.pk != by.pk]
        if others:
            raise Refused(f"It is your own swap. {others[0].full_name} can decide.")
    wanted = SwapState.DONE if approves else SwapState.REFUSED
    if swap.state == wanted:
        return swap
    _refuse_unless(swap, SwapState.AGREED)
    if not approves and not answer:
        raise Refused("Say in one line why not. Both read it.")
    if approves and (made := _taken(swap)) and (returns := _returns(made)):
        refuse_if(sharing.why_not_return(returns[0], name=made.person.full_name, now=now))
    swap.state, swap.decided_by, swap.decided_at, swap.answer = wanted, by, now, answer
    swap.save(update_fields=["state", "decided_by", "decided_at", "answer"])
    if approves:
        _finish(
            swap, swap.offers.select_related("person").get(person=swap.taker_id), by=by, now=now
        )
    else:
        said = letters.refused(swap, _taken(swap))
        letters.tell([swap.person, swap.taker], "refused", swap, said, now=now)
    return swap


@transaction.atomic
def undo(swap: ShiftSwap, *, by: Person, now: datetime) -> ShiftSwap:
    """A swap that holds is undone before it begins: each has their own shift again.

    Either of the two may, and those who keep the roster; both read it, and who undid it is kept.
    Twice changes nothing. Raises Refused for others, once it has begun, and where somebody changed
    who is on call since.
    """
    locked(swap.roster)
    rows = ShiftSwap.objects.select_related("roster", "person", "taker", "asked_by")
    found = rows.filter(pk=swap.pk).first()
    if found is None:
        raise Refused(IS_GONE)
    swap, made = found, _taken(found)
    if swap.state == SwapState.UNDONE:
        return swap
    part = reading.part_of(by, swap.roster)
    is_own = by.pk in (swap.person_id, swap.taker_id)
    refuse_if(sharing.why_not_undo(part, is_own=is_own))
    if swap.state != SwapState.DONE or made is None:
        raise Refused("This does not hold, so there is nothing to undo.")
    if _hull(swap, made)[0] <= now:
        raise Refused("It has begun. What has been stays as it was: give the rest away instead.")
    swap.state, swap.decided_by, swap.decided_at = SwapState.UNDONE, by, now
    swap.save(update_fields=["state", "decided_by", "decided_at"])
    carriage.cancel([f"swap-done:{swap.pk}"], now=now)
    subject = f"The swap on {swap.roster} was undone"
    did = "undid a swap on"
    with aftermath.told(
        swap.roster, by=by, now=now, did=did, subject=subject, window=_hull(swap, made)
    ):
        _let_go(swap, made)
    return swap


def _let_go(swap: ShiftSwap, made: ShiftOffer) -> None:
    """What made it hold is gone, inside of temporary schedules too. Raises Refused."""
    gone, _ = swap.overrides.all().delete()
    parts = [(swap.person, made.person, (swap.starts_at, swap.ends_at))]
    if returns := _returns(made):
        parts.append((made.person, swap.person, returns))
    hands = [Hand(window, comes.pk, goes.pk) for comes, goes, window in parts]
    handed = temporary_shifts.hand_on(swap.roster, hands, reason="A swap was undone.")
    if not gone and not handed:
        raise Refused("Who is on call then has changed since. Change the shift itself.")


def _taken(swap: ShiftSwap) -> ShiftOffer | None:
    """What was agreed on."""
    return swap.offers.select_related("person").filter(person=swap.taker_id).first()


@transaction.atomic
def withdraw(swap: ShiftSwap, *, by: Person, now: datetime) -> ShiftSwap:
    """Nobody is asked any more; the shift stays whose it is. Twice changes nothing.

    Raises Refused for those who may not, and once it is done.
    """
    swap = _held(swap, now=now)
    part = reading.part_of(by, swap.roster)
    refuse_if(
        sharing.why_not_give(part, is_own=by.pk == swap.person_id, name=swap.person.full_name)
    )
    if swap.state == SwapState.WITHDRAWN:
        return swap
    _refuse_unless(swap, *reading.OPEN)
    taker = swap.taker
    swap.state, swap.decided_by, swap.decided_at = SwapState.WITHDRAWN, by, now
    swap.save(update_fields=["state", "decided_by", "decided_at"])
    carriage.cancel([letters.key(swap)], now=now)
    if taker:
        letters.tell([taker], "withdrawn", swap, letters.withdrawn(swap, _taken(swap)), now=now)
    return swap


@transaction.atomic
def decline(swap: ShiftSwap, *, by: Person, now: datetime) -> ShiftSwap:
    """The one person who was asked cannot; the team is asked instead.

    A lead may say so for somebody who told them; that one reads it. Raises Refused.
    """
    swap = _held(swap, now=now)
    cannot = swap.asked_of
    if swap.state != SwapState.ASKED or cannot is None:
        return swap
    if cannot.pk != by.pk:
        part = reading.part_of(by, swap.roster)
        refuse_if(sharing.why_not_say_yes_for(part, name=cannot.full_name))
    swap.asked_of, swap.reminded_at = None, now
    swap.save(update_fields=["asked_of", "reminded_at"])
    # A no is an offer that does not stand: whoever gave it is not asked again with the others.
    ShiftOffer.objects.update_or_create(
        swap=swap, person=cannot, defaults={"offered_at": now, "withdrawn_at": now}
    )
    carriage.cancel([letters.key(swap)], now=now)
    spared = (by.pk, cannot.pk)
    asked = [one for one in reading.asked_by_it(swap, now=now) if one.pk not in spared]
    letters.tell(asked, "asked", swap, letters.question(swap), now=now)
    said = letters.declined(cannot, by)
    letters.tell([swap.person] if swap.person_id != by.pk else [], "declined", swap, said, now=now)
    if cannot.pk != by.pk:
        letters.tell([cannot], "no", swap, letters.said_no(swap, by), now=now)
    return swap


def _held(swap: ShiftSwap, *, now: datetime) -> ShiftSwap:
    """The row as it is now, after everybody who came first; expired if its time is over."""
    locked(swap.roster)
    rows = ShiftSwap.objects.select_related("roster", "person", "taker", "asked_of", "asked_by")
    found = rows.filter(pk=swap.pk).first()
    if found is None:
        raise Refused(IS_GONE)
    if found.state in reading.OPEN and found.starts_at <= now:
        raise Refused(OVER[SwapState.EXPIRED])
    return found


def _refuse_unless(swap: ShiftSwap, *states: SwapState) -> None:
    if swap.state not in states:
        raise Refused(OVER[SwapState(swap.state)].format(taker=swap.taker))


def _returns(made: ShiftOffer) -> Span | None:
    return letters.returns_of(made)
