"""The closed lists of reviews."""

from django.db import models


class ActionKind(models.TextChoices):
    """What an action item is for."""

    PREVENT = "prevent", "Prevent it"
    DETECT = "detect", "Notice it sooner"
    CONTAIN = "contain", "Contain it faster"
    PROCESS = "process", "Work together better"


class DrillKind(models.TextChoices):
    """What is rehearsed."""

    TABLETOP = "tabletop", "Around a table"
    CALL_OUT = "call_out", "Call-out test"
    HANDOVER = "handover", "Handover with a key person missing"
    TOOL_DOWN = "tool_down", "A tool is down"
