"""Every page there is, found in the URLconf, with one of everything behind it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.urls import URLPattern, URLResolver, get_resolver, reverse

from config.portal import secrets
from incidents.enums import ChangeKind, Recurrence
from incidents.models import (
    AlertSource,
    Approval,
    Change,
    DecisionKind,
    DecisionRight,
    Finding,
    Heartbeat,
    Incident,
    IncidentTemplate,
    MaintenanceWindow,
    RawReceipt,
    SourceToken,
    TriggerRule,
    WebhookDelivery,
    WebhookEndpoint,
)
from incidents.operations import engine, lifecycle, proving, updates
from incidents.operations.updates import UpdateText
from reviews.enums import DrillKind
from reviews.models import Drill, Review
from reviews.operations import sweep
from rosters.enums import (
    AttemptOutcome,
    FailureReason,
    ImportState,
    ImportSubject,
    MessageState,
    OverrideKind,
)
from rosters.models import (
    Absence,
    CarrierAccount,
    CarrierHealth,
    ContactPoint,
    CoverRequest,
    DeliveryAttempt,
    HandoverNote,
    ImportRun,
    MatrixEntry,
    Message,
    Override,
    Person,
    Roster,
    Service,
    ShiftOffer,
    ShiftSwap,
    StakeholderRole,
    TemporarySchedule,
)
from runbooks.enums import StepKind
from runbooks.models import GlossaryTerm, Runbook, RunbookVersion, Step
from tests.world import World

NOT_OURS = ("admin",)
"""Addresses that somebody else's code answers; they have tests of their own."""

DUTY_IN_THE_API = ("api:list_overrides", "api:get_override", "api:list_swaps")
SWAPS_IN_THE_API = tuple(f"api:{verb}_swap" for verb in "get offer accept decide decline".split())  # noqa: SIM905


@dataclass
class Everything:
    """One of each thing that an address can name."""

    world: World
    incident: Incident
    review: Review
    runbook: Runbook
    drill: Drill
    person: Person
    roster: Roster
    service: Service
    source: AlertSource
    import_run: ImportRun
    more: dict[str, dict[str, Any]] = field(default_factory=dict)

    def samples(self) -> dict[str, dict[str, Any]]:
        """How to fill in an address, by the start of its name; the longest start wins."""
        return {
            "alerts": {"kind": "generic"},
            "hook": {"kind": "generic", "token": "no-token-of-ours"},
            "incidents:": {"ref": self.incident.reference, "slug": self.service.slug},
            "incidents:followed_by": {"slug": self.runbook.slug},
            "incidents:runbook_": {"step": Step.objects.order_by("pk")[0].pk},
            "incidents:policy": {"slug": self.world.version.policy.slug},
            "incidents:proof_": {"pk": Finding.objects.order_by("pk")[0].pk},
            "incidents:source": {"slug": self.source.slug, "pk": self._token()},
            "incidents:receipt": {"pk": RawReceipt.objects.latest("pk").pk},
            "incidents:answer": {"token": "AAAAAAAAAAA"},
            "incidents:approval": {"pk": Approval.objects.order_by("pk")[0].pk},
            "heartbeat": {"slug": "backup", "token": "no-token-of-ours"},
            "incidents:view_": {"pk": 1},
            "incidents:maintenance_": {"pk": MaintenanceWindow.objects.order_by("pk")[0].pk},
            "incidents:webhook": {"pk": WebhookEndpoint.objects.order_by("pk")[0].pk},
            "incidents:delivery_": {"pk": WebhookDelivery.objects.order_by("pk")[0].pk},
            "incidents:template": {"pk": IncidentTemplate.objects.order_by("pk")[0].pk},
            "incidents:trigger": {"pk": TriggerRule.objects.order_by("pk")[0].pk},
            "incidents:heartbeat": {"pk": Heartbeat.objects.order_by("pk")[0].pk},
            "reviews:": {"pk": self.review.pk, "slug": self.service.slug},
            "reviews:drill": {"pk": self.drill.pk},
            "reviews:read": {"ref": self.review.incident.reference},
            "runbooks:": {"slug": self.runbook.slug},
            "account_reset_password_from_key": {"uidb36": "1", "key": "no-key-of-ours"},
            "mfa_edit_webauthn": {"pk": 1},
            "mfa_remove_webauthn": {"pk": 1},
            "openid_connect": {"provider_id": "sso"},
            "front:leaving": {"pk": self.person.pk},
            "front:": {"slug": self.service.slug, "pk": self._own_number()},
            "rosters:token_revoke": {"pk": 1},
            "rosters:feed": {"token": "no-calendar-of-ours"},
            "rosters:feed_end": {"pk": 1},
            "api:": {
                "slug": self.service.slug,
                "person_id": self.person.pk,
                "cell_id": MatrixEntry.objects.order_by("pk").values_list("pk", flat=True)[0],
            },
            "api:on_call": {"slug": self.roster.slug},
            "api:list_shifts": {"slug": self.roster.slug},
            "rosters:": {"pk": self.person.pk, "slug": self.roster.slug},
            "rosters:wrong_": {"pk": self._own_number()},
            "rosters:layer_": {"pk": self.roster.layers.order_by("pk").values_list("pk")[0][0]},
            "rosters:cell": {"key": f"{self._role().pk}.s{self.service.pk}", "token": "x"},
            "rosters:confirm": {"token": "AAAAAAAAAAA"},
            "rosters:letter_stop": {"token": "AAAAAAAAAAA"},
            "rosters:own_": {"pk": self._own_number(), "urgency": "normal"},
            "rosters:import": {"pk": self.import_run.pk, "subject": "matrix", "kind": "csv"},
            "rosters:export": {"subject": "matrix", "kind": "csv"},
            **self.more,
        }

    def _token(self) -> int:
        return SourceToken.objects.filter(source=self.source).latest("pk").pk

    def _role(self) -> StakeholderRole:
        """The commander of the small company; in a larger one, which has no such name, any."""
        found = getattr(self.world, "commander", None)
        return found or StakeholderRole.objects.order_by("pk")[0]

    def _own_number(self) -> int:
        return ContactPoint.objects.filter(person=self.world.alice).latest("pk").pk


def one_of_everything(world: World, *, now: datetime) -> Everything:
    """An open incident with an update, a resolved one with its review, and all that is around."""
    incident = _incident(world, "Card payments fail for some customers", at=now)
    text = UpdateText("One in five fails.", "We do not know why yet.", "We move cards.")
    updates.post(incident, text, key=_KEY, by=world.alice, now=now)
    past = now - timedelta(days=3)
    over = _incident(world, "Cards were refused", at=past)
    lifecycle.acknowledge(over, by=world.alice, now=past + timedelta(minutes=4))
    ended = past + timedelta(hours=1)
    lifecycle.contain(over, by=world.alice, at=ended, now=ended)
    lifecycle.resolve(over, by=world.alice, at=ended, now=ended)
    sweep.open_due_reviews(now=ended)
    Change.objects.create(
        service=world.service, kind=ChangeKind.DEPLOY, title="Payments 4.12", made_at=past
    )
    window = MaintenanceWindow.objects.create(
        title="New database",
        customer_impact="Nobody can pay for ten minutes.",
        owner=world.alice,
        starts_at=now + timedelta(days=2),
        ends_at=now + timedelta(days=2, hours=1),
        recurrence=Recurrence.WEEKLY,
    )
    window.services.add(world.service)
    Heartbeat.objects.create(
        name="Nightly backup",
        slug="backup",
        source=AlertSource.objects.create(name="Jobs", slug="jobs", kind="heartbeat"),
        service=world.service,
        owner=world.alice,
        every_minutes=1440,
        last_seen_at=past,
    )
    a_dead_delivery(incident, by=world.alice, now=now)
    proving.prove(now=now)
    an_approval(incident, by=world.alice, now=now)
    IncidentTemplate.objects.create(
        name="Card payments fail",
        service=world.service,
        title="Card payments fail",
        severity=1,
        containment="Send them through the second bank.",
        evidence="Ten refused payments.",
    )
    TriggerRule.objects.create(
        name="Card errors",
        conditions=[{"what": "name", "test": "contains", "value": "card"}],
        service=world.service,
        owner=world.alice,
        reason="Customers cannot pay.",
        review_on=(now + timedelta(days=90)).date(),
    )
    RawReceipt.objects.create(
        source=world.source,
        received_at=now,
        body=b"{",
        status=400,
        answer={"message": "The body is not valid JSON."},
    )
    GlossaryTerm.objects.get_or_create(
        slug="contained",
        defaults={"term": "contained", "meaning": "Customers are no longer affected."},
    )
    return Everything(
        world=world,
        incident=incident,
        review=Review.objects.get(incident=over),
        runbook=_runbook(world, now=past),
        drill=_drill(world, now=past),
        person=world.bob,
        roster=world.roster,
        service=world.service,
        source=world.source,
        more=cover(world, now=now)
        | sharing(world, now=now)
        | a_carrier(world.alice, now=now)
        | a_message(world.bob, now=now),
        import_run=an_import(world.carol, now=past),
    )


_KEY = UUID("9c1f6a52-0d6b-4b8e-9a3e-1f6c5f0a7f11")
KEY_OF_A_QUESTION = UUID("9c1f6a52-0d6b-4b8e-9a3e-1f6c5f0a7f14")
KEY_OF_A_SECRET = (
    UUID("9c1f6a52-0d6b-4b8e-9a3e-1f6c5f0a7f12"),
    UUID("9c1f6a52-0d6b-4b8e-9a3e-1f6c5f0a7f13"),
)


def an_import(by: Person, *, now: datetime) -> ImportRun:
    """A file with a mistake in it."""
    return ImportRun.objects.create(
        subject=ImportSubject.MATRIX,
        file_name="contacts.xlsx",
        state=ImportState.REFUSED,
        uploaded_by=by,
        uploaded_at=now,
        ended_at=now,
        rows_total=300,
        mistakes=[{"row": 3, "column": "Person", "value": "Alise", "text": "Nobody."}],
    )


def a_message(person: Person, *, now: datetime) -> dict[str, dict[str, Any]]:
    """A call that did not arrive, with the one try that was made."""
    message = Message.objects.create(
        topic="word",
        topic_id=1,
        subject_key="word:1",
        person=person,
        contact_point=ContactPoint.objects.filter(person=person).order_by("pk")[0],
        subject="[SEV1] Card payments fail (INC-1)",
        body="Card payments fail.\n\nAcknowledge or pass it on here:\n{answer_link}",
        state=MessageState.FAILED,
        created_at=now,
        not_before=now,
        attempts_made=1,
    )
    DeliveryAttempt.objects.create(
        message=message,
        number=1,
        started_at=now,
        finished_at=now,
        outcome=AttemptOutcome.PERMANENT,
        reason=FailureReason.BAD_ADDRESS,
        detail="550 no such user",
    )
    words = {"incidents:wording": {"kind": "call", "form": "sms"}}
    return {"rosters:message": {"pk": message.pk}} | words


def a_carrier(by: Person, *, now: datetime) -> dict[str, dict[str, Any]]:
    """An account with a mail server, which is not used."""
    account = CarrierAccount.objects.create(
        kind="smtp",
        name="Spare mail server",
        channels=["email"],
        is_enabled=False,
        sealed_settings=secrets.encrypt('{"host": "mail.example.com", "port": "587"}'),
        door="no-door-of-ours",
        created_at=now,
        created_by=by,
    )
    CarrierHealth.objects.create(
        key=f"account:{account.pk}",
        last_failed_at=now,
        last_reason="away",
        last_failure="[Errno 111] Connection refused",
    )
    return {"rosters:carrier": {"pk": account.pk, "door": "nobody"}}


def a_dead_delivery(incident: Incident, *, by: Person, now: datetime) -> WebhookDelivery:
    """What another system could not be told."""
    endpoint = WebhookEndpoint.objects.create(
        name="Warehouse",
        host="warehouse.example",
        events=["incident.opened"],
        owner=by,
        created_at=now,
    )
    return WebhookDelivery.objects.create(
        endpoint=endpoint,
        incident=incident,
        event="incident.opened",
        purpose_key="opened",
        payload={},
        state="dead",
        planned_at=now,
        last_problem="It answers 500.",
    )


def an_approval(incident: Incident, *, by: Person, now: datetime) -> Approval:
    """A question that waits for an answer."""
    role = StakeholderRole.objects.order_by("pk")[0]
    kind = DecisionKind.objects.order_by("pk").first() or DecisionKind.objects.create(
        name="roll back a version", slug="roll-back-a-version"
    )
    DecisionRight.objects.get_or_create(decision=kind, role=role)
    return Approval.objects.create(
        incident=incident,
        decision=kind,
        asked_by=by,
        asked_at=now,
        ask_key=KEY_OF_A_QUESTION,
        approver=role,
    )


def _incident(world: World, title: str, *, at: datetime) -> Incident:
    opening = lifecycle.Opening(title=title, severity=1, service=world.service)
    incident = lifecycle.open_incident(opening, by=world.erin, now=at)
    engine.tick(now=at)
    return incident


def _runbook(world: World, *, now: datetime) -> Runbook:
    runbook = Runbook.objects.create(
        title="Move cards to the second bank", slug="move-cards", service=world.service
    )
    version = RunbookVersion.objects.create(
        runbook=runbook, number=1, change_note="First.", published_at=now, published_by=world.alice
    )
    Step.objects.create(
        version=version, order=1, kind=StepKind.DO, text="Move them", command="pay route eu 10%"
    )
    return runbook


def sharing(world: World, *, now: datetime) -> dict[str, dict[str, Any]]:
    """A shift that changes hands with an offer for it, a change to who is on call, a note."""
    swap = ShiftSwap.objects.create(
        roster=world.roster,
        person=world.alice,
        starts_at=now + timedelta(days=1),
        ends_at=now + timedelta(days=2),
        asked_by=world.alice,
        asked_at=now,
    )
    offer = ShiftOffer.objects.create(swap=swap, person=world.bob, offered_at=now)
    change = Override.objects.create(
        roster=world.roster,
        kind=OverrideKind.SHADOW,
        person=world.erin,
        starts_at=now + timedelta(days=3),
        ends_at=now + timedelta(days=4),
        created_by=world.alice,
    )
    note = HandoverNote.objects.create(
        roster=world.roster,
        about_at=now + timedelta(days=1),
        text="The disk of db-3 fills up.",
        written_by=world.alice,
        written_at=now,
    )
    slug = world.roster.slug
    return {
        "rosters:swap": {"pk": swap.pk},
        "rosters:swap_accept": {"pk": offer.pk},
        "rosters:swap_offer_back": {"pk": offer.pk},
        "rosters:change_end": {"pk": change.pk, "slug": slug},
        "rosters:handover_read": {"pk": note.pk, "slug": slug},
        **{key: {"slug": slug, "override_id": change.pk} for key in DUTY_IN_THE_API},
        **{key: {"swap_id": swap.pk, "offer_id": offer.pk} for key in SWAPS_IN_THE_API},
    }


def cover(world: World, *, now: datetime) -> dict[str, dict[str, Any]]:
    """Alice is away in two months, and Bob is asked."""
    absence = Absence.objects.create(
        person=world.alice,
        starts_at=now + timedelta(days=60),
        ends_at=now + timedelta(days=62),
        reason="A wedding.",
    )
    request = CoverRequest.objects.create(
        absence=absence, person=world.bob, asked_by=world.alice, asked_at=now
    )
    christmas = TemporarySchedule.objects.create(
        roster=world.roster,
        name="Christmas",
        starts_at=now + timedelta(days=30),
        ends_at=now + timedelta(days=33),
        reason="Agreed.",
    )
    return {
        "rosters:temporary": {"pk": christmas.pk},
        "rosters:absence": {"pk": absence.pk},
        "rosters:cover_ask": {"pk": absence.pk},
        "rosters:cover_answer": {"pk": request.pk},
    }


def _drill(world: World, *, now: datetime) -> Drill:
    return Drill.objects.create(
        title="Call-out test",
        kind=DrillKind.CALL_OUT,
        service=world.service,
        leader=world.carol,
        planned_at=now,
        created_at=now,
        created_by=world.carol,
        finished_at=now + timedelta(hours=1),
        passed=True,
        asked=5,
        answered=4,
    )


def addresses(everything: Everything) -> dict[str, str]:
    """Every address with a name, by that name. Fails on one that nobody said how to fill in."""
    samples = everything.samples()
    found = {}
    for name, wanted in sorted(_named(get_resolver().url_patterns)):
        known = {
            key: value
            for start in sorted((one for one in samples if name.startswith(one)), key=len)
            for key, value in samples[start].items()
        }
        assert wanted <= set(known), f"tests/pages.py: say how to fill in {name} {wanted}"
        found[name] = reverse(name, kwargs={key: known[key] for key in wanted})
    return found


def _named(
    patterns: list[URLPattern | URLResolver], space: str = "", outer: frozenset[str] = frozenset()
) -> Iterator[tuple[str, frozenset[str]]]:
    for pattern in patterns:
        wanted = outer | frozenset(pattern.pattern.regex.groupindex)
        if isinstance(pattern, URLPattern):
            if pattern.name:
                yield f"{space}{pattern.name}", wanted
        elif pattern.namespace not in NOT_OURS:
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from _named(pattern.url_patterns, inner, wanted)
