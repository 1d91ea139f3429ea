"""Testing one's own numbers: a message through the real carriage, and a word that it arrived."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from config.portal import queue
from config.portal.refusals import Refused, refuse_if
from rosters.enums import Lane
from rosters.logic.drafts import MessageDraft
from rosters.logic.testing import why_not_another, why_not_confirm, why_not_test
from rosters.models import ContactPoint, Person
from rosters.operations import carriage
from rosters.queries import verifying
from rosters.queries.lines import usable_channels
from rosters.queries.testing import TOPIC, tests_of

SUBJECT = "Muster test: nothing is wrong"
BODY = (
    "Muster test. Nothing is wrong. Open your page in Muster and press “It has arrived”, so that"
    " everybody knows this works."
)

REPORT = ("reported_wrong_at", "reported_wrong_by", "what_is_wrong")


@transaction.atomic
def send(point: ContactPoint, *, by: Person, now: datetime) -> None:
    """A test message waits to be carried to one's own contact point.

    Raises Refused for somebody else's, for one without a carrier, and soon after another test.
    """
    Person.objects.select_for_update(no_key=True).get(pk=by.pk)
    point = _own(point, by)
    tests = tests_of([point.pk], now=now)[point.pk]
    is_usable = point.channel in usable_channels()
    why_not = why_not_test(tests, is_usable=is_usable, now=now) or why_not_another(
        verifying.sent_to(point, topic=TOPIC, now=now),
        of_person=verifying.asked_by(by, topic=TOPIC, now=now),
        now=now,
    )
    refuse_if(why_not)
    draft = MessageDraft(
        topic=TOPIC,
        topic_id=int(now.timestamp()),
        subject_key=f"test:{point.pk}:{verifying.mark_of(point)}",
        person_id=by.pk,
        contact_point_id=point.pk,
        subject=SUBJECT,
        body=BODY,
        lane=Lane.ESCALATION,  # whoever asked for it looks at that phone now
    )
    carriage.plan_messages([draft], now=now)
    queue.wake("muster.carry")


@transaction.atomic
def confirm(point: ContactPoint, *, by: Person, now: datetime) -> ContactPoint:
    """The owner says that the last test arrived: from now on the contact point counts as tested.

    Confirming twice changes nothing. Raises Refused when no test was sent.
    """
    point = _own(point, by)
    test = next(iter(tests_of([point.pk], now=now)[point.pk]), None)
    why_not = why_not_confirm(test, now=now)
    if why_not or test is None:
        raise Refused(why_not or "")
    if point.last_tested_at is None or point.last_tested_at < test.asked_at:
        point.last_tested_at = now
        point.verified_at = point.verified_at or now
        point.reported_wrong_at, point.reported_wrong_by, point.what_is_wrong = None, None, ""
        point.save(update_fields=["last_tested_at", "verified_at", *REPORT])
    return point


@transaction.atomic
def vouch(points: Sequence[ContactPoint], *, by: Person, now: datetime) -> int:
    """Somebody who keeps contacts tried these by hand: they count as tested from `now`.

    Twice changes nothing but the instant. The trail keeps who said so. Returns how many. Raises
    Refused for people without the right to change contacts.
    """
    if not by.has_perm("rosters.change_contactpoint"):
        raise Refused("You may not change contacts. Ask an administrator.")
    locked = ContactPoint.objects.select_for_update(no_key=True).order_by("pk")
    found = list(locked.filter(pk__in=[point.pk for point in points]))
    for point in found:
        point.last_tested_at = now
        point.verified_at = point.verified_at or now
        point.last_failed_at, point.last_failure = None, ""
        point.reported_wrong_at, point.reported_wrong_by, point.what_is_wrong = None, None, ""
    fields = ["last_tested_at", "verified_at", "last_failed_at", "last_failure", *REPORT]
    ContactPoint.objects.bulk_update(found, fields)
    return len(found)


def _own(point: ContactPoint, by: Person) -> ContactPoint:
    """The contact point, locked; only its own person may test it."""
    if point.person_id != by.pk:
        raise Refused("You can test only your own numbers.")
    return ContactPoint.objects.select_for_update(no_key=True).get(pk=point.pk)
