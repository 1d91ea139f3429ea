"""A test message to somebody else's number, asked for by who puts them in charge of something."""

from datetime import datetime

from django.conf import settings
from django.db import transaction

from config.portal import queue
from config.portal.refusals import Refused, refuse_if
from rosters.enums import Lane
from rosters.logic.drafts import MessageDraft
from rosters.logic.testing import why_not_test
from rosters.models import ContactPoint, Person
from rosters.operations import carriage
from rosters.operations.testing import SUBJECT
from rosters.queries.lines import usable_channels
from rosters.queries.testing import TOPIC, tests_of

MAY_TRY = "rosters.change_matrixentry"


@transaction.atomic
def send(point: ContactPoint, *, by: Person, now: datetime) -> None:
    """A test waits to be carried there; it counts when its owner says that it arrived.

    Raises Refused for people who do not keep the contact matrix, for one without a carrier, and
    soon after another test.
    """
    if not by.has_perm(MAY_TRY):
        raise Refused("Only those who keep the contact matrix can test the number of somebody.")
    point = ContactPoint.objects.select_for_update(no_key=True).get(pk=point.pk)
    tests = tests_of([point.pk], now=now)[point.pk]
    refuse_if(why_not_test(tests, is_usable=point.channel in usable_channels(), now=now))
    draft = MessageDraft(
        topic=TOPIC,
        topic_id=int(now.timestamp()),
        subject_key=f"test:{point.pk}",
        person_id=point.person_id,
        contact_point_id=point.pk,
        subject=SUBJECT,
        body=(
            f"Muster test. Nothing is wrong. {by.full_name} put you in charge of something and"
            " wants to know that this works. Open your page in Muster and press “It has arrived”:"
            f" {settings.PUBLIC_URL}/me/#numbers"
        ),
        lane=Lane.UPDATE,
    )
    carriage.plan_messages([draft], now=now)
    queue.wake("muster.carry")
