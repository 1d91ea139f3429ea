"""The policies, targets, runbooks and alert source of the demo organisation."""

from dataclasses import dataclass
from datetime import datetime

from config.demo.people import Cast
from incidents.enums import Choose, Promise, SourceKind, StepAnchor, TargetKind, TargetUnit
from incidents.models import (
    AlertSource,
    EscalationPolicy,
    EscalationStep,
    ImpactClass,
    PolicyVersion,
    ResponseTarget,
    Route,
    Severity,
    StepTarget,
)
from incidents.operations import policies, sources
from rosters.enums import SeverityLevel, Urgency
from runbooks.enums import StepKind
from runbooks.models import Runbook, RunbookVersion, Step

ALERT_TOKEN = "demo-alertmanager-token"  # noqa: S105  # stands in README; lives in the demo only

SEVERITIES = [
    (SeverityLevel.CRITICAL, "Customers cannot work.", "Nobody can pay. Personal data leaks."),
    (SeverityLevel.SERIOUS, "Some customers cannot work, or it is very slow.", "One bank fails."),
    (SeverityLevel.MINOR, "Customers notice, and there is a way around it.", "Search is slow."),
    (SeverityLevel.SMALL, "No customer notices.", "A report for our own teams is late."),
]

IMPACTS = [
    ("Customer-facing", "Customers notice it.", True),
    ("Internal", "Only colleagues notice it.", False),
    ("Performance", "It works, but slowly.", True),
    ("Privacy or regulatory", "Personal data or a legal duty is touched.", True),
]

TARGETS = {
    # promise: minutes at SEV1, SEV2, SEV3
    Promise.ACKNOWLEDGE: (5, 10, 60),
    Promise.CONTAIN: (60, 120, 480),
    Promise.RESOLVE: (240, 480, 1440),
    Promise.UPDATE: (20, 30, 240),
}
ROSTER_OF = {
    "Payments": "Payments",
    "Notifications": "Messaging",
    "Search": "Storefront",
    "Checkout": "Storefront",
    "Accounts": "Platform",
    "Data warehouse": "Platform",
}
REVIEW_WORKING_DAYS = (5, 5, 10)


@dataclass(frozen=True)
class Rung:
    """One step of a demo policy: minutes, and a roster or a role."""

    minutes: int
    roster: str = ""
    role: str = ""
    choose: Choose = Choose.ON_CALL
    clock: Promise = Promise.ACKNOWLEDGE
    anchor: StepAnchor = StepAnchor.START
    urgency: Urgency = Urgency.URGENT


def build(cast: Cast, *, now: datetime) -> AlertSource:
    """Severities, targets, policies, routes, a runbook and the alert source are there."""
    _severities()
    _targets()
    for name, roster in ROSTER_OF.items():
        policy = _policy(cast, f"{name}, critical and serious", _ladder(roster), now=now)
        Route.objects.create(service=cast.services[name], policy=policy)
    _quiet_routes(cast, now=now)
    _runbook(cast, now=now)
    return _source(cast, now=now)


def _severities() -> None:
    for level, description, examples in SEVERITIES:
        Severity.objects.create(level=level, description=description, examples=examples)
    for name, description, is_customer_facing in IMPACTS:
        ImpactClass.objects.create(
            name=name,
            slug=name.lower().replace(" ", "-"),
            description=description,
            is_customer_facing=is_customer_facing,
        )


def _targets() -> None:
    for promise, amounts in TARGETS.items():
        for severity, amount in zip((1, 2, 3), amounts, strict=True):
            ResponseTarget.objects.create(promise=promise, severity=severity, amount=amount)
    for severity, days in zip((1, 2, 3), REVIEW_WORKING_DAYS, strict=True):
        ResponseTarget.objects.create(
            promise=Promise.REVIEW,
            severity=severity,
            amount=days,
            unit=TargetUnit.WORKING_DAYS,
        )
    for promise, amount in ((Promise.ACKNOWLEDGE, 480), (Promise.RESOLVE, 10080)):
        ResponseTarget.objects.create(promise=promise, severity=4, amount=amount)


def _ladder(roster: str) -> list[Rung]:
    at_target = StepAnchor.TARGET
    return [
        Rung(0, roster=roster),
        Rung(2, roster=roster, choose=Choose.BACKUP),
        Rung(6, role="incident commander"),
        Rung(0, clock=Promise.CONTAIN, anchor=at_target, role="engineering director"),
        Rung(0, clock=Promise.RESOLVE, anchor=at_target, role="engineering director"),
        Rung(0, clock=Promise.UPDATE, anchor=at_target, role="incident commander"),
        Rung(15, clock=Promise.UPDATE, anchor=at_target, role="engineering director"),
        Rung(
            0,
            clock=Promise.REVIEW,
            anchor=at_target,
            role="engineering lead",
            urgency=Urgency.NORMAL,
        ),
    ]


def _policy(cast: Cast, name: str, ladder: list[Rung], *, now: datetime) -> EscalationPolicy:
    policy = EscalationPolicy.objects.create(
        name=name, slug=name.lower().replace(", ", "-").replace(" ", "-")
    )
    version = PolicyVersion.objects.create(
        policy=policy,
        number=1,
        rationale="The first rule we agreed on.",
        repeats=2,
        loop_minutes=10,
        catch_all_minutes=15,
    )
    for order, rung in enumerate(ladder, start=1):
        step = EscalationStep.objects.create(
            version=version,
            clock=rung.clock,
            order=order,
            wait_minutes=rung.minutes,
            anchor=rung.anchor,
            urgency=rung.urgency,
        )
        _target(cast, step, rung)
    policies.publish(version, by=cast.people["Amara"], now=now)
    return policy


def _target(cast: Cast, step: EscalationStep, rung: Rung) -> None:
    if rung.roster:
        StepTarget.objects.create(
            step=step, kind=TargetKind.ROSTER, choose=rung.choose, roster=cast.rosters[rung.roster]
        )
        return
    StepTarget.objects.create(
        step=step, kind=TargetKind.ROLE, choose=rung.choose, role=cast.roles[rung.role]
    )


def _quiet_routes(cast: Cast, *, now: datetime) -> None:
    """SEV4 goes to the team by e-mail; what no service owns goes to the commander."""
    for name, roster in ROSTER_OF.items():
        ladder = [Rung(0, roster=roster, urgency=Urgency.NORMAL)]
        policy = _policy(cast, f"{name}, small", ladder, now=now)
        Route.objects.create(service=cast.services[name], severity=4, policy=policy)
    catch_all = [
        Rung(0, role="incident commander"),
        Rung(5, role="incident commander", choose=Choose.BACKUP),
        Rung(10, role="engineering director"),
    ]
    policy = _policy(cast, "Everything else", catch_all, now=now)
    Route.objects.create(policy=policy)


def _runbook(cast: Cast, *, now: datetime) -> None:
    _write_runbook(
        cast,
        "Payments",
        "Move EU cards to the second bank",
        [
            (StepKind.CHECK, "Check that the second bank is accepting cards", ""),
            (StepKind.TELL, "Tell Customer Success before you switch", ""),
            (StepKind.DO, "Send 10% of EU cards to the second bank", "pay route eu-cards 10%"),
            (StepKind.DECIDE, "Did failures drop below 1%? Then go on, else undo", ""),
            (StepKind.DO, "Send 100%, then mark the incident contained", "pay route eu-cards 100%"),
        ],
        now=now,
    )
    _write_runbook(
        cast,
        "Notifications",
        "E-mails are stuck in the queue",
        [
            (StepKind.CHECK, "Look at the queue length for ten minutes", "mailq --watch"),
            (StepKind.DO, "Restart the sender", "systemctl restart mail-sender"),
            (StepKind.CHECK, "Check that the queue shrinks", "mailq --watch"),
        ],
        now=now,
    )


def _write_runbook(
    cast: Cast, service: str, title: str, steps: list[tuple[StepKind, str, str]], *, now: datetime
) -> None:
    runbook = Runbook.objects.create(
        title=title,
        slug=title.lower().replace(" ", "-"),
        service=cast.services[service],
    )
    version = RunbookVersion.objects.create(
        runbook=runbook,
        number=1,
        change_note="First version.",
        published_at=now,
        published_by=cast.people["Amara"],
    )
    for order, (kind, text, command) in enumerate(steps, start=1):
        Step.objects.create(version=version, order=order, kind=kind, text=text, command=command)


def _source(cast: Cast, *, now: datetime) -> AlertSource:
    source = AlertSource.objects.create(
        name="Card error monitor",
        slug="card-error-monitor",
        kind=SourceKind.ALERTMANAGER,
        default_service=cast.services["Payments"],
    )
    sources.issue_token(source, by=cast.people["Amara"], now=now, token=ALERT_TOKEN)
    return source
