"""What the subject of a mail says: whether it fires or has ended, how bad, and what it is about.

Two subjects are about the same thing if they differ only in a state ("PROBLEM", "[RESOLVED]",
"is UP"), in a mark of an answer, in a share, a duration or a counter.
"""

import re
from dataclasses import dataclass

from incidents.intake.signal import severity_level

ENDED = frozenset(
    {
        *("resolved", "recovery", "recovered", "ok", "up", "closed", "cleared", "solved"),
        "restored",
    }
)
FIRES = frozenset(
    {"problem", "firing", "alerting", "alarm", "triggered", "re-triggered", "down", "opened"}
)
NOTED = frozenset(
    {
        *("acknowledgement", "acknowledged", "downtimestart", "downtimeend", "downtimecancelled"),
        *("flappingstart", "flappingstop", "flappingdisabled", "downtimeremoved"),
        *("insufficient_data",),
    }
)
BADNESS = frozenset(
    {
        *(
            "critical",
            "crit",
            "disaster",
            "emergency",
            "fatal",
            "major",
            "minor",
            "warning",
            "warn",
        ),
        *("high", "info", "notice", "sev1", "sev2", "sev3", "sev4", "p1", "p2", "p3", "p4", "p5"),
    }
)
ANSWER = re.compile(
    r"^(?:\s*(?:re|aw|sv|vs|antw|odp|ynt|res?p?|rif)(?:\[\d+\]|\(\d+\))?\s*[:\uff1a]\s*)+",
    re.IGNORECASE,
)
PASSED_ON = re.compile(
    r"^(?:\s*(?:fwd?|wg|tr|rv|vl|doorst|i)(?:\[\d+\])?\s*[:\uff1a]\s*)+", re.IGNORECASE
)
AWAY = re.compile(
    r"^\s*(automatic reply|auto(matic)?[ -]?(reply|response|answer)|autoreply|out of (the )?office"
    r"|abwesenheit|automatische antwort|r[ée]ponse automatique|respuesta autom[áa]tica"
    r"|risposta automatica|undeliver|delivery (status notification|failure)|mail delivery failed"
    r"|returned mail|read:|gelesen:)",
    re.IGNORECASE,
)
UPDATED = re.compile(r"^\W*updated problem\b", re.IGNORECASE)
"""Zabbix: somebody wrote about a problem, or acknowledged it."""
MONITOR = re.compile(r"^\[([^\[\]]{1,100})\]\s*\[[^\w\s\[\]]{1,5}\s*(?:down|up)\]", re.IGNORECASE)
"""Uptime Kuma: the monitor, its state, and words that are others each time."""
_NO_DATA = re.compile(r"^\[no data\]\s*", re.IGNORECASE)
_TAGS = re.compile(r"^(?:\s*\[[^\[\]]{1,60}\])+\s*")
_TAG = re.compile(r"\[([^\[\]]{1,60})\]")
_LEAD = re.compile(r"^[\W_]*([A-Za-z][\w-]{1,24})(?: in [\w .]{1,30})?\s*:")
_LOUD = re.compile(r"^[\W_]*([A-Z][A-Z_-]+\d?)\b")
_IS = re.compile(r"(?:\b(?:is|now)\s+|(?:->|\u2192)\s*)([A-Za-z]{2,12})\b", re.IGNORECASE)
_LAST = re.compile(r"\b([A-Z]{2,12})\W*$")
_WORD = re.compile(r"[A-Za-z][\w-]*")
_LOUD_WORD = re.compile(r"\b(?:[A-Z]{4,10}|SEV[1-4]|P[1-5])\b")
_VALUES = re.compile(
    r"(?:\b(?:in|for|after|since)\s+)?\b\d+(?:[.,]\d+)?\s*"
    r"(?:%|(?:ms|s|secs?|seconds?|m|mins?|minutes?|h|hours?|d|days?|[kmgt]i?b)\b)"
    r"|\b\d{4}-\d\d-\d\d(?:[t ]\d\d:\d\d(?::\d\d)?)?|\b\d{1,2}:\d\d(?::\d\d)?\b|[\[(:]\d+[\])]",
    re.IGNORECASE,
)
_SAID = re.compile(r"[\w@.,/+#-]*\w")
_LEFT_OUT = ENDED | FIRES | NOTED | BADNESS | {"is", "now", "re-triggered"}


@dataclass(frozen=True)
class Subject:
    """`about` is the same for all mails about one thing; `state`: "fires", "ended" or "noted"."""

    title: str
    about: str
    state: str
    severity: int | None
    is_answer: bool
    is_away: bool


def read(said: str) -> Subject:
    """What one line says."""
    line, is_answer = _bare(" ".join(said[:1000].split()))
    monitor = MONITOR.match(line)
    known_by = monitor[1] if monitor else _NO_DATA.sub("", line)
    words = _SAID.findall(_VALUES.sub(" ", known_by).lower())
    about = " ".join(word for word in words if word not in _LEFT_OUT)
    return Subject(
        title=line.strip("* "),
        about=about or line.lower(),
        state=_state(line),
        severity=_severity(line),
        is_answer=is_answer,
        is_away=AWAY.match(line) is not None,
    )


def _bare(line: str) -> tuple[str, bool]:
    """The line without marks of answers and of passing on, and whether it answers."""
    is_answer = False
    for _ in range(10):
        answered, passed_on = ANSWER.match(line), PASSED_ON.match(line)
        found = answered or passed_on
        if found is None:
            break
        is_answer = is_answer or answered is not None
        line = line[found.end() :].lstrip()
    return line, is_answer


def _state(line: str) -> str:
    """The first mark of a state, where tools put one; a mail without one says that it fires."""
    if UPDATED.match(line):
        return "noted"
    for word in _marks(line):
        for state, words in (("ended", ENDED), ("fires", FIRES), ("noted", NOTED)):
            if word in words:
                return state
    return "fires"


def _marks(line: str) -> list[str]:
    """Words where tools write the state: in brackets, in front, after "is", loud at the end."""
    tags = [found[0] for tag in _TAG.findall(line) if (found := _WORD.findall(tag))]
    after = _LEAD.match(_TAGS.sub("", line))
    lead = [found[1] for found in (_LEAD.match(line), _LOUD.match(line), after) if found]
    said = (*tags, *lead, *reversed(_IS.findall(line)), *_LAST.findall(line))
    return [word.lower() for word in said]


def _severity(line: str) -> int | None:
    """The worst that it says in brackets, in front, after "is", or in capitals."""
    said = {*_marks(line), *(word.lower() for word in _LOUD_WORD.findall(line))} & BADNESS
    return min((level for word in said if (level := severity_level(word))), default=None)
