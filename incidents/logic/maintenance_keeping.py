"""Who may plan work, and what planned work must be. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from incidents.enums import MaintenanceMode
from incidents.logic.maintenance import LONGEST, Window, is_over
from incidents.logic.signal_keeping import SignalKeeper, why_not_keep_signals
from rosters.logic.walltime import wall

QUIET_WITHOUT_REASON = timedelta(hours=4)
"""For longer than this nothing critical is kept quiet unless somebody says why."""
FARTHEST = timedelta(days=2 * 366)
MOST_LABELS = 10
LABEL_LENGTH = 120


@dataclass(frozen=True)
class Mistake:
    """What is wrong, and with which field; an empty field is the whole form."""

    field: str
    text: str


def why_not_plan_work(keeper: SignalKeeper, *, is_owner: bool = False) -> str | None:
    """Whether a reader may plan work, change it or call it off. Its owner may."""
    return None if is_owner else why_not_keep_signals(keeper)


def why_not_change(window: Window, *, now: datetime) -> str | None:
    """Whether there is anything left of it to change."""
    return "It is over. What has been stays as it was." if is_over(window, now=now) else None


def mistakes(
    window: Window, *, reason: str, covers_critical: bool, now: datetime
) -> tuple[Mistake, ...]:
    """All that is wrong with planned work, in the order of the form."""
    return tuple(_mistakes(window, reason, now, covers_critical=covers_critical))


def _mistakes(
    window: Window, reason: str, now: datetime, *, covers_critical: bool
) -> Iterator[Mistake]:
    if window.ends_at <= window.starts_at:
        yield Mistake("ends_at", "It must end after it starts.")
        return
    if window.starts_at > now + FARTHEST:
        yield Mistake("starts_at", "That is more than two years away. Choose an earlier day.")
    yield from _too_long(window)
    yield from _last_day(window, window.until)
    if is_over(window, now=now):
        yield Mistake("ends_at", "That is past. Choose a later end.")
    yield from _about(window)
    is_quiet = window.mode == MaintenanceMode.LOG and covers_critical
    if is_quiet and not reason and window.ends_at - window.starts_at > QUIET_WITHOUT_REASON:
        yield Mistake(
            "reason",
            "It keeps alerts of a tier 1 service quiet for more than 4 hours. Say why.",
        )


def _too_long(window: Window) -> Iterator[Mistake]:
    longest = LONGEST[window.recurrence]
    lasts = wall(window.ends_at, window.zone) - wall(window.starts_at, window.zone)
    if not window.comes_again:
        if lasts > longest:
            yield Mistake("ends_at", "Planned work lasts 31 days at most. Choose an earlier end.")
    elif lasts >= longest:
        yield Mistake("ends_at", "It must be over before its next time begins.")


def _last_day(window: Window, until: date | None) -> Iterator[Mistake]:
    if window.comes_again and until and until < wall(window.starts_at, window.zone).date():
        yield Mistake("until", "The last day is before the first. Choose a later one.")


def _about(window: Window) -> Iterator[Mistake]:
    if not (window.service_ids or window.source_ids or window.labels):
        yield Mistake("services", "Say what it is about: a service, a source or a label.")
    if window.mode == MaintenanceMode.PAUSE and window.labels:
        yield Mistake(
            "labels", "Calls are paused by service and source. Labels are asked of alerts only."
        )
    if len(window.labels) > MOST_LABELS:
        yield Mistake("labels", f"Name {MOST_LABELS} labels at most.")
    if any(len(text) > LABEL_LENGTH for pair in window.labels.items() for text in pair):
        yield Mistake("labels", f"Use {LABEL_LENGTH} characters or fewer for a name or a value.")


def labels_in(text: str) -> dict[str, str]:
    """Labels as typed, one a line: "region = eu-*". Raises ValueError with a sentence."""
    found: dict[str, str] = {}
    for line in text.splitlines():
        if not line.strip():
            continue
        name, sign, value = (part.strip() for part in line.partition("="))
        if not (name and sign and value):
            raise ValueError(f"“{line.strip()[:40]}” is no label. Write one a line: region = eu-*")
        found[name] = value
    return found


def labels_as_text(labels: dict[str, str]) -> str:
    """The same, to be changed."""
    return "\n".join(f"{name} = {value}" for name, value in labels.items())
