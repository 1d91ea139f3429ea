"""Asking people whether what Muster knows of them is right: one press, no sign-in."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.urls import reverse

from config.portal import queue
from config.portal.refusals import Refused, refuse_if
from rosters.enums import Channel, Lane
from rosters.logic.drafts import MessageDraft
from rosters.logic.reasons import in_one_line
from rosters.models import ConfirmationRequest, ContactPoint, MatrixEntry, Message, Person
from rosters.operations import carriage
from rosters.queries import confirming

ALPHABET = "ABCDEFGHJKMNPQRSTVWXYZ0123456789"  # Crockford's base 32: nothing to mistake
LENGTH = 11
GOOD_FOR = timedelta(days=14)
AGAIN_AFTER = confirming.AGAIN_AFTER
WRITTEN = confirming.WRITTEN
MOST = 8
"""So many roles one letter names."""
TOPIC = "confirm"
SMS = "Muster: {who} asks if you are still the right person to call. One press: {{confirm_link}}"


@transaction.atomic
def ask(
    people: Sequence[Person], *, by: Person, now: datetime
) -> tuple[list[Person], list[Person]]:
    """Each of these people waits to be asked, at most once a day, whether they are still right.

    A question that nobody answered is asked again by a new link; the old one no longer works.
    Returns who is asked, now or since less than a day, and who cannot be asked in writing.
    """
    wanted = sorted(set(people), key=lambda person: (person.full_name, person.pk))
    points = _written(wanted)
    asked = [person for person in wanted if person.pk in points]
    mute = [person for person in wanted if person.pk not in points]
    fresh = _questions(asked, by=by, now=now)
    cells = confirming.cells_by_person([one.person_id for one in fresh], now=now)
    drafts = [
        _draft(one, points[one.person_id], cells.get(one.person_id, ()), by=by, now=now)
        for one in fresh
    ]
    carriage.plan_messages(drafts, now=now)
    queue.wake("muster.carry")
    return asked, mute


def _questions(people: Sequence[Person], *, by: Person, now: datetime) -> list[ConfirmationRequest]:
    """One open question for each; those of the last day are not asked again."""
    ConfirmationRequest.objects.bulk_create(
        (
            ConfirmationRequest(
                person=person,
                asked_by=by,
                asked_at=now - AGAIN_AFTER,
                expires_at=now + GOOD_FOR,
                token_hash=secrets.token_hex(32),
            )
            for person in people
        ),
        ignore_conflicts=True,
    )
    locked = ConfirmationRequest.objects.select_for_update(of=("self",), no_key=True)
    due = list(
        locked.filter(person__in=people, answered_at__isnull=True, asked_at__lte=now - AGAIN_AFTER)
        .select_related("person")
        .order_by("pk")
    )
    for question in due:
        question.asked_by, question.asked_at, question.expires_at = by, now, now + GOOD_FOR
    ConfirmationRequest.objects.bulk_update(due, ["asked_by", "asked_at", "expires_at"])
    return due


def _written(people: Sequence[Person]) -> dict[int, ContactPoint]:
    """Where each of them reads: their mailbox first, what is verified first."""
    points = ContactPoint.objects.filter(person__in=people, channel__in=confirming.written_ways())
    order = {channel: number for number, channel in enumerate(WRITTEN)}
    ranked = sorted(
        points,
        key=lambda one: (not one.is_trusted, order[Channel(one.channel)], one.pk),
        reverse=True,
    )
    return {point.person_id: point for point in ranked}


def _draft(
    question: ConfirmationRequest,
    point: ContactPoint,
    cells: Sequence[MatrixEntry],
    *,
    by: Person,
    now: datetime,
) -> MessageDraft:
    return MessageDraft(
        topic=TOPIC,
        topic_id=int(now.timestamp()),
        subject_key=f"{TOPIC}:{question.person_id}",
        person_id=question.person_id,
        contact_point_id=point.pk,
        subject="Are you still the right person?",
        body=_body(cells, by=by)
        if point.channel == Channel.EMAIL
        else SMS.format(who=by.full_name),
        lane=Lane.UPDATE,
    )


def _body(cells: Sequence[MatrixEntry], *, by: Person) -> str:
    named = cells if len(cells) <= MOST + 1 else cells[:MOST]
    lines = [f"- the {entry}" for entry in named]
    if len(cells) > len(named):
        lines.append(f"- and {len(cells) - len(named)} more. The link shows all of them.")
    roles = "\n".join(lines)
    return (
        f"{by.full_name} asks whether these are still you:\n\n{roles}\n\n"
        "When something breaks, we call the people who are named there.\n\n"
        "One press says yes, or what is wrong. You need not sign in:\n{confirm_link}\n\n"
        f"The link works for 14 days. Signed in, you find them here: {settings.PUBLIC_URL}"
        "/contacts/mine/"
    )


def mint_link(*, message: Message, now: datetime) -> str:  # noqa: ARG001  # as every filler
    """A fresh link for the message as it leaves; only its digest is kept, an older one is dead.

    Text of somebody else's that reads like the placeholder stays as it is.
    """
    if message.topic != TOPIC:
        return "{confirm_link}"
    token = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    open_one = ConfirmationRequest.objects.filter(
        person=message.person_id, answered_at__isnull=True
    )
    open_one.update(token_hash=confirming.digest(token))
    return settings.PUBLIC_URL + reverse("rosters:confirm", args=[token])


@transaction.atomic
def say_right(question: ConfirmationRequest, *, now: datetime) -> ConfirmationRequest:
    """Its person says yes: every cell in which they come first is confirmed by them.

    The same answer twice changes nothing. Raises Refused when the link is too old.
    """
    question = _locked(question, now=now)
    if question.answered_at is None:
        _answer(question, is_right=True, note="", now=now)
        ids = [entry.pk for entry in confirming.cells_of(question.person, now=now)]
        MatrixEntry.objects.filter(pk__in=ids).update(
            confirmed_at=now, confirmed_by=question.person
        )
    return question


@transaction.atomic
def say_wrong(question: ConfirmationRequest, *, note: str, now: datetime) -> ConfirmationRequest:
    """Its person says what is wrong: the audit shows it to the owner. As `say_right` otherwise."""
    question = _locked(question, now=now)
    if question.answered_at is None:
        note = in_one_line(note)
        if not note:
            raise Refused("Say what is wrong. One line is enough.")
        _answer(question, is_right=False, note=note, now=now)
    return question


def _answer(question: ConfirmationRequest, *, is_right: bool, note: str, now: datetime) -> None:
    question.is_right, question.note, question.answered_at = is_right, note, now
    question.save(update_fields=["is_right", "note", "answered_at"])


def _locked(question: ConfirmationRequest, *, now: datetime) -> ConfirmationRequest:
    locked = ConfirmationRequest.objects.select_for_update(of=("self",)).select_related("person")
    found = locked.get(pk=question.pk)
    refuse_if(None if found.answered_at else confirming.why_not_answer(found, now=now))
    return found


@transaction.atomic
def settle(person: Person, *, now: datetime) -> int:
    """A question to this person that is open is answered: they confirmed their cells elsewhere."""
    waiting = ConfirmationRequest.objects.filter(Q(answered_at__isnull=True), person=person)
    return waiting.update(is_right=True, answered_at=now)
