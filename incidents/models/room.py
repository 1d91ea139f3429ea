"""Rooms that steps tell beside people, and what was told to each."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from incidents.enums import PostState
from rosters.enums import Channel
from rosters.models import CarrierAccount, Team

ROOM_CHANNELS = ((Channel.CHAT.value, "A chat channel"), (Channel.EMAIL.value, "A mailing list"))


class Room(models.Model):
    """Where many read along: a chat channel or a mailing list. Example: #payments of Payments.

    A step tells it beside people; nobody in it counts as reached. Without a team it is the whole
    company's. `account` names the one carrier that writes there; without it the first does that
    serves the channel.
    """

    name = models.CharField(max_length=60, unique=True)
    team = models.ForeignKey(
        Team, on_delete=models.PROTECT, null=True, blank=True, related_name="rooms"
    )
    channel = models.CharField("kind", max_length=10, choices=ROOM_CHANNELS, default=Channel.CHAT)
    address = models.CharField(
        max_length=254,
        blank=True,
        help_text="The channel as its chat calls it (C024BE91L), or the list's e-mail address."
        " Leave it empty where the account leads to this one room anyway.",
    )
    account = models.ForeignKey(
        CarrierAccount,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="carrier",
    )
    is_active = models.BooleanField("is told", default=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="incidents_room_can_be_found",
                condition=Q(account__isnull=False) | ~Q(address=""),
                violation_error_message="Give its address, or the account that leads to it.",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class RoomPost(models.Model):
    """What one room is told when one position of a climb fires. Carried under a lease.

    `next_attempt_at` is set while it waits or is under way.
    """

    room = models.ForeignKey(Room, on_delete=models.PROTECT, related_name="posts")
    incident = models.ForeignKey(
        "incidents.Incident", on_delete=models.CASCADE, related_name="room_posts"
    )
    run = models.ForeignKey(
        "incidents.EscalationRun", on_delete=models.CASCADE, related_name="room_posts"
    )
    position = models.PositiveIntegerField()
    subject = models.CharField(max_length=200)
    body = models.TextField()
    state = models.CharField(max_length=10, choices=PostState, default=PostState.PLANNED)
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    next_attempt_at = models.DateTimeField(null=True, blank=True)
    lease_token = models.UUIDField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    reference = models.CharField(max_length=120, blank=True)
    problem = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["run", "position", "room"], name="incidents_roompost_once"
            ),
            models.CheckConstraint(
                name="incidents_roompost_sent_at_when_sent",
                condition=Q(state=PostState.SENT, sent_at__isnull=False)
                | (~Q(state=PostState.SENT) & Q(sent_at__isnull=True)),
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["next_attempt_at"],
                name="incidents_roompost_due",
                condition=Q(next_attempt_at__isnull=False),
            ),
            models.Index(
                fields=["room", "incident"],
                name="incidents_roompost_thread",
                condition=Q(state=PostState.SENT),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject} to {self.room}"
