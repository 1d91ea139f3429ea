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
    FILL_ROLE = "fill_role", "Fill a role"
    CONTAIN = "contain", "Contain"
    RESOLVE = "resolve", "Resolve"
    ROOT_CAUSE = "root_cause", "Write down the cause"
    UPDATE = "update", "Post an update"
    REVIEW = "review", "Publish the review"
    DECIDE = "decide", "Decide what was asked"
    ATTENTION = "attention", "Say that you are still on it"
    REPORT = "report", "Tell the authority"


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
    ROOM = "room", "A room: a chat channel or a list"
    ASKED = "asked", "The role that the clock asks"


class Choose(models.TextChoices):
    """Whom of a target we tell."""

    ON_CALL = "on_call", "Whoever is on call"
    BACKUP = "backup", "The backup"
    NEXT = "next", "Whoever is on call next"
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
    REOPENED = "reopened", "Opened its incident again"
    RESOLVED = "resolved", "Noted as resolved by its source"
    SUPPRESSED = "suppressed", "Kept quietly, by a rule or a maintenance window"
    HELD = "held", "Waits: it opens an incident later if it is still firing"
    NOTED = "noted", "Understood; it needs no incident"
    IGNORED = "ignored", "Nothing to do"
    REJECTED = "rejected", "Could not be read"


class Answer(models.TextChoices):
    """What a person who was called said."""

    ACKNOWLEDGED = "acknowledged", "Acknowledged"
    PASSED = "passed", "Passed on"
    RELEASED = "released", "No longer needed"


class AnswerWay(models.TextChoices):
    """How somebody answered a call. Empty: on the portal, signed in."""

    PORTAL = "", "On the portal"
    LINK = "link", "Through the link in the message"
    SMS = "sms", "By text message"
    PHONE = "phone", "By a key on the phone"
    CHAT = "chat", "By a button in the chat"


class AckMode(models.TextChoices):
    """Whose answer ends the calls of a step."""

    ANY = "any", "One of them is enough"
    ALL = "all", "Each of them must acknowledge"


class HoursReadIn(models.TextChoices):
    """Where the clock hangs that the hours of a step's condition are read from."""

    HOURS = "hours", "The hours' own time zone"
    SERVICE = "service", "The time zone of the service's team"
    RECIPIENT = "recipient", "The time zone of whoever is called"


class HoldKind(models.TextChoices):
    """What waits."""

    HOLD = "hold", "Hold: every call of the incident waits"
    SNOOZE = "snooze", "Snooze: the calls to acknowledge it wait"


class ApprovalAnswer(models.TextChoices):
    """What became of a question that somebody else decides."""

    APPROVED = "approved", "Approved"
    DECLINED = "declined", "Declined"
    WITHDRAWN = "withdrawn", "Withdrawn"


class StepOutcome(models.TextChoices):
    """What came of one step of a runbook."""

    WORKED = "worked", "It worked"
    FAILED = "failed", "It did not work"
    SKIPPED = "skipped", "Left out"


class FiringOutcome(models.TextChoices):
    """What became of one step when its time had come."""

    TOLD = "told", "Somebody was told"
    NOBODY = "nobody", "Nobody to tell"
    CONDITION = "condition", "Its condition did not hold"
    KNOWN = "known", "Everybody it tells knew already"
    JUMPED = "jumped", "Skipped by a person"


class EntryKind(models.TextChoices):
    """What happened, on an incident's timeline."""

    DETECTED = "detected", "Detected"
    DECLARED = "declared", "Declared"
    ADVISED = "advised", "Severity considered"
    ALERTS_JOINED = "alerts_joined", "Alerts joined"
    REOPENED = "reopened", "Opened again"
    RESOLVED_BY_ITSELF = "resolved_by_itself", "Resolved by itself"
    STEPS_PAUSED = "steps_paused", "Steps paused"
    SIGNALS_RESOLVED = "signals_resolved", "All signals resolved"
    SIGNALS_FIRING = "signals_firing", "Signals firing again"
    TOLD = "told", "Told"
    ESCALATED = "escalated", "Escalated"
    ROOM_TOLD = "room_told", "Room told"
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
    ROLE_FILLED = "role_filled", "Role filled"
    SEVERITY_CHANGED = "severity_changed", "Severity changed"
    HELD = "held", "Calls held"
    SNOOZED = "snoozed", "Calls snoozed"
    CALLS_RESUMED = "calls_resumed", "Calls go on"
    REROUTED = "rerouted", "Calls go to somebody else"
    REROUTE_ENDED = "reroute_ended", "Calls go where they went before"
    JUMPED = "jumped", "Skipped to a step"
    EXPERT_CALLED = "expert_called", "Expert called"
    HELP_ASKED = "help_asked", "Help asked for"
    HELP_ANSWERED = "help_answered", "Help answered"
    STOOD_DOWN = "stood_down", "Stood down"
    DECIDED = "decided", "Decided"
    APPROVAL_ASKED = "approval_asked", "Approval asked for"
    APPROVAL_ANSWERED = "approval_answered", "Approval answered"
    APPROVAL_PASSED_ON = "approval_passed_on", "Approval went to the backup"
    ATTENTION_ASKED = "attention_asked", "Asked whether somebody is still on it"
    ATTENTION_GIVEN = "attention_given", "Still on it"
    ATTENTION_LOST = "attention_lost", "Nobody is on it any more"
    CAUSE_KNOWN = "cause_known", "Root cause found"
    RESTRICTED = "restricted", "Closed to others"
    AUTHORITY_TOLD = "authority_told", "Authority told"
    EVIDENCE = "evidence", "Evidence collected"
    STEP_MARKED = "step_marked", "Runbook step"
    RUNBOOK_CHOSEN = "runbook_chosen", "Runbook chosen"
    VERSION_MOVED = "version_moved", "Moved to another version of its rule"
    NOTE = "note", "Note"


class EntryGroup(models.TextChoices):
    """What a timeline can be narrowed to."""

    MILESTONES = "milestones", "Milestones"
    CALLS = "calls", "Calls"
    UPDATES = "updates", "Updates"
    DECISIONS = "decisions", "Decisions"
    SIGNALS = "signals", "Signals"
    STEPS = "steps", "Steps"
    ROLES = "roles", "Roles"
    NOTES = "notes", "Notes"


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


class RuleMode(models.TextChoices):
    """Whether a trigger rule decides."""

    DRAFT = "draft", "Draft: it does nothing"
    WATCH = "watch", "Watching: it only notes what it would do"
    ACTIVE = "active", "Active: it decides"


class RuleAction(models.TextChoices):
    """What a trigger rule does with an alert that fits."""

    INCIDENT = "incident", "Open an incident"
    IF_IMPACT = "if_impact", "Open an incident once impact is shown"
    SUPPRESS = "suppress", "Keep it quietly"


class MaintenanceMode(models.TextChoices):
    """What planned work does to alerts and calls."""

    TELL = "tell", "Only tell readers: alerts call as always"
    HOLD = "hold", "Hold alerts: those still firing at the end open an incident then"
    LOG = "log", "Log only: alerts are kept and nobody is called"
    PAUSE = "pause", "Pause the steps: incidents open, calls wait for the end"


class Recurrence(models.TextChoices):
    """How often planned work comes again, at the same wall time."""

    ONCE = "once", "Once"
    DAILY = "daily", "Every day"
    WEEKLY = "weekly", "Every week"
    MONTHLY = "monthly", "Every month"


class IncidentEvent(models.TextChoices):
    """What other systems may be told of an incident."""

    OPENED = "incident.opened", "An incident opened"
    ACKNOWLEDGED = "incident.acknowledged", "Somebody is looking at it"
    ESCALATED = "incident.escalated", "More people were called"
    CONTAINED = "incident.contained", "It is contained"
    UPDATED = "incident.updated", "An update was posted"
    RESOLVED = "incident.resolved", "It is resolved"
    REVIEWED = "incident.reviewed", "Its review is published"


class PostState(models.TextChoices):
    """How far a message to a room has come."""

    PLANNED = "planned", "Waits to be sent"
    SENDING = "sending", "On its way"
    SENT = "sent", "Told"
    CANCELLED = "cancelled", "No longer needed"
    FAILED = "failed", "Could not be told"


class DeliveryState(models.TextChoices):
    """How far the carriage of one event to another system has come."""

    PLANNED = "planned", "Waits to be sent"
    SENDING = "sending", "On its way"
    DELIVERED = "delivered", "Taken"
    DEAD = "dead", "Given up"


class FindingKind(models.TextChoices):
    """What the proof of the rules found, the most urgent first."""

    NO_RULE = "no_rule", "No rule holds"
    NOBODY = "nobody", "Nobody would be called"
    LEAVE = "leave", "The backup is away at the same time"
    SAME = "same", "Two calls in a row go to one person"
    LAST = "last", "The last call reaches nobody"
    ENDS = "ends", "The calls end"
    DELAY = "delay", "The next call comes before the phone rings"
    NUMBER = "number", "Nobody knows whether the number works"
    MILDER = "milder", "A milder incident wakes more people, or sooner"
    APPROVER = "approver", "One person would ask and agree"
