"""Chainable reads of rosters."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q

from rosters.enums import MessageState

REMOVED = "removed "
"""How the address of a removed contact point begins: no real one does."""


class PersonQuerySet(models.QuerySet):  # type: ignore[type-arg]  # the model imports this module
    def employed(self, *, now: datetime) -> Self:
        """Everybody who has not left at `now`."""
        return self.filter(Q(left_at__isnull=True) | Q(left_at__gt=now))


class MessageQuerySet(models.QuerySet):  # type: ignore[type-arg]  # the model imports this module
    def waiting(self) -> Self:
        """Messages that may still leave."""
        return self.filter(state__in=[MessageState.PLANNED, MessageState.SENDING])

    def for_subject(self, *keys: str) -> Self:
        """Messages that are cancelled together."""
        return self.filter(subject_key__in=keys)

    def carriable(self, *, now: datetime) -> Self:
        """Messages that a sweep may take at `now`: due, or left behind by a sender that stopped."""
        due = Q(state=MessageState.PLANNED, not_before__lte=now)
        abandoned = Q(state=MessageState.SENDING, lease_until__lt=now)
        return self.filter(due | abandoned)
