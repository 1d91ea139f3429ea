"""From and until which day a contact is to hold, as it was typed."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from rosters.forms.days import FIRST_DAY, LAST_DAY
from rosters.logic.cells import Dates
from rosters.logic.walltime import instant

SINCE, UNTIL = "since", "until"
DAY = timedelta(days=1)
NO_DAY = "Write the day as 2026-11-30."
PAST = "Choose today or a later day."
BEFORE = "It must not end before it begins."


class Lasting:
    """Two days in the zone of whoever types them; `problems` are sentences by field.

    `held` is what stood there: days left as they were change nothing.
    """

    def __init__(
        self,
        since: str,
        until: str,
        *,
        zone: ZoneInfo,
        now: datetime,
        held: Dates = Dates(),  # noqa: B008  # a value that nobody changes
    ) -> None:
        self.zone, self.held = zone, held
        self.today = now.astimezone(zone).date()
        self.typed = {SINCE: since.strip()[:20], UNTIL: until.strip()[:20]}
        self.problems: dict[str, str] = {}
        days = {name: self._day(name) for name in (SINCE, UNTIL)}
        self.dates = None if self.problems else self._dates(days[SINCE], days[UNTIL])

    def _day(self, name: str) -> date | None:
        text = self.typed[name]
        if not text:
            return None
        try:
            day = date.fromisoformat(text)
        except ValueError:
            self.problems[name] = NO_DAY
            return None
        is_as_held = name == UNTIL and text == typed_until(self.held, self.zone)
        if not FIRST_DAY <= day <= LAST_DAY or (day < self.today and not is_as_held):
            self.problems[name] = PAST
        return day

    def _dates(self, since: date | None, until: date | None) -> Dates | None:
        if since and until and until < since:
            self.problems[UNTIL] = BEFORE
            return None
        is_as_held = self.typed[UNTIL] == typed_until(self.held, self.zone)
        begins_at = self._midnight(since) if since and since > self.today else None
        if is_as_held and begins_at is None:
            return None
        ends_at = self._midnight(until + DAY) if until else None
        return Dates(begins_at, self.held.ends_at if is_as_held else ends_at)

    def _midnight(self, day: date) -> datetime:
        return instant(datetime.combine(day, time()), self.zone)


def typed_until(dates: Dates, zone: ZoneInfo) -> str:
    """The last day, as it is typed; nothing for good."""
    if dates.ends_at is None:
        return ""
    return (dates.ends_at - timedelta(microseconds=1)).astimezone(zone).date().isoformat()
