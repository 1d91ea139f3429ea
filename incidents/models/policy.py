"""Escalation policies: immutable versions of steps, and the routes that choose one."""

from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from config.portal.words import duration
from incidents.enums import AckMode, Choose, HoursReadIn, Promise, StepAnchor, TargetKind
from incidents.models.response import ImpactClass
from incidents.models.rights import DecisionKind
from incidents.models.room import Room
from rosters.enums import SeverityLevel, Urgency
from rosters.models import NamedHours, Person, Roster, Service, StakeholderRole, Team

HARD_CAP = 48
"""So many rounds, at most, of a policy that repeats until somebody acknowledges."""


class EscalationPolicy(models.Model):
    """Who is told, in which order, when a service breaks. Example: Payments, critical."""

    name = models.CharField(max_length=80, unique=True)
    slug = models.SlugField(unique=True)

    class Meta:
        verbose_name_plural = "escalation policies"

    def __str__(self) -> str:
        return self.name


class PolicyVersion(models.Model):
    """One text of a policy. Changed only until it is published; then followed by the next number.

    The steps of the acknowledge clock from the `repeat_from`th on repeat `repeats` times,
    `loop_minutes` apart, or `until_acknowledged` as often as HARD_CAP says; after that the last
    step is told again every `catch_all_minutes`, at most `catch_all_rounds` times. `based_on` is
    the version it was copied from. For a service of tier 1 it waits from `asked_at` on until
    somebody other than `asked_by` agrees. `looked_back_at`: when it was said what it changed.
    """

    policy = models.ForeignKey(EscalationPolicy, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    rationale = models.CharField("why it is so", max_length=300)
    repeats = models.PositiveSmallIntegerField(default=1, validators=[MaxValueValidator(9)])
    repeat_from = models.PositiveSmallIntegerField(
        "repeats from step",
        default=1,
        db_default=1,
        validators=[MinValueValidator(1)],
        help_text="1 repeats all of them.",
    )
    until_acknowledged = models.BooleanField(
        "repeats until somebody acknowledges", default=False, db_default=False
    )
    loop_minutes = models.PositiveSmallIntegerField(
        "minutes from one round to the next", default=30, validators=[MinValueValidator(1)]
    )
    catch_all_minutes = models.PositiveSmallIntegerField(
        "then the last step again every so many minutes",
        default=15,
        validators=[MinValueValidator(1)],
    )
    catch_all_rounds = models.PositiveSmallIntegerField("so many times", default=96)
    based_on = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )
    published_at = models.DateTimeField(null=True, blank=True, editable=False)
    published_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )
    asked_at = models.DateTimeField(null=True, blank=True, editable=False)
    asked_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )
    agreed_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )
    looked_back_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["policy", "number"], name="incidents_version_number_once"
            ),
            models.CheckConstraint(
                name="incidents_version_published_pair",
                condition=Q(published_at__isnull=True, published_by__isnull=True)
                | Q(published_at__isnull=False, published_by__isnull=False),
            ),
            models.CheckConstraint(
                name="incidents_version_loops_take_time",
                condition=Q(loop_minutes__gte=1, catch_all_minutes__gte=1),
            ),
            models.CheckConstraint(
                name="incidents_version_asked_pair",
                condition=Q(asked_at__isnull=True, asked_by__isnull=True)
                | Q(asked_at__isnull=False, asked_by__isnull=False),
            ),
            models.CheckConstraint(
                name="incidents_version_agreed_by_another",
                condition=Q(agreed_by__isnull=True)
                | (Q(asked_by__isnull=False) & ~Q(agreed_by=models.F("asked_by"))),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.policy}, version {self.number}"


class EscalationStep(models.Model):
    """One rung: after this wait on this clock, tell these targets."""

    version = models.ForeignKey(PolicyVersion, on_delete=models.CASCADE, related_name="steps")
    clock = models.CharField(max_length=12, choices=Promise, default=Promise.ACKNOWLEDGE)
    order = models.PositiveSmallIntegerField()
    wait_minutes = models.PositiveIntegerField(default=0, validators=[MaxValueValidator(43200)])
    anchor = models.CharField(max_length=6, choices=StepAnchor, default=StepAnchor.START)
    urgency = models.CharField(max_length=10, choices=Urgency, default=Urgency.URGENT)
    ack_mode = models.CharField(
        "who must acknowledge",
        max_length=3,
        choices=AckMode,
        default=AckMode.ANY,
        db_default=AckMode.ANY,
    )
    mildest_severity = models.PositiveSmallIntegerField(
        "only for incidents this bad or worse", choices=SeverityLevel, null=True, blank=True
    )
    impact = models.ForeignKey(
        ImpactClass,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="only for this kind of harm",
    )
    hours = models.ForeignKey(
        NamedHours,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="only during these hours",
    )
    hours_read_in = models.CharField(
        "hours are read in",
        max_length=9,
        choices=HoursReadIn,
        default=HoursReadIn.HOURS,
        db_default=HoursReadIn.HOURS,
    )
    least_alerts = models.PositiveIntegerField(
        "only after so many alerts",
        null=True,
        blank=True,
        validators=[MinValueValidator(2)],
    )
    alerts_within_minutes = models.PositiveSmallIntegerField(
        "within so many minutes", null=True, blank=True, validators=[MinValueValidator(1)]
    )
    decisions = models.ManyToManyField(
        DecisionKind,
        blank=True,
        related_name="+",
        verbose_name="what whoever is told may decide alone",
    )

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="incidents_step_alerts_pair",
                condition=Q(least_alerts__isnull=True, alerts_within_minutes__isnull=True)
                | Q(least_alerts__isnull=False, alerts_within_minutes__isnull=False),
                violation_error_message="Say how many alerts and within how many minutes, or leave"
                " both empty.",
            ),
            models.UniqueConstraint(
                fields=["version", "clock", "order"],
                name="incidents_step_order_once",
                deferrable=models.Deferrable.DEFERRED,
            ),
        ]

    def __str__(self) -> str:
        """Its clock, and its number there where it was asked with that, else when it comes."""
        number = getattr(self, "number", None)
        said = f"step {number}" if number else self.when
        return f"{self.get_clock_display()}, {said}"

    @property
    def when(self) -> str:
        """ "at once", "after 5 minutes", "5 minutes after the time is over"."""
        wait = duration(self.wait_minutes) if self.wait_minutes else ""
        if self.anchor == StepAnchor.TARGET:
            return f"{wait} after the time is over" if wait else "when the time is over"
        return f"after {wait}" if wait else "at once"


NAMED = ("role", "roster", "person", "team", "room")
"""The fields that name whom a target tells, each as its kind is called."""


def _names_its_kind() -> Q:
    """Of each kind the one field that it names is set, and no other; of ASKED none is."""
    found = Q(kind=TargetKind.ASKED, **{f"{name}__isnull": True for name in NAMED})
    for kind in NAMED:
        found |= Q(kind=kind, **{f"{name}__isnull": name != kind for name in NAMED})
    return found


class StepTarget(models.Model):
    """Whom one step tells: a role of the matrix, a roster, a person, a team, or whom it asks.

    Only the clocks of a role to fill and of an approval ask somebody. A room is told beside them.
    """

    step = models.ForeignKey(EscalationStep, on_delete=models.CASCADE, related_name="targets")
    kind = models.CharField(max_length=8, choices=TargetKind)
    choose = models.CharField(max_length=8, choices=Choose, default=Choose.ON_CALL)
    role = models.ForeignKey(
        StakeholderRole, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    roster = models.ForeignKey(
        Roster, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    team = models.ForeignKey(
        Team, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    room = models.ForeignKey(
        Room, on_delete=models.PROTECT, null=True, blank=True, related_name="targets"
    )

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="incidents_target_names_its_kind",
                condition=_names_its_kind(),
                violation_error_message="Fill in the one field that the kind of target names.",
            ),
        ]

    def __str__(self) -> str:
        return str(self.role or self.roster or self.person or self.team or self.room)


class Route(models.Model):
    """Which policy holds. The most specific one wins: service, then severity, then impact.

    A route without service, severity and impact is the company's catch-all.
    """

    service = models.ForeignKey(
        Service, on_delete=models.CASCADE, null=True, blank=True, related_name="routes"
    )
    severity = models.PositiveSmallIntegerField(choices=SeverityLevel, null=True, blank=True)
    impact = models.ForeignKey(
        ImpactClass, on_delete=models.CASCADE, null=True, blank=True, related_name="routes"
    )
    policy = models.ForeignKey(EscalationPolicy, on_delete=models.PROTECT, related_name="routes")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["service", "severity", "impact"],
                name="incidents_route_once",
                nulls_distinct=False,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.service or 'Every service'} uses {self.policy}"


class RuleSubscription(models.Model):
    """One person who wants to hear when a service's rule changes. Example: Ruth, of Payments."""

    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="followers")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="followed_rules")
    since = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["service", "person"], name="incidents_rulesubscription_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} follows the rule of {self.service}"


class RuleNews(models.Model):
    """What changed in a followed rule, as sentences; the first of a service only notes how it is.

    `seen` is what stood in the rule then, and is compared with what stands in it later.
    """

    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="rule_news")
    at = models.DateTimeField()
    seen = models.JSONField()
    said = models.JSONField(default=list)

    def __str__(self) -> str:
        return f"The rule of {self.service} at {self.at:%Y-%m-%d %H:%M}"


class CallPlace(models.Model):
    """A person who is called for critical incidents of a service, and as the how-manieth.

    What was found when it was looked last; whoever is new is told. Example: Ben, second for
    Payments, at night.
    """

    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="call_places")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="call_places")
    place = models.PositiveSmallIntegerField()
    is_night_only = models.BooleanField(default=False)
    since = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["service", "person"], name="incidents_callplace_once"),
        ]

    def __str__(self) -> str:
        return f"{self.person} is number {self.place} for {self.service}"
