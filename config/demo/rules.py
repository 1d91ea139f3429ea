"""The policies, targets and alert source of the demo organisation."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from config.demo import catalog
from config.demo.cast import Cast, slug
from incidents.enums import (
    AckMode,
    Choose,
    HoursReadIn,
    Promise,
    StepAnchor,
    TargetKind,
)
from incidents.models import (
    AlertSource,
    EscalationPolicy,
    EscalationStep,
    ImpactClass,
    PolicyVersion,
    Room,
    Route,
    Severity,
    StepTarget,
)
from incidents.operations import policies, shipped, sources
from rosters.enums import SeverityLevel, Urgency
from rosters.models import NamedHours

ALERT_TOKEN = "demo-alertmanager-token"  # noqa: S105  # stands in README; lives in the demo only

SEVERITIES = [
    (SeverityLevel.CRITICAL, "Customers cannot work.", "Nobody can pay. Personal data leaks."),
    (SeverityLevel.SERIOUS, "Some customers cannot work, or it is very slow.", "One bank fails."),
    (SeverityLevel.MINOR, "Customers notice, and there is a way around it.", "Search is slow."),
    (SeverityLevel.SMALL, "No customer notices.", "A report for our own teams is late."),
]

IMPACTS: list[tuple[str, str, dict[str, bool | int | str]]] = [
    ("Customer-facing", "Customers notice it.", {"is_customer_facing": True}),
    ("Internal", "Only colleagues notice it.", {"usual_severity": 4}),
    ("Performance", "It works, but slowly.", {"is_customer_facing": True, "usual_severity": 3}),
    (
        "Privacy or regulatory",
        "Personal data or a legal duty is touched.",
        {
            "is_customer_facing": True,
            "is_restricted": True,
            "usual_severity": 2,
            "statutory_hours": 72,
            "authority": "the data protection authority of Berlin",
        },
    ),
]

AGREED_DAYS_AGO = 130
CHANGED_AFTER_DAYS = 30
RATIONALES = {
    "Payments": (
        "The first rule we agreed on.",
        "Four minutes until the backup was too long in July. Now the whole team reads along, too.",
    ),
    "Storefront": (
        "The first rule we agreed on.",
        "A backup in Tokyo can answer while Berlin sleeps, so we call sooner.",
    ),
    "Security": (
        "The first rule we agreed on.",
        "One closes the door while the other reads the logs, so both must know at once.",
    ),
    "Delivery": (
        "The first rule we agreed on.",
        "Whoever takes over next is awake when it begins before a handover. The backup sleeps.",
    ),
}
"""Where a rule was changed since: why it was so, and why it is so."""


ROOM, ROOM_ADDRESS = "#payments", "C024BE91L"
"""Where the team that is called most reads along; what is written there stays at the desk."""


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
    """Severities, targets, decisions, policies, routes and the alert source are there."""
    _severities(cast)
    shipped.load_targets()
    shipped.load_decisions()
    agreed_at = now - timedelta(days=AGREED_DAYS_AGO)
    for team in cast.teams:
        _policies(cast, team, now=agreed_at)
    catch_all = [
        Rung(0, role="incident commander"),
        Rung(5, role="incident commander", choose=Choose.BACKUP),
        Rung(10, role="engineering director"),
    ]
    Route.objects.create(policy=_policy(cast, "Everything else", catch_all, now=agreed_at))
    return _source(cast, now=now)


def _policies(cast: Cast, team: str, *, now: datetime) -> None:
    """The rules of one team, and which service goes by which, by tier and severity."""
    mine = [entry for entry in catalog.SERVICES if entry.team == team]
    mine = [entry for entry in mine if entry.name not in catalog.WITHOUT_OWN_RULE]
    quick = [entry for entry in mine if entry.tier < catalog.THREE]
    calm = [entry for entry in mine if entry.tier == catalog.THREE]
    if quick:
        policy = _policy(cast, f"{team}, critical and serious", _ladder(team), now=now)
        minor = _policy(cast, f"{team}, minor", _minor_ladder(team), now=now)
        for entry in quick:
            _route(cast, entry.name, policy)
            _route(cast, entry.name, minor, severity=3)
    if calm:
        policy = _policy(cast, f"{team}, supporting services", _minor_ladder(team), now=now)
        for entry in calm:
            _route(cast, entry.name, policy)
    if mine:
        small = _policy(cast, f"{team}, small", [Rung(0, team, urgency=Urgency.NORMAL)], now=now)
        for entry in mine:
            _route(cast, entry.name, small, severity=4)


def _route(
    cast: Cast, service: str, policy: EscalationPolicy, *, severity: int | None = None
) -> None:
    Route.objects.create(service=cast.services[service], severity=severity, policy=policy)


def _severities(cast: Cast) -> None:
    for level, description, examples in SEVERITIES:
        Severity.objects.create(level=level, description=description, examples=examples)
    for name, description, defaults in IMPACTS:
        role = cast.roles["privacy officer"] if defaults.get("is_restricted") else None
        ImpactClass.objects.create(
            name=name, slug=slug(name), description=description, told_role=role, **defaults
        )


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
        Rung(10, clock=Promise.FILL_ROLE, role="incident commander"),
        Rung(
            0,
            clock=Promise.FILL_ROLE,
            anchor=at_target,
            role="incident commander",
            choose=Choose.BACKUP,
        ),
        Rung(10, clock=Promise.DECIDE, anchor=at_target, role="executive sponsor"),
        Rung(
            0,
            clock=Promise.ROOT_CAUSE,
            anchor=at_target,
            role="engineering lead",
            urgency=Urgency.NORMAL,
        ),
        Rung(0, clock=Promise.REPORT, anchor=at_target, role="legal counsel"),
        Rung(
            0,
            clock=Promise.REVIEW,
            anchor=at_target,
            role="engineering lead",
            urgency=Urgency.NORMAL,
        ),
    ]


def _minor_ladder(roster: str) -> list[Rung]:
    at_target = StepAnchor.TARGET
    return [
        Rung(0, roster=roster),
        Rung(15, roster=roster, choose=Choose.BACKUP),
        Rung(30, role="engineering lead"),
        Rung(45, role="incident commander"),
        Rung(0, clock=Promise.CONTAIN, anchor=at_target, role="engineering lead"),
        Rung(0, clock=Promise.RESOLVE, anchor=at_target, role="engineering director"),
        Rung(
            0,
            clock=Promise.REVIEW,
            anchor=at_target,
            role="engineering lead",
            urgency=Urgency.NORMAL,
        ),
    ]


def _policy(cast: Cast, name: str, ladder: list[Rung], *, now: datetime) -> EscalationPolicy:
    """The policy with its published version; a changed one with the version before, too."""
    policy = EscalationPolicy.objects.create(name=name, slug=slug(name))
    team, _, kind = name.partition(", ")
    rationales = RATIONALES.get(team, ("The first rule we agreed on.",))
    if kind != "critical and serious":
        rationales = rationales[:1]
    for number, rationale in enumerate(rationales, start=1):
        was_slower = number < len(rationales)
        version = PolicyVersion.objects.create(
            policy=policy,
            number=number,
            rationale=rationale,
            repeats=2,
            loop_minutes=max(10, 15 * -(-_last_wait(ladder) // 15)),
            catch_all_minutes=15,
        )
        _steps(cast, version, ladder, extra_minutes=2 if was_slower else 0)
        if not was_slower and len(rationales) > 1:
            _refine(cast, version, team)
        at = now + timedelta(days=CHANGED_AFTER_DAYS * (number - 1))
        policies.publish(version, by=cast.people["Amara"], now=at)
    return policy


def _refine(cast: Cast, version: PolicyVersion, team: str) -> None:
    """What three teams have found out about their own nights."""
    calls = version.steps.filter(clock=Promise.ACKNOWLEDGE)
    if team == "Security":
        first = calls.get(order=1)
        first.ack_mode = AckMode.ALL
        first.save(update_fields=["ack_mode"])
        first.targets.update(choose=Choose.ALL)
        calls.filter(order=2).update(mildest_severity=SeverityLevel.CRITICAL)
        version.repeat_from, version.until_acknowledged = 2, True
    elif team == "Payments":
        room = Room.objects.create(name=ROOM, team=cast.teams[team], address=ROOM_ADDRESS)
        StepTarget.objects.create(step=calls.get(order=1), kind=TargetKind.ROOM, room=room)
    elif team == "Delivery":
        second = calls.get(order=2)
        second.hours = NamedHours.objects.get(name="waking hours")
        second.hours_read_in = HoursReadIn.RECIPIENT
        second.save(update_fields=["hours", "hours_read_in"])
        second.targets.update(choose=Choose.NEXT)
        version.repeat_from = 2
    version.save(update_fields=["repeat_from", "until_acknowledged"])


def _last_wait(ladder: list[Rung]) -> int:
    """Minutes until the last call of the first round."""
    return max(rung.minutes for rung in ladder if rung.clock == Promise.ACKNOWLEDGE)


def _steps(cast: Cast, version: PolicyVersion, ladder: list[Rung], *, extra_minutes: int) -> None:
    for order, rung in enumerate(ladder, start=1):
        step = EscalationStep.objects.create(
            version=version,
            clock=rung.clock,
            order=order,
            wait_minutes=rung.minutes + (extra_minutes if rung.choose == Choose.BACKUP else 0),
            anchor=rung.anchor,
            urgency=rung.urgency,
        )
        _target(cast, step, rung)


def _target(cast: Cast, step: EscalationStep, rung: Rung) -> None:
    if rung.roster:
        StepTarget.objects.create(
            step=step, kind=TargetKind.ROSTER, choose=rung.choose, roster=cast.rosters[rung.roster]
        )
        return
    StepTarget.objects.create(
        step=step, kind=TargetKind.ROLE, choose=rung.choose, role=cast.roles[rung.role]
    )


def _source(cast: Cast, *, now: datetime) -> AlertSource:
    source = cast.sources["Card error monitor"] = AlertSource.objects.create(
        name="Card error monitor",
        slug="card-error-monitor",
        kind="alertmanager",
        default_service=cast.services[catalog.DEFAULT_SERVICE],
        joins_causes=False,  # the story's alert has an incident of its own to tell of
    )
    sources.issue_token(source, by=cast.people["Amara"], now=now, token=ALERT_TOKEN)
    return source
