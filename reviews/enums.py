"""The closed lists of reviews."""

from django.db import models


class ActionKind(models.TextChoices):
    """What an action item is for."""

    PREVENT = "prevent", "Prevent it"
    DETECT = "detect", "Notice it sooner"
    CONTAIN = "contain", "Contain it faster"
    PROCESS = "process", "Work together better"
