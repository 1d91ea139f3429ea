"""What is open at the demo organisation when it begins: one led, one ringing, one almost over.

Made by the same operations that people and the engine use, with a clock a few hours back.
"""

from datetime import datetime, timedelta
from uuid import NAMESPACE_URL, UUID, uuid5

from config.demo.cast import Cast
from config.demo.sink import silence_whatever_waits, tick_until
from incidents.enums import ChangeKind, StepOutcome
from incidents.logic.severity_helper import Answers
from incidents.models import Change, DecisionKind, Incident, IncidentTemplate
from incidents.operations import (
    deciding,
    engine,
    evidence,
    lifecycle,
    runbook_steps,
    updates,
)
from incidents.operations.deciding import Matter
from incidents.operations.judgment import calling, rerouting
from incidents.operations.judgment.calling import Ask
from incidents.operations.judgment.rerouting import Elsewhere
from incidents.operations.updates import UpdateText
from incidents.queries import runbook_steps as books
from incidents.queries import templates

UPDATES = [
    (
        14,
        UpdateText(
            "Some card payments in the EU fail at the last step. Bank transfers work.",
            "We do not know the cause yet. It began about 15 minutes ago.",
            "We are comparing failing cards to find what they share.",
        ),
    ),
    (
        34,
        UpdateText(
            "About 1 in 5 card payments in the EU fail at the last step. Customers see “Try again"
            " later”. Bank transfers and wallets work.",
            "It only affects cards sent through our main EU bank partner. The partner has"
            " confirmed a problem on their side.",
            "We are moving EU card traffic to the second bank partner.",
        ),
    ),
]
SLOW_SEARCH = UpdateText(
    "Search took about 6 seconds instead of 1. Every product could be found.",
    "One of three search machines stopped. The other two carry its load.",
    "We are building its index again. Search is back to speed meanwhile.",
)
LED_MINUTES, CONTAINED_MINUTES = 47, 191


def tell(cast: Cast, *, now: datetime) -> None:
    """Three incidents are open: one contained, one led, one ringing."""
    _elsewhere(cast, now=now)
    _almost_over(cast, now=now)
    _led(cast, now=now)
    tick_until(now - timedelta(seconds=1))
    silence_whatever_waits(now=now - timedelta(seconds=1))
    _ringing(cast, now=now)


def _almost_over(cast: Cast, *, now: datetime) -> None:
    """Search was slow this morning; it is contained, and Lena watches."""
    begins_at = now - timedelta(minutes=CONTAINED_MINUTES)
    incident = _open(cast, "Search", 3, "Search results are slow", at=begins_at)
    lena = cast.people["Lena"]
    at = begins_at + timedelta(minutes=4)
    tick_until(at)
    lifecycle.acknowledge(incident, by=lena, now=at)
    at = begins_at + timedelta(minutes=53)
    lifecycle.contain(incident, by=lena, at=at, now=at)
    at = begins_at + timedelta(minutes=60)
    updates.post(incident, SLOW_SEARCH, key=_key("search"), by=lena, now=at)


def _led(cast: Cast, *, now: datetime) -> None:
    """Card payments have failed for 47 minutes; somebody leads, and the next update is due soon."""
    begins_at = now - timedelta(minutes=LED_MINUTES)
    template = IncidentTemplate.objects.get(name="Card payments fail")
    opening = lifecycle.Opening(
        title="Card payments fail for some customers in the EU",
        severity=1,
        service=cast.services["Payments"],
        impact=template.impact,
        template=template,
        answers=Answers("customers", "part", "no", "hard", "yes"),
    )
    incident = lifecycle.open_incident(opening, by=cast.people["Olivia"], now=begins_at)
    _changed_before(cast, begins_at)
    tick_until(begins_at + timedelta(minutes=3))
    mei, amara, ben = (cast.people[name] for name in ("Mei", "Amara", "Ben"))
    lifecycle.acknowledge(incident, by=mei, now=begins_at + timedelta(minutes=3))
    lifecycle.take_command(incident, by=amara, now=begins_at + timedelta(minutes=5))
    lifecycle.add_note(
        incident,
        by=mei,
        text="Only cards that go through our main EU bank partner fail.",
        now=begins_at + timedelta(minutes=9),
    )
    _decided(cast, incident, begins_at)
    _followed(cast, incident, begins_at)
    for number, (minute, text) in enumerate(UPDATES, start=1):
        at = begins_at + timedelta(minutes=minute)
        updates.post(incident, text, key=_key(str(number)), by=amara, now=at)
    [*_shares, changed, _counted] = templates.evidence_asked(incident)
    evidence.collect(incident, changed, by=mei, now=begins_at + timedelta(minutes=16))
    lifecycle.add_note(
        incident,
        by=ben,
        text="Customer care has had 40 messages in 10 minutes.",
        now=begins_at + timedelta(minutes=26),
    )


def _followed(cast: Cast, incident: Incident, begins_at: datetime) -> None:
    """Three steps of the runbook are done; whether it helps is to be seen next."""
    found = books.followed(incident)
    lines = found.lines if found else ()
    for line, name, minute in zip(lines, ("Mei", "Amara", "Mei"), (20, 23, 32), strict=False):
        at = begins_at + timedelta(minutes=minute)
        by = cast.people[name]
        runbook_steps.mark(incident, line.step.pk, StepOutcome.WORKED, by=by, now=at)


def _decided(cast: Cast, incident: Incident, begins_at: datetime) -> None:
    """The commander calls in the bank; somebody who knows cards best is on the way."""
    amara, priya = cast.people["Amara"], cast.people["Priya"]
    kind = DecisionKind.objects.get(slug="call-in-a-supplier")
    at = begins_at + timedelta(minutes=12)
    deciding.decide(incident, Matter(kind, _key("bank"), "The bank's night desk"), by=amara, now=at)
    asked = Ask(_key("help"), "Which cards go which way?", person=priya, is_help=True)
    made = calling.call(incident, asked, by=amara, now=at)
    at += timedelta(minutes=2)
    calling.answer(incident, made.pk, comes=True, by=priya, now=at)


def _elsewhere(cast: Cast, *, now: datetime) -> None:
    """While Returns moves, whoever moves it is called first."""
    asked = Elsewhere(
        now + timedelta(days=3),
        "It moves to new machines, and Marcus moves it",
        person=cast.people["Marcus"],
    )
    by, at = cast.people["Amara"], now - timedelta(hours=5)
    rerouting.reroute_service(cast.services["Returns"], asked, by=by, now=at)


def _changed_before(cast: Cast, begins_at: datetime) -> None:
    """What Payments needs was changed too, a little before."""
    for minutes, service, kind, title, who in (
        (34, "Fraud checks", ChangeKind.CONFIG, "Stricter limits for new cards", "Priya"),
        (190, "Network", ChangeKind.SUPPLIER, "Supplier moves a line in Frankfurt", "Theo"),
    ):
        Change.objects.create(
            service=cast.services[service],
            kind=kind,
            title=title,
            made_at=begins_at - timedelta(minutes=minutes),
            made_by=cast.people[who],
        )


def _ringing(cast: Cast, *, now: datetime) -> None:
    """Invoice e-mails stopped just now: the first person is being called, the next soon."""
    opening = lifecycle.Opening(
        title="Invoice e-mails are not going out",
        summary="About 300 e-mails are waiting. No customer has written to us yet.",
        severity=2,
        service=cast.services["Notifications"],
    )
    lifecycle.open_incident(opening, by=cast.people["Olivia"], now=now)
    engine.tick(now=now)


def _open(cast: Cast, service: str, severity: int, title: str, *, at: datetime) -> Incident:
    opening = lifecycle.Opening(title=title, severity=severity, service=cast.services[service])
    return lifecycle.open_incident(opening, by=cast.people["Olivia"], now=at)


def _key(name: str) -> UUID:
    return uuid5(NAMESPACE_URL, f"demo-update-{name}")
