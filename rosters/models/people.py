"""People, how to reach them, and the teams they are in."""

from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models.functions import Lower

from config.portal import clock, words
from config.portal.validators import validate_region, validate_time_zone
from rosters.enums import Channel, Language, Theme, Urgency
from rosters.logic import holidays
from rosters.logic.reaching import is_trusted
from rosters.querysets import REMOVED, PersonQuerySet


class PersonManager(BaseUserManager.from_queryset(PersonQuerySet)):  # type: ignore[misc]  # dynamic base
    """Makes people. Django's commands ask for these two names."""

    def create_user(
        self, email: str | None, password: str | None = None, **fields: Any
    ) -> "Person":
        person: Person = self.model(email=Person.normalize_email(email), **fields)
        person.set_password(password)
        person.save(using=self._db)
        return person

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "Person":
        fields |= {"is_staff": True, "is_superuser": True, "may_sign_in": True}
        return self.create_user(email, password, **fields)


class Person(AbstractBaseUser, PermissionsMixin):
    """Somebody who can be called, whether or not they may sign in.

    Example: Mei Tan, Berlin time, first on call for Payments this week. Never deleted: leavers get
    `left_at` and count as nobody from that instant on. Quiet hours are half-open wall time in
    `time_zone`; from 22:00 until 07:00 runs over midnight.
    """

    email = models.EmailField(unique=True, null=True, blank=True)  # unique, may be empty
    full_name = models.CharField(max_length=120)
    short_name = models.CharField(max_length=40, help_text="What colleagues say: Mei")
    time_zone = models.CharField(max_length=64, default="UTC", validators=[validate_time_zone])
    region = models.CharField(
        max_length=6,
        blank=True,
        validators=[validate_region],
        help_text="Country or region (ISO 3166): DE, DE-BE, US-NY. Public holidays follow it.",
    )
    may_sign_in = models.BooleanField(default=False)
    is_staff = models.BooleanField("may use the admin", default=False)
    left_at = models.DateTimeField("left the company", null=True, blank=True)
    shift_reminder = models.DurationField(
        null=True,
        blank=True,
        default=timedelta(hours=12),
        help_text="How long before a shift begins we remind them. Empty: not at all.",
    )
    gets_outlook = models.BooleanField(
        "letter on Fridays",
        default=True,
        db_default=True,
        help_text="Their shifts of the next week, if any.",
    )
    quiet_from = models.TimeField(
        null=True, blank=True, help_text="Wall time in this person's zone: 22:00."
    )
    quiet_until = models.TimeField(
        null=True,
        blank=True,
        help_text="What is not urgent waits until then; what is urgent never waits.",
    )
    rests_on_holidays = models.BooleanField(
        "public holidays are quiet",
        default=False,
        db_default=False,
        help_text="What is not urgent waits until the day after; what is urgent never waits.",
    )
    language = models.CharField(
        max_length=5,
        choices=Language,
        default=Language.ENGLISH,
        db_default=Language.ENGLISH,
        help_text="What we write and say to them, as far as it is translated.",
    )
    theme = models.CharField(max_length=5, choices=Theme, blank=True, default=Theme.SYSTEM)
    uses_shortcuts = models.BooleanField(
        "single-key shortcuts", default=True, help_text="Such as / for search."
    )
    toured_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects: ClassVar[PersonManager] = PersonManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["full_name", "short_name"]

    class Meta:
        verbose_name_plural = "people"
        constraints: ClassVar = [
            models.CheckConstraint(
                name="rosters_person_email_lower_case", condition=models.Q(email=Lower("email"))
            ),
            models.CheckConstraint(
                name="rosters_person_quiet_hours",
                condition=models.Q(quiet_from__isnull=True, quiet_until__isnull=True)
                | (
                    models.Q(quiet_from__isnull=False, quiet_until__isnull=False)
                    & ~models.Q(quiet_from=models.F("quiet_until"))
                ),
                violation_error_message="Quiet hours need two different times, or none.",
            ),
        ]

    def __str__(self) -> str:
        return self.full_name

    @property
    def is_active(self) -> bool:  # type: ignore[override]  # derived here, a column in Django
        """Django's word for `may_sign_in`; Django asks without saying when, so the clock does."""
        return self.may_sign_in and not self.has_left(clock.show_now())

    def has_left(self, at: datetime) -> bool:
        """From `left_at` on, and not a day before."""
        return self.left_at is not None and self.left_at <= at

    @property
    def region_name(self) -> str:
        """ "Germany, Berlin"."""
        return holidays.region_name(self.region)

    @property
    def zone_words(self) -> str:
        """ "Berlin time"."""
        return words.zone_words(self.time_zone)

    def get_full_name(self) -> str:
        return self.full_name

    def get_short_name(self) -> str:
        return self.short_name

    def clean(self) -> None:
        self.email = self.normalize_email(self.email)

    @classmethod
    def normalize_email(cls, email: str | None) -> str | None:
        """The address in lower case, or None when it is empty."""
        return (email or "").strip().lower() or None


class ContactPointManager(models.Manager["ContactPoint"]):
    """Finds what can be used: a removed contact point is reached only from its old messages."""

    def get_queryset(self) -> models.QuerySet["ContactPoint"]:
        return super().get_queryset().exclude(address__startswith=REMOVED)


class ContactPoint(models.Model):
    """One address of one person. Example: Mei's phone, tested on Tuesday.

    One that messages went to is never deleted: when it is removed, its address is forgotten, and it
    is found only from those messages.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="contact_points")
    channel = models.CharField(max_length=10, choices=Channel)
    address = models.CharField(max_length=254)
    label = models.CharField(max_length=40, blank=True)
    verified_at = models.DateTimeField(null=True, blank=True)
    last_tested_at = models.DateTimeField(null=True, blank=True)
    last_failed_at = models.DateTimeField(null=True, blank=True, editable=False)
    last_failure = models.CharField(max_length=300, blank=True, editable=False)
    reported_wrong_at = models.DateTimeField(null=True, blank=True, editable=False)
    reported_wrong_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )
    what_is_wrong = models.CharField(max_length=200, blank=True, editable=False, db_default="")

    objects: ClassVar[ContactPointManager] = ContactPointManager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                "person",
                "channel",
                Lower("address"),
                name="rosters_contactpoint_once_per_person",
                violation_error_message="This person has that address already.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_channel_display()} of {self.person}"

    @property
    def is_trusted(self) -> bool:
        """A code or a test arrived there, and nobody has said since that it is wrong."""
        return is_trusted(self.verified_at, self.last_tested_at, self.reported_wrong_at)


class ContactRule(models.Model):
    """When a contact point is used. Example: urgent, first, at once, by Mei's phone."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="contact_rules")
    urgency = models.CharField(max_length=10, choices=Urgency)
    order = models.PositiveSmallIntegerField(default=1)
    delay_minutes = models.PositiveSmallIntegerField(
        default=0,
        validators=[MaxValueValidator(120)],
        help_text="Minutes after we decide to tell this person.",
    )
    contact_point = models.ForeignKey(ContactPoint, on_delete=models.CASCADE, related_name="rules")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person", "urgency", "contact_point"], name="rosters_contactrule_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_urgency_display()}, {self.contact_point}"

    def clean(self) -> None:
        if self.contact_point_id and self.contact_point.person_id != self.person_id:
            raise ValidationError({"contact_point": f"Choose a contact point of {self.person}."})


class Team(models.Model):
    """People who own services together. Example: Payments."""

    name = models.CharField(max_length=80, unique=True)
    slug = models.SlugField(unique=True)
    time_zone = models.CharField(max_length=64, default="UTC", validators=[validate_time_zone])
    members = models.ManyToManyField(Person, through="Membership", related_name="teams")

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """One person in one team. Example: Jonas leads Payments."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="memberships")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="memberships")
    is_lead = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["team", "person"], name="rosters_membership_once"),
        ]

    def __str__(self) -> str:
        return f"{self.person} in {self.team}"
