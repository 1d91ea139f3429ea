"""The timeline of one incident, narrowed to what its reader asks for."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from django.db.models import Count

from incidents.enums import EntryGroup
from incidents.logic.timeline_groups import Chip, asked, chips, counted, group_of, kinds_of
from incidents.models import Incident, TimelineEntry
from incidents.queries import board
from incidents.queries.board import Entry

LENGTH, WHOLE = 100, 2000
ALL = "all"


@dataclass(frozen=True)
class Narrowed:
    """The entries, newest first, and what of them was asked for; the others are marked off.

    Paper shows every one. `total` counts all there are, also those that are not here.
    """

    entries: tuple[Entry, ...]
    chips: tuple[Chip, ...]
    chosen: EntryGroup | None = None
    is_whole: bool = False

    @property
    def total(self) -> int:
        return self.chips[0].count

    @property
    def shown(self) -> int:
        """How many are on the screen."""
        return sum(not entry.is_off for entry in self.entries)

    @property
    def is_cut(self) -> bool:
        """Whether older ones are left out because there are so many."""
        return self.chosen is None and len(self.entries) < self.total

    @property
    def query(self) -> str:
        """What the page adds to its address, so that it asks for the same again."""
        if self.is_whole:
            return f"?show={ALL}"
        return f"?show={self.chosen.value}" if self.chosen else ""


def narrowed(incident: Incident, *, show: str, zone: ZoneInfo) -> Narrowed:
    """The newest entries, of which those of the group `show` are on the screen; in one query.

    A very long timeline costs one more for the counts, and one for older entries of the group.
    """
    chosen, is_whole = asked(show), show == ALL
    rows = list(board.entries(incident, WHOLE if is_whole else LENGTH))
    counts = counted(_group(row) for row in rows)
    if len(rows) == LENGTH:
        counts = _counts(incident)
        rows += _older(incident, rows[-1], chosen) if chosen else []
    marked = [
        replace(board.entry_of(row), is_off=chosen is not None and _group(row) != chosen)
        for row in rows
    ]
    return Narrowed(tuple(_with_days(marked, zone)), chips(counts, chosen=chosen), chosen, is_whole)


def _group(row: TimelineEntry) -> EntryGroup:
    return group_of(row.kind, row.params.get("what"))


def _counts(incident: Incident) -> Mapping[EntryGroup, int]:
    rows = TimelineEntry.objects.filter(incident=incident).values_list("kind", "params__what")
    found: Counter[EntryGroup] = Counter()
    for kind, what, count in rows.annotate(count=Count("pk")).order_by():
        found[group_of(kind, what)] += count
    return found


def _older(incident: Incident, last: TimelineEntry, chosen: EntryGroup) -> Sequence[TimelineEntry]:
    """Of a group those before the last one that is shown anyway."""
    rows = TimelineEntry.objects.filter(
        incident=incident, kind__in=kinds_of(chosen), at__lte=last.at
    )
    older = rows.exclude(at=last.at, pk__gte=last.pk).select_related("by")
    found = older.order_by("-at", "-pk")[:LENGTH]
    return [row for row in found if _group(row) == chosen]


def _with_days(entries: Sequence[Entry], zone: ZoneInfo) -> list[Entry]:
    """Each knows whether its whole day is off, so that no day stands there without an entry."""
    on = {one.at.astimezone(zone).date() for one in entries if not one.is_off}
    return [
        replace(one, is_day_off=one.at.astimezone(zone).date() not in on) if one.is_off else one
        for one in entries
    ]
