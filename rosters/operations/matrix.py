"""Keeping the contact matrix true: confirming its cells, and asking those whom they name."""

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.db import transaction

from rosters.enums import Channel, Lane
from rosters.logic.drafts import MessageDraft
from rosters.models import ContactPoint, MatrixEntry, Person
from rosters.operations import carriage


@transaction.atomic
def confirm(entries: Sequence[MatrixEntry], *, by: Person, now: datetime) -> int:
    """These cells are right, says `by`; returns how many."""
    ids = [entry.pk for entry in entries]
    return MatrixEntry.objects.filter(pk__in=ids).update(confirmed_at=now, confirmed_by=by)


@transaction.atomic
def ask_to_confirm(
    entries: Sequence[MatrixEntry], *, by: Person, now: datetime
) -> tuple[list[Person], list[Person]]:
    """Whoever these cells name is asked by e-mail whether they are right; at most once a day.

    Returns who was asked, and who has no e-mail address that we could ask.
    """
    named = {entry.person for entry in entries if entry.person and not entry.person.left_at}
    people = sorted(named, key=lambda person: person.full_name)
    points = ContactPoint.objects.filter(person__in=people, channel=Channel.EMAIL)
    mailbox = {point.person_id: point for point in points.order_by("-pk")}
    drafts = [
        _draft(person, [e for e in entries if e.person_id == person.pk], mailbox, by=by, now=now)
        for person in people
        if person.pk in mailbox
    ]
    carriage.plan_messages(drafts, now=now)
    asked = [person for person in people if person.pk in mailbox]
    return asked, [person for person in people if person.pk not in mailbox]


def _draft(
    person: Person,
    entries: Sequence[MatrixEntry],
    mailbox: dict[int, ContactPoint],
    *,
    by: Person,
    now: datetime,
) -> MessageDraft:
    roles = "\n".join(f"- the {entry}" for entry in entries)
    return MessageDraft(
        topic=f"confirm-{now:%Y-%m-%d}",
        topic_id=person.pk,
        subject_key=f"confirm:{person.pk}",
        person_id=person.pk,
        contact_point_id=mailbox[person.pk].pk,
        subject="Are you still the right person?",
        body=(
            f"{by.full_name} asks whether these are still you:\n\n{roles}\n\n"
            "When something breaks, we call the people who are named there. If one is wrong, tell"
            f" {by.short_name} who it is now.\n\n"
            f"One press confirms them all: {settings.PUBLIC_URL}/contacts/mine/"
        ),
        lane=Lane.UPDATE,
    )
