"""The closed lists of incidents, policies and the engine."""

from django.db import models


class Phase(models.TextChoices):
    """The last milestone that an incident has reached."""

    DETECTED = "detected", "Detected"
    ACKNOWLEDGED = "acknowledged", "Acknowledged"
    CONTAINED = "contained", "Contained"
    RESOLVED = "resolved", "Resolved"
    REVIEWED = "reviewed", "Reviewed"


class Promise(models.TextChoices):
    """What a response clock measures."""

    ACKNOWLEDGE = "acknowledge", "Acknowledge"
    CONTAIN = "contain", "Contain"
    RESOLVE = "resolve", "Resolve"
    UPDATE = "update", "Post an update"
    REVIEW = "review", "Publish the review"


class TargetUnit(models.TextChoices):
    """What a response target is counted in."""

    MINUTES = "minutes", "minutes"
    WORKING_DAYS = "working_days", "working days"


class StepAnchor(models.TextChoices):
    """From which instant of its clock a step's wait is counted."""

    START = "start", "after the clock starts"
    TARGET = "target", "after its target has passed"


class TargetKind(models.TextChoices):
    """What a step's target names."""

    ROLE = "role", "A role in the contact matrix"
    ROSTER = "roster", "A roster"
    PERSON = "person", "A person"
    TEAM = "team", "A team"


class Choose(models.TextChoices):
    """Whom of a target we tell."""

    ON_CALL = "on_call", "Whoever is on call"
    BACKUP = "backup", "The backup"
    ALL = "all", "Everybody"


class FinishReason(models.TextChoices):
    """Why an escalation run ended."""

    MET = "met", "What it waited for was done"
    SUPERSEDED = "superseded", "A later clock took over"
    EXHAUSTED = "exhausted", "Everybody had been called as often as the policy says"


class AlertStatus(models.TextChoices):
    """What the sender last said of an alert."""

    FIRING = "firing", "Firing"
    RESOLVED = "resolved", "Resolved"


class AlertOutcome(models.TextChoices):
    """What Muster did with one alert, as its sender reads it."""

    CREATED = "created", "Opened an incident"
    GROUPED = "grouped", "Joined an open incident"
    RESOLVED = "resolved", "Noted as resolved by its source"
    IGNORED = "ignored", "Nothing to do"
    REJECTED = "rejected", "Could not be read"


class Answer(models.TextChoices):
    """What a person who was called said."""

    ACKNOWLEDGED = "acknowledged", "Acknowledged"
    PASSED = "passed", "Passed on"


class EntryKind(models.TextChoices):
    """What happened, on an incident's timeline."""

    DETECTED = "detected", "Detected"
    DECLARED = "declared", "Declared"
    ALERTS_JOINED = "alerts_joined", "Alerts joined"
    SIGNALS_RESOLVED = "signals_resolved", "All signals resolved"
    SIGNALS_FIRING = "signals_firing", "Signals firing again"
    TOLD = "told", "Told"
    ESCALATED = "escalated", "Escalated"
    STEP_SKIPPED = "step_skipped", "Step skipped"
    RAN_LATE = "ran_late", "Ran late"
    EXHAUSTED = "exhausted", "Everybody called"
    NOBODY_CALLED = "nobody_called", "Nobody called"
    UNREACHED = "unreached", "Could not be reached"
    ACKNOWLEDGED = "acknowledged", "Acknowledged"
    ACKNOWLEDGED_BY_LINK = "acknowledged_by_link", "Acknowledged by link"
    HANDED_BACK = "handed_back", "Handed back"
    PASSED = "passed", "Passed on"
    CONTAINED = "contained", "Contained"
    RESOLVED = "resolved", "Resolved"
    REVIEWED = "reviewed", "Reviewed"
    UPDATED = "updated", "Update posted"
    COMMAND_TAKEN = "command_taken", "Command taken"
    NOTE = "note", "Note"


class SourceKind(models.TextChoices):
    """The senders whose notifications Muster can read."""

    ALERTMANAGER = "alertmanager", "Prometheus Alertmanager"


class ChangeKind(models.TextChoices):
    """What was changed."""

    DEPLOY = "deploy", "New version"
    CONFIG = "config", "Setting"
    SWITCH = "switch", "Feature switched on or off"
    SUPPLIER = "supplier", "Change at a supplier"


class PersonalData(models.TextChoices):
    """Whether personal data may be at risk, as whoever declares an incident answers."""

    NO = "no", "No"
    YES = "yes", "Yes"
    UNSURE = "unsure", "Not sure"
