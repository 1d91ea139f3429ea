"""Publishing a policy's next version; a published version never changes."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max

from config.portal.refusals import Refused
from incidents.enums import Promise
from incidents.logic.summons import About, StepRow, resolve
from incidents.models import EscalationStep, PolicyVersion, StepTarget
from incidents.queries import policies
from rosters.enums import SeverityLevel
from rosters.models import Person
from rosters.queries.directory import load_directory


@transaction.atomic
def publish(version: PolicyVersion, *, by: Person, now: datetime) -> PolicyVersion:
    """The version holds for every incident that opens from now on; open ones keep theirs.

    Publishing twice changes nothing. Raises Refused when it could end with nobody.
    """
    version = PolicyVersion.objects.select_for_update(no_key=True).get(pk=version.pk)
    if version.published_at is not None:
        return version
    why_not = why_not_publish(version, now=now)
    if why_not:
        raise Refused(why_not)
    version.published_at = now
    version.published_by = by
    version.save(update_fields=["published_at", "published_by"])
    return version


def why_not_publish(version: PolicyVersion, *, now: datetime) -> str | None:
    """Whether the version may hold: every step tells somebody, and the last can reach a person."""
    rows = policies.step_rows([version.pk])
    specs = policies.step_specs(version, promise=Promise.ACKNOWLEDGE)
    if not specs:
        return "Nobody would be called. Add a step to the acknowledge clock."
    empty = next((row for row in rows.values() if not row.targets), None)
    if empty is not None:
        clock = Promise(empty.clock).label
        return f"A step of the clock “{clock}” tells nobody. Choose whom it tells."
    last = max(specs, key=lambda spec: spec.wait)
    if version.repeats and last.wait > timedelta(minutes=version.loop_minutes):
        minutes = int(last.wait.total_seconds()) // 60
        return (
            f"The last step comes after {minutes} minutes, but the rule starts again after"
            f" {version.loop_minutes}. Let it start again after {minutes} minutes or later."
        )
    if not _reaches(rows[last.step_id], now=now):
        return (
            "The last step would reach nobody today. Choose somebody who has a phone, or a roster"
            " with somebody on it."
        )
    return None


def _reaches(row: StepRow, *, now: datetime) -> bool:
    """Whether a step reaches somebody now, for an incident without a service at the worst level."""
    directory = load_directory(
        policies.wanted_by([row], []), starts_at=now, ends_at=now + timedelta(days=1)
    )
    return bool(resolve(row, directory, about=About(SeverityLevel.CRITICAL), at=now))


@transaction.atomic
def draft_next(version: PolicyVersion) -> PolicyVersion:
    """The next number of the policy, not published, with the same steps."""
    last = version.policy.versions.aggregate(last=Max("number"))["last"]
    copy = PolicyVersion.objects.create(
        policy=version.policy,
        number=last + 1,
        rationale="",
        repeats=version.repeats,
        loop_minutes=version.loop_minutes,
        catch_all_minutes=version.catch_all_minutes,
        catch_all_rounds=version.catch_all_rounds,
    )
    for step in version.steps.prefetch_related("targets").order_by("pk"):
        targets = list(step.targets.all())
        fresh = EscalationStep.objects.create(
            version=copy,
            clock=step.clock,
            order=step.order,
            wait_minutes=step.wait_minutes,
            anchor=step.anchor,
            urgency=step.urgency,
        )
        StepTarget.objects.bulk_create(
            StepTarget(
                step=fresh,
                kind=target.kind,
                choose=target.choose,
                role_id=target.role_id,
                roster_id=target.roster_id,
                person_id=target.person_id,
                team_id=target.team_id,
            )
            for target in targets
        )
    return copy
