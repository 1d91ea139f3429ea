"""A version for a service of tier 1 holds once a second person has agreed to it."""

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from config.portal import queue
from config.portal.refusals import Refused, refuse_if
from incidents.logic.agreeing import why_not_agree, why_two
from incidents.logic.policy_keeping import why_not_keep_policies
from incidents.models import PolicyVersion
from incidents.operations import policies
from incidents.operations.following import points_of
from incidents.queries import agreeing
from rosters.enums import Lane
from rosters.logic.drafts import MessageDraft
from rosters.models import Person
from rosters.operations import carriage
from rosters.queries import roles

TOPIC = "agreement"


@transaction.atomic
def publish_or_ask(version: PolicyVersion, *, by: Person, now: datetime) -> PolicyVersion:
    """The version holds, or waits for a second person where a service of tier 1 goes by it.

    Where nobody else may agree it holds at once. Doing it twice changes nothing. Raises Refused.
    """
    version = _lock(version)
    if version.published_at is not None or version.asked_at is not None:
        return version
    others = agreeing.who_may(but=by, now=now)
    if not others or not agreeing.tier_one(version):
        return policies.publish(version, by=by, now=now)
    return ask(version, by=by, now=now)


@transaction.atomic
def ask(version: PolicyVersion, *, by: Person, now: datetime) -> PolicyVersion:
    """The version waits, and stays as it is, until somebody else agrees; they are written to."""
    version = _lock(version)
    refuse_if(why_not_keep_policies(roles.of(by)))
    refuse_if(policies.why_not_publish(version, now=now))
    version.asked_by, version.asked_at = by, now
    version.save(update_fields=["asked_by", "asked_at"])
    _write_to(agreeing.who_may(but=by, now=now), version, by=by, now=now)
    return version


@transaction.atomic
def agree(version: PolicyVersion, *, by: Person, now: datetime) -> PolicyVersion:
    """The version holds: who asked has published it, and `by` has agreed. Raises Refused."""
    version = _lock(version)
    if version.published_at is not None:
        return version
    if version.asked_by is None:
        raise Refused("Nobody asks for it any more. It is being written.")
    refuse_if(why_not(version, reader=by, now=now))
    asked_by = version.asked_by
    version.agreed_by = by
    version.save(update_fields=["agreed_by"])
    carriage.cancel([_key(version)], now=now)
    return policies.publish(version, by=asked_by, now=now)


@transaction.atomic
def take_back(version: PolicyVersion, *, by: Person, now: datetime) -> PolicyVersion:
    """The version is a draft again, to be changed. Twice is the same as once. Raises Refused."""
    version = _lock(version)
    refuse_if(why_not_keep_policies(roles.of(by)))
    if version.published_at is not None:
        raise Refused("It holds by now. Write the next version, or go back to the one before.")
    version.asked_by = version.asked_at = None
    version.save(update_fields=["asked_by", "asked_at"])
    carriage.cancel([_key(version)], now=now)
    return version


def why_not(version: PolicyVersion, *, reader: Person, now: datetime) -> str | None:
    """Whether the reader may agree to what waits."""
    asked_by = version.asked_by
    others = [str(one) for one in agreeing.who_may(but=reader, now=now)]
    return why_not_agree(roles.of(reader), is_author=reader == asked_by, others=others)


def _lock(version: PolicyVersion) -> PolicyVersion:
    rows = PolicyVersion.objects.select_for_update(no_key=True, of=("self",))
    return rows.select_related("policy", "asked_by").get(pk=version.pk)


def _write_to(
    people: Sequence[Person], version: PolicyVersion, *, by: Person, now: datetime
) -> None:
    """Whoever may agree reads what it is about, and where."""
    points, page = points_of(people), reverse("incidents:policy", args=[version.policy.slug])
    services = [one.name for one in agreeing.tier_one(version)]
    body = "\n\n".join(
        (
            f"{by} asks you to agree to version {version.number} of the rule “{version.policy}”.",
            f"Why: {version.rationale}",
            why_two(services) if services else "A second person must agree before it holds.",
            f"Read what it changes, and agree, here:\n{settings.PUBLIC_URL}{page}",
        )
    )
    drafts = [
        MessageDraft(
            topic=TOPIC,
            topic_id=version.pk,
            subject_key=_key(version),
            thread_key=f"policy:{version.policy_id}",
            person_id=one.pk,
            contact_point_id=points[one.pk],
            subject=f"Do you agree? The rule “{version.policy}” is to change",
            body=body,
            lane=Lane.UPDATE,
        )
        for one in people
        if one.pk in points
    ]
    if drafts:
        carriage.plan_messages(drafts, now=now)
        queue.wake("muster.carry")


def _key(version: PolicyVersion) -> str:
    return f"agreement:{version.pk}"
