"""The closed lists that every app speaks."""

from django.db import models

from config.portal.sentences import phrase, spoken


class SeverityLevel(models.IntegerChoices):
    """How bad it is. 1 is the worst; `incidents.Severity` describes each level in plain words."""

    CRITICAL = 1, "SEV1 Critical"
    SERIOUS = 2, "SEV2 Serious"
    MINOR = 3, "SEV3 Minor"
    SMALL = 4, "SEV4 Small"

    @property
    def code(self) -> str:
        return f"SEV{self.value}"

    @property
    def word(self) -> str:
        return self.name.capitalize()


class Tier(models.IntegerChoices):
    """How much the company depends on a service. 1 is the most."""

    CRITICAL = 1, "Tier 1: customers cannot work without it"
    IMPORTANT = 2, "Tier 2: customers notice within hours"
    SUPPORTING = 3, "Tier 3: customers rarely notice"


spoken(("Tier 1", "Tier 2", "Tier 3"))


class Weekday(models.IntegerChoices):
    """Days as Python counts them."""

    MONDAY = 0, "Monday"
    TUESDAY = 1, "Tuesday"
    WEDNESDAY = 2, "Wednesday"
    THURSDAY = 3, "Thursday"
    FRIDAY = 4, "Friday"
    SATURDAY = 5, "Saturday"
    SUNDAY = 6, "Sunday"


class Channel(models.TextChoices):
    """How a contact point is reached."""

    PHONE = "phone", "Phone call"
    SMS = "sms", "Text message"
    EMAIL = "email", "E-mail"
    CHAT = "chat", "Chat message"
    PUSH = "push", "Push message"

    @property
    def verb(self) -> str:
        """What we do, present tense: "we phone Ben Carter"."""
        return VERBS[self.value]

    @property
    def verb_past(self) -> str:
        """What we did: "we phoned Ben Carter"."""
        return VERBS_PAST[self.value]


VERB = "what we do"
"""Tells translators that "phone" is none that rings."""
VERBS = {
    "phone": phrase("phone", context=VERB),
    "sms": phrase("text", context=VERB),
    "email": phrase("e-mail", context=VERB),
    "chat": phrase("write in chat to", context=VERB),
    "push": phrase("send a push message to", context=VERB),
}
VERBS_PAST = {
    "phone": phrase("phoned", context=VERB),
    "sms": phrase("texted", context=VERB),
    "email": phrase("e-mailed", context=VERB),
    "chat": phrase("wrote in chat to", context=VERB),
    "push": phrase("sent a push message to", context=VERB),
}
CALL = phrase("call", context=VERB)
CALLED = phrase("called", context=VERB)
"""Where nobody knows how they are reached."""


class Urgency(models.TextChoices):
    """Which of a person's contact rules apply."""

    URGENT = "urgent", "Urgent: wake them"
    NORMAL = "normal", "Normal: they read it when they are awake"


class RotationUnit(models.TextChoices):
    """What one turn of a rotation is counted in, as wall time in the roster's zone."""

    HOUR = "hour", "hours"
    DAY = "day", "days"
    WEEK = "week", "weeks"
    MONTH = "month", "months"


class OverrideKind(models.TextChoices):
    """What an override does to those who are on call in its window."""

    REPLACE = "replace", "One person instead of another"
    ADD = "add", "One more person"
    REMOVE = "remove", "One person fewer"
    SHADOW = "shadow", "Rides along, is not called"


class MessageState(models.TextChoices):
    """Where a message is on its way to a person."""

    PLANNED = "planned", "Planned"
    SENDING = "sending", "Being sent"
    SENT = "sent", "Sent"
    FAILED = "failed", "Could not be sent"
    CANCELLED = "cancelled", "No longer needed"
    EXPIRED = "expired", "Too old to send"
    SUPPRESSED = "suppressed", "Not sent on purpose"


class Withheld(models.TextChoices):
    """Why a message waits, or never left though nothing went wrong, in words for anybody."""

    QUIET = "quiet", "Its person has quiet hours"
    HOLIDAY = "holiday", "Its person has a public holiday"
    SHARE = "share", "So many messages went to this number or address already"
    BUNDLE = "bundle", "Another message about the same thing says it"
    OWN_RULE = "own_rule", "Its person does not want it at this number or address any more"
    OTHER_WAY = "other_way", "Another way to its person is used first"


PASSING = (Withheld.QUIET, Withheld.HOLIDAY, Withheld.SHARE)
"""What holds a message back for a while: it would have left afterwards."""


class Lane(models.IntegerChoices):
    """Which message leaves first when several wait. Lower leaves first."""

    FIRST_CALL = 10, "First call of an incident"
    ESCALATION = 20, "Later calls"
    UPDATE = 30, "Updates and reminders"


class AttemptOutcome(models.TextChoices):
    """How one attempt to hand a message to a carrier ended."""

    HANDED_OVER = "handed_over", "Handed over"
    TEMPORARY = "temporary", "Failed, we try again"
    PERMANENT = "permanent", "Failed for good"
    LOST = "lost", "The sender stopped before it could say"


class FailureReason(models.TextChoices):
    """Why a message did not get through, in words that anybody may read."""

    NO_CARRIER = "no_carrier", "Nothing in Muster carries this kind of message"
    BAD_ADDRESS = "bad_address", "The carrier says that nobody is reached at this address"
    REFUSED = "refused", "The carrier refused this message"
    ACCOUNT = "account", "The carrier does not let Muster in"
    BUSY = "busy", "The carrier could not take it just then"
    AWAY = "away", "The carrier could not be reached"
    UNSURE = "unsure", "The carrier did not say whether it took it"
    OUT = "out", "The carrier is out, so it was not asked"
    UNDELIVERED = "undelivered", "The carrier took it and could not deliver it"
    BROKEN = "broken", "Muster made a mistake with this message"


class CircuitState(models.TextChoices):
    """Whether a carrier is asked. Open means that the line is cut, as electricians say."""

    CLOSED = "closed", "Working"
    OPEN = "open", "Out: not asked for a while"
    HALF_OPEN = "half_open", "Being tried with one message"


class Language(models.TextChoices):
    """Which language somebody reads: one of settings.LANGUAGES, each named as its readers do."""

    ENGLISH = "en", "English"
    GERMAN = "de", "Deutsch"


class Theme(models.TextChoices):
    """Which of the two looks a person chose."""

    SYSTEM = "", "As my device has it"
    LIGHT = "light", "Light"
    DARK = "dark", "Dark"


class DigestKind(models.TextChoices):
    """Which letter somebody gets regularly."""

    CONTACTS = "contacts", "Contacts that need somebody"
    COVERAGE = "coverage", "Rosters that need somebody"
    OUTLOOK = "outlook", "The week ahead on call"


class ImportSubject(models.TextChoices):
    """What a file brings in."""

    PEOPLE = "people", "People"
    CONTACT_POINTS = "contact_points", "Numbers and addresses"
    SERVICES = "services", "Services"
    MATRIX = "matrix", "Contact matrix"


class ImportState(models.TextChoices):
    """Where an import stands. Nothing changes before somebody applies what was checked."""

    WAITING = "waiting", "Waiting to be checked"
    CHECKING = "checking", "Being checked"
    CHECKED = "checked", "Checked, nothing changed yet"
    REFUSED = "refused", "Has mistakes, nothing changed"
    APPLYING = "applying", "Being applied"
    APPLIED = "applied", "Applied"
    WITHDRAWN = "withdrawn", "Withdrawn, nothing changed"


class ApiScope(models.TextChoices):
    """What a token of the API may do, within what its person may do."""

    READ = "read", "Read people, services and the contact matrix"
    READ_NUMBERS = "read_numbers", "Read numbers and addresses, each view logged"
    WRITE = "write", "Change people, services and the contact matrix"


class CoverageKind(models.TextChoices):
    """When somebody is meant to be on call."""

    ALWAYS = "always", "Day and night, every day"
    HOURS = "hours", "At certain hours"
    NONE = "none", "Never, by design"


class SwapState(models.TextChoices):
    """Where a shift given away or swapped stands."""

    ASKED = "asked", "Nobody has taken it yet"
    AGREED = "agreed", "Agreed, waits for a lead"
    DONE = "done", "Done"
    REFUSED = "refused", "Refused"
    WITHDRAWN = "withdrawn", "Taken back"
    UNDONE = "undone", "Undone"
    EXPIRED = "expired", "Nobody took it in time"


class ShiftSource(models.TextChoices):
    """Why somebody was on call."""

    TURN = "turn", "Their turn"
    OVERRIDE = "override", "In place of somebody"
    TEMPORARY = "temporary", "Temporary schedule"
    MOVED_UP = "moved_up", "Moved up for somebody away"


class WishKind(models.TextChoices):
    """What somebody wants for a time, which planning the next shifts takes into account."""

    RATHER_NOT = "rather_not", "Rather not on call"
    GLADLY = "gladly", "Gladly on call"


class HandOverState(models.TextChoices):
    """Where a hand-over that was planned for a later day stands."""

    PLANNED = "planned", "Planned"
    DONE = "done", "Done"
    CALLED_OFF = "called_off", "Called off"
