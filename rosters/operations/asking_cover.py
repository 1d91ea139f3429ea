"""Gaps: whoever sees one asks those who can put somebody in, with one press."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from config.portal.refusals import Refused
from rosters.logic.absences import REMIND_AFTER, REMIND_FOR
from rosters.logic.coverage import Gap
from rosters.logic.sharing import WARN_BEFORE
from rosters.models import Person, Roster
from rosters.operations import telling
from rosters.operations.absences import period
from rosters.operations.overriding import locked
from rosters.operations.telling import Word
from rosters.queries import administrators, gap_asks, sharing
from rosters.queries.gap_asks import GapAsk

AHEAD = timedelta(days=30)
LISTED = 10
NO_GAP = "Somebody is on call now, so nobody has to be asked."
NOBODY = "There is nobody else to ask. An administrator can put somebody in."


@transaction.atomic
def ask(roster: Roster, *, by: Person, now: datetime) -> GapAsk:
    """The leads of the roster's team read where somebody is missing, and that `by` asks them.

    Without leads whoever could take it is asked, else the administrators. While an ask stands it
    is not said again: that one is returned. Raises Refused where no gap is, or nobody to ask.
    """
    roster = locked(roster)
    stands = gap_asks.standing(now=now).get(roster.pk)
    if stands is not None:
        return stands
    gaps = _gaps(roster, now=now)
    if not gaps:
        raise Refused(NO_GAP)
    people = whom(roster, by=by, now=now)
    told = sum(_tell(one, roster, gaps, by=by, at=now, now=now) for one in people)
    if not told:
        raise Refused(NOBODY)
    return gap_asks.standing(now=now)[roster.pk]


def whom(roster: Roster, *, by: Person, now: datetime) -> list[Person]:
    """Who is asked: the leads, else everybody who could take it, else administrators."""
    leads = [one for one in sharing.leads_of(roster, now=now) if one.pk != by.pk]
    return (
        leads
        or sharing.colleagues(roster, besides=[by.pk], now=now)
        or administrators.to_ask(by, now=now)
    )


def remind(*, now: datetime) -> int:
    """Whoever was asked a day ago is asked once more while a gap is there; returns how many.

    Repeating it changes nothing: the same reminder is planned once.
    """
    told = 0
    asks = gap_asks.standing(now=now)
    rosters = Roster.objects.in_bulk(list(asks))
    for roster_id, one in asks.items():
        is_due = REMIND_AFTER <= now - one.at < REMIND_AFTER + REMIND_FOR
        if not is_due or one.by is None or roster_id not in rosters:
            continue
        roster = rosters[roster_id]
        gaps = _gaps(roster, now=now)
        with transaction.atomic():
            for person in one.people if gaps else ():
                told += _tell(person, roster, gaps, by=one.by, at=one.at, now=now, is_again=True)
    return told


def _gaps(roster: Roster, *, now: datetime) -> Sequence[Gap]:
    return sharing.ahead(roster, starts_at=now, ends_at=now + AHEAD).gaps


def _tell(
    reader: Person,
    roster: Roster,
    gaps: Sequence[Gap],
    *,
    by: Person,
    at: datetime,
    now: datetime,
    is_again: bool = False,
) -> bool:
    again = "This is the second and last time that we ask. " if is_again else ""
    topic = f"{at:{gap_asks.TOPIC}}"
    word = Word(
        topic=topic.replace("gap", "gap2", 1) if is_again else topic,
        topic_id=roster.pk,
        subject_key=gap_asks.subject_key(roster.pk, by),
        subject=f"Who covers {roster}? {by.full_name} asks",
        body=(
            f"{again}{by.full_name} asks you to find somebody for {roster}. Nobody is there:\n\n"
            f"{_lines(gaps[:LISTED], reader, now=now)}\n\n"
            f"Put somebody in here: {settings.PUBLIC_URL}{_address(roster, gaps[0])}"
        ),
        is_pressing=gaps[0].starts_at - now < WARN_BEFORE,
    )
    return telling.tell(reader, word, now=now)


def _lines(gaps: Iterable[Gap], reader: Person, *, now: datetime) -> str:
    return "\n".join(
        f"- {'no backup: ' if one.is_backup else ''}"
        f"{period(one.starts_at, one.ends_at, reader=reader, now=now)}"
        for one in gaps
    )


def _address(roster: Roster, gap: Gap) -> str:
    times = "&".join(
        f"{name}={at:%Y-%m-%dT%H:%MZ}"
        for name, at in (("from", gap.starts_at), ("to", gap.ends_at))
    )
    return f"{reverse('rosters:take', args=[roster.slug])}?{times}"
