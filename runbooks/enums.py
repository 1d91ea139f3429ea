"""The closed lists of runbooks."""

from django.db import models


class StepKind(models.TextChoices):
    """What a runbook step asks for."""

    DO = "do", "Do"
    DECIDE = "decide", "Decide"
    TELL = "tell", "Tell"
    CHECK = "check", "Check"
