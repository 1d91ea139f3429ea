"""Words before a shift: a reminder to whoever comes, and on Fridays the week ahead."""

from collections import defaultdict
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.urls import reverse

from config.portal import words
from rosters.enums import DigestKind
from rosters.logic import outlook
from rosters.logic.feeds import Held, joined_by_person, level_name
from rosters.models import Digest, HandoverNote, Person, Roster
from rosters.operations import letters, telling
from rosters.operations.absences import period
from rosters.operations.telling import Word
from rosters.queries.directory import Wanted, load_directory

LONGEST = timedelta(days=2)
"""The longest time before a shift that somebody can choose to be reminded."""
HAND_OVER_BEFORE = timedelta(hours=3)
"""How long before the end of a shift we ask for a note."""
LEVELS = 2
EPOCH_MINUTE = 60


def remind(*, now: datetime) -> int:
    """Whoever begins a shift soon has been told, as long before as they chose; once each.

    Returns how many reminders are new. Repeating it changes nothing.
    """
    found = [
        pair
        for pair in _on_call(starts_at=now, ends_at=now + LONGEST)
        if pair[0].starts_at > now  # the others run already
    ]
    people = Person.objects.in_bulk([one.person for one, _ in found])
    told = 0
    for one, roster in found:
        person = people[one.person]
        if person.shift_reminder is None or one.starts_at - now > person.shift_reminder:
            continue
        with transaction.atomic():
            told += telling.tell(person, _reminder(one, roster, person, now=now), now=now)
    return told


def ask_for_notes(*, now: datetime) -> int:
    """Whoever hands over soon has been asked for a note to the one who comes; once each.

    Not whoever has left one, and not where the same people stay. Returns how many are new.
    """
    found = [pair for pair in _on_call(starts_at=now, ends_at=now + LONGEST) if not pair[0].level]
    comes: dict[tuple[int, datetime], list[int]] = defaultdict(list)
    for one, roster in found:
        comes[roster.pk, one.starts_at].append(one.person)
    leaving = [
        (one, roster)
        for one, roster in found
        if one.starts_at == now
        and one.ends_at <= now + HAND_OVER_BEFORE
        and comes[roster.pk, one.ends_at]
    ]
    people = Person.objects.in_bulk(
        {pk for one, roster in leaving for pk in (one.person, *comes[roster.pk, one.ends_at])}
    )
    written = set(
        HandoverNote.objects.filter(about_at__gt=now, about_at__lte=now + HAND_OVER_BEFORE)
        .values_list("roster_id", "about_at", "written_by_id")
    )  # fmt: skip
    told = 0
    for one, roster in leaving:
        if (roster.pk, one.ends_at, one.person) in written:
            continue
        names = [people[pk].full_name for pk in comes[roster.pk, one.ends_at]]
        with transaction.atomic():
            word = _please_note(one, roster, people[one.person], names, now=now)
            told += telling.tell(people[one.person], word, now=now)
    return told


def _please_note(
    one: Held, roster: Roster, person: Person, names: list[str], *, now: datetime
) -> Word:
    zone = ZoneInfo(person.time_zone)
    at = f"{words.short(one.ends_at, zone=zone, now=now)} ({words.zone_aside(zone, now=now)})"
    who = words.people(names)
    return Word(
        topic=f"leave-note-{roster.pk}"[:20],
        topic_id=int(one.ends_at.timestamp()) // EPOCH_MINUTE,
        subject_key=f"leave-note:{roster.pk}",
        subject=f"What does {who} need to know? You hand over {roster.name}",
        body=(
            f"Your shift on {roster.name} ends at {at}. Then {who} "
            f"{'takes' if len(names) == 1 else 'take'} over.\n\n"
            "What is open, what to watch, what can wait? Leave a note: "
            f"{settings.PUBLIC_URL}{reverse('rosters:handover_notes', args=[roster.slug])}"
        ),
    )


def _on_call(*, starts_at: datetime, ends_at: datetime) -> list[tuple[Held, Roster]]:
    """Shifts of the first two levels in the window, on every roster; by time.

    One that runs when the window begins is cut there.
    """
    rosters = {one.pk: one for one in Roster.objects.filter(is_draft=False)}
    directory = load_directory(
        Wanted(roster_ids=frozenset(rosters)), starts_at=starts_at, ends_at=ends_at
    )
    found = [
        (one, roster)
        for pk, roster in rosters.items()
        for one in joined_by_person(
            pk, directory.stretches(pk, starts_at=starts_at, ends_at=ends_at)
        )
        if one.level < LEVELS
    ]
    return sorted(found, key=lambda pair: (pair[0].starts_at, pair[1].name))


def _reminder(one: Held, roster: Roster, person: Person, *, now: datetime) -> Word:
    note = (
        HandoverNote.objects.filter(roster=roster, about_at=one.starts_at)
        .select_related("written_by")
        .order_by("-written_at")
        .first()
    )
    said = f"\n\n{note.written_by.full_name} wrote for you:\n{note.text}" if note else ""
    duty = "on call" if one.level == 0 else "the backup"
    first, _, rest = period(one.starts_at, one.ends_at, reader=person, now=now).partition(" to ")
    return Word(
        topic=f"shift-{roster.pk}-{one.level}"[:20],
        topic_id=int(one.starts_at.timestamp()) // EPOCH_MINUTE,
        subject_key=f"shift:{one.uid}",
        subject=f"You are {duty} for {roster.name} from {first}",
        body=(
            f"{level_name(one.level)} for {roster.name}: {first} to {rest}.\n\n"
            "If you cannot, give the shift away:"
            f" {settings.PUBLIC_URL}{reverse('rosters:give', args=[roster.slug])}{said}"
        ),
    )


def send_outlooks(*, now: datetime) -> int:
    """On Fridays from noon, in their own zone, whoever is on call next week reads when; once.

    Nobody without a shift hears anything. Returns how many letters are new.
    """
    due = _due(now=now)
    if not due:
        return 0
    by_person: dict[int, list[tuple[Held, Roster]]] = defaultdict(list)
    horizon = now + outlook.REACH
    for one, roster in _on_call(starts_at=now, ends_at=horizon):
        by_person[one.person].append((one, roster))
    return sum(_send_outlook(person, by_person[person.pk], now=now) for person in due)


def _due(*, now: datetime) -> list[Person]:
    """Those who take turns, want the letter and have not had the one of this Friday."""
    here = Person.objects.employed(now=now).filter(gets_outlook=True)
    here = here.filter(
        Q(rotation_places__isnull=False)
        | Q(overrides__ends_at__gt=now)
        | Q(temporary_shifts__ends_at__gt=now)
        | Q(imported_shifts__ends_at__gt=now)
    )
    days = {
        zone: day
        for zone in here.order_by("time_zone").values_list("time_zone", flat=True).distinct()
        if (day := outlook.due_day(now, zone=outlook.zone_of(zone)))
    }
    had = Digest.objects.filter(kind=DigestKind.OUTLOOK, day__in=set(days.values()))
    return list(here.filter(time_zone__in=days).exclude(pk__in=had.values("person_id")).distinct())


@transaction.atomic
def _send_outlook(person: Person, found: list[tuple[Held, Roster]], *, now: datetime) -> bool:
    zone = outlook.zone_of(person.time_zone)
    day = outlook.due_day(now, zone=zone)
    if day is None:
        return False
    week = outlook.next_week(day, zone)
    lines = [
        f"- {level_name(one.level)} for {roster.name}: "
        f"{period(one.starts_at, one.ends_at, reader=person, now=now)}"
        for one, roster in found
        if one.starts_at < week[1] and week[0] < one.ends_at
    ]
    _, is_new = Digest.objects.get_or_create(
        person=person,
        kind=DigestKind.OUTLOOK,
        day=day,
        defaults={"made_at": now, "findings": len(lines)},
    )
    if not is_new or not lines:
        return False
    word = Word(
        topic="outlook",
        topic_id=day.toordinal(),
        subject_key=f"outlook:{person.pk}",
        subject="Your next week on call",
        body=(
            "Next week you are called for:\n\n"
            + "\n".join(lines)
            + "\n\nIf a shift does not fit, give it away while there is time: "
            f"{settings.PUBLIC_URL}{reverse('rosters:swaps')}"
            f"\n\nYou do not want this letter any more? {letters.address(person)}"
        ),
    )
    return telling.tell(person, word, now=now)
