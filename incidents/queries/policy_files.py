"""What holds now, as the file that people review; a constant number of queries."""

from collections import defaultdict
from collections.abc import Sequence

from incidents.enums import AckMode, Promise, StepAnchor, TargetUnit
from incidents.intake.policy_file import (
    FORMAT,
    OnlyPart,
    PolicyFile,
    PolicyPart,
    RoutePart,
    StepPart,
    TargetPart,
    TellPart,
)
from incidents.models import (
    EscalationStep,
    PolicyVersion,
    ResponseTarget,
    Route,
    StepTarget,
)
from incidents.queries.policy_texts import TARGETS


def as_file() -> PolicyFile:
    """Every policy that holds, every route and every promised time."""
    return PolicyFile(
        muster=FORMAT, policies=_policies(), routes=tuple(_routes()), targets=tuple(_targets())
    )


def in_force() -> dict[str, PolicyVersion]:
    """The newest published version of every policy, by the slug of the policy."""
    rows = PolicyVersion.objects.filter(published_at__isnull=False)
    newest = rows.order_by("policy", "-number").distinct("policy")
    return {one.policy.slug: one for one in newest.select_related("policy", "published_by")}


def _policies() -> dict[str, PolicyPart]:
    versions = in_force()
    steps: dict[int, list[EscalationStep]] = defaultdict(list)
    rows = EscalationStep.objects.filter(version__in=versions.values())
    rows = rows.select_related("impact", "hours").prefetch_related(TARGETS, "decisions")
    for row in rows:
        steps[row.version_id].append(row)
    return {slug: part_of(one, steps[one.pk]) for slug, one in sorted(versions.items())}


def part_of(version: PolicyVersion, steps: Sequence[EscalationStep]) -> PolicyPart:
    """One version as the file says it; its steps by clock and time."""
    order = [promise.value for promise in Promise]
    by_time = sorted(
        steps,
        key=lambda one: (
            order.index(one.clock),
            one.anchor == StepAnchor.TARGET,
            one.wait_minutes,
            one.order,
        ),
    )
    return PolicyPart(
        name=version.policy.name,
        version=version.number,
        why=version.rationale or "Nobody said why.",
        repeats=version.repeats,
        until_acknowledged=version.until_acknowledged,
        repeat_from=version.repeat_from,
        minutes_between_rounds=version.loop_minutes,
        then_every_minutes=version.catch_all_minutes,
        at_most=version.catch_all_rounds,
        steps=tuple(_step(one) for one in by_time),
    )


def _step(step: EscalationStep) -> StepPart:
    return StepPart.model_validate(
        {
            "clock": step.clock,
            "after": step.wait_minutes,
            "late": step.anchor == StepAnchor.TARGET,
            "tell": tuple(_tell(one) for one in step.targets.all()),
            "urgency": step.urgency,
            "each_acknowledges": step.ack_mode == AckMode.ALL,
            "only": _only(step),
            "decides": tuple(sorted(one.slug for one in step.decisions.all())),
        }
    )


def _tell(target: StepTarget) -> TellPart:
    named = {
        "role": target.role and target.role.slug,
        "roster": target.roster and target.roster.slug,
        "person": target.person and (target.person.email or target.person.full_name),
        "team": target.team and target.team.slug,
        "room": target.room and target.room.name,
        "asked": None if _names(target) else True,
    }
    return TellPart.model_validate({**named, "choose": target.choose})


def _names(target: StepTarget) -> bool:
    return bool(target.role or target.roster or target.person or target.team or target.room)


def _only(step: EscalationStep) -> OnlyPart:
    return OnlyPart.model_validate(
        {
            "severity": step.mildest_severity,
            "impact": step.impact and step.impact.slug,
            "hours": step.hours and step.hours.name,
            "hours_read_in": step.hours_read_in,
            "alerts": step.least_alerts,
            "within_minutes": step.alerts_within_minutes,
        }
    )


def _routes() -> list[RoutePart]:
    rows = Route.objects.select_related("policy", "service", "impact")
    found = [
        RoutePart(
            policy=row.policy.slug,
            service=row.service.slug if row.service else None,
            severity=row.severity,
            impact=row.impact.slug if row.impact else None,
        )
        for row in rows
    ]
    return sorted(found, key=lambda one: (one.service or "", one.severity or 0, one.impact or ""))


def _targets() -> list[TargetPart]:
    rows = ResponseTarget.objects.order_by("pk")
    order = [promise.value for promise in Promise]
    found = [
        TargetPart.model_validate(
            {
                "promise": row.promise,
                "severity": row.severity,
                "tier": row.tier,
                TargetUnit(row.unit).value: row.amount,
            }
        )
        for row in rows
    ]
    return sorted(found, key=lambda one: (order.index(one.promise), one.tier or 0, one.severity))
