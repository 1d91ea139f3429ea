"""The form of one layer: its people in turns, when they hand over, in which hours it counts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from config.portal.fields import PlainCharField
from rosters.enums import RotationUnit, Weekday
from rosters.forms.asking import WhyField
from rosters.forms.days import (
    WEEK_DAYS,
    DateInput,
    TimeInput,
    WallTimeInput,
    typed_instant,
    typed_time,
)
from rosters.logic import changeovers, zones
from rosters.logic.plans import HoursPlan, LayerPlan, days_of, problems
from rosters.logic.typed_rows import HoursRow, TurnRow, after, hours_rows, turn_rows
from rosters.queries.plans import Held

SPARE_TURNS = 2
NEXT, NOW, AT = "next", "now", "at"
KEEP = "keep"
PRIORITIES = [
    (1, "First on call"),
    (2, "Backup"),
    (3, "Third, behind the backup"),
    (4, "Fourth"),
]
TEXTS = ("name", "priority", "unit", "length", "starts_on", "handover_at", "ends_on", "time_zone")
MORE = ("when", "when_at", "begin", "reason", "was", "lets_go")


@dataclass(frozen=True)
class Known:
    """What a form of a layer is judged by: people by name, the roster's zone, its other layers."""

    people: Mapping[str, int]
    zone: ZoneInfo
    reader_zone: ZoneInfo
    now: datetime
    is_draft: bool
    taken: Sequence[str] = ()
    held: Held | None = None

    @property
    def names(self) -> dict[int, str]:
        return {pk: name for name, pk in self.people.items()}

    @property
    def runs(self) -> bool:
        """Whether a change must leave what has been as it was."""
        return bool(
            not self.is_draft and self.held and self.held.has_begun(self.zone, now=self.now)
        )

    @property
    def next_at(self) -> datetime | None:
        """When the layer hands over next, as it stands."""
        plan = self.held.plan if self.held else None
        return changeovers.next_handover(plan, self.zone, now=self.now) if plan else None


class LayerForm(forms.Form):
    """One layer as it was typed. Rows of people and of hours stand beside the fields."""

    name = PlainCharField(
        label="What is it called",
        max_length=60,
        error_messages={"required": "Give the layer a name, such as First on call."},
    )
    priority = forms.TypedChoiceField(
        label="When is it asked", choices=PRIORITIES, coerce=int, initial=1
    )
    length = forms.IntegerField(
        label="A turn lasts",
        min_value=1,
        max_value=366,
        initial=1,
        error_messages={"required": "Say how long a turn lasts."},
    )
    unit = forms.ChoiceField(
        label="Counted in", choices=RotationUnit.choices, initial=RotationUnit.WEEK
    )
    starts_on = forms.DateField(
        label="First day",
        widget=DateInput,
        help_text="All turns count from it.",
        error_messages={"required": "Say on which day the first turn begins."},
    )
    handover_at = forms.TimeField(
        label="Hand-over at",
        widget=TimeInput,
        help_text="Wall time, also when clocks change.",
        initial=time(9),
        error_messages={"required": "Say at what time they hand over."},
    )
    ends_on = forms.DateField(
        label="Last hand-over",
        widget=DateInput,
        required=False,
        help_text="From this day on nobody has a turn.",
    )
    weekdays = forms.TypedMultipleChoiceField(
        choices=[(day.value, day.label[:3]) for day in Weekday],
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    time_zone = PlainCharField(
        label="Its own time zone",
        required=False,
        max_length=64,
        widget=forms.TextInput({"list": "zones", "autocomplete": "off"}),
        help_text="A city, if it keeps another clock.",
    )
    is_shadow = forms.BooleanField(
        label="They ride along: shown, never called, never counted", required=False
    )
    when = forms.ChoiceField(
        choices=((NEXT, "next"), (NOW, "now"), (AT, "at")), required=False, initial=NEXT
    )
    when_at = forms.CharField(label="At this time", required=False, widget=WallTimeInput)
    begin = forms.CharField(label="Whose turn is it then", required=False, initial=KEEP)
    was = forms.CharField(required=False, widget=forms.HiddenInput)
    lets_go = forms.CharField(required=False, widget=forms.HiddenInput)
    reason = WhyField(required=False)

    week_days = WEEK_DAYS

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        known: Known,
        initial: Mapping[str, Any] | None = None,
        rows: tuple[Sequence[TurnRow], Sequence[HoursRow]] = ((), ()),
    ) -> None:
        super().__init__(data, initial=dict(initial or {}))
        self.known = known
        self.places: dict[str, str] = {}
        turns, hours = rows
        if data is not None:
            turns, hours = _typed(data)
        self.turn_rows, self.hours_rows = list(turns), list(hours)
        self.fields["reason"].required = known.runs

    @classmethod
    def of(cls, plan: LayerPlan, *, known: Known) -> "LayerForm":
        """The form filled in from what stands."""
        names = known.names
        turns = [
            TurnRow(names.get(person, ""), place > 0)
            for turn in plan.turns
            for place, person in enumerate(turn)
        ]
        spare = [TurnRow()] * (SPARE_TURNS if plan.turns else 4)
        hours = [
            HoursRow(
                f"{one.starts_at:%H:%M}", f"{one.ends_at:%H:%M}", tuple(map(str, one.weekdays))
            )
            for one in plan.hours
        ]
        initial = {name: getattr(plan, name) for name in TEXTS}
        initial |= {"weekdays": list(plan.weekdays), "is_shadow": plan.is_shadow, "when": NEXT}
        initial |= {"begin": KEEP, "was": known.held.revision if known.held else ""}
        if known.next_at is None:
            initial["when"] = NOW
        return cls(known=known, initial=initial, rows=([*turns, *spare], hours))

    @classmethod
    def retyped(cls, data: QueryDict, act: str, *, known: Known) -> "LayerForm":
        """The form as it was typed, after a press on one of its rows; nothing is judged."""
        turns, hours = _typed(data)
        initial: dict[str, Any] = {name: data.get(name, "") for name in (*TEXTS, *MORE)}
        initial |= {"weekdays": data.getlist("weekdays"), "is_shadow": "is_shadow" in data}
        turns = after(turns, act, kind="turn", empty=TurnRow())
        hours = after(hours, act, kind="hours", empty=HoursRow("09:00", "17:00"))
        return cls(known=known, initial=initial, rows=(turns, hours))

    @property
    def unknown(self) -> set[str]:
        """The names of the rows that nobody has; none before the form is judged."""
        known = {name.casefold() for name in self.known.people}
        typed = {row.name for row in self.turn_rows if row.name} if self.is_bound else set()
        return {name for name in typed if name.casefold() not in known}

    @property
    def begin_choices(self) -> list[tuple[str, str]]:
        """Each turn as it was typed, to begin with it."""
        found: list[str] = []
        for row in self.turn_rows:
            if row.name and row.together and found:
                found[-1] += f" with {row.name}"
            elif row.name:
                found.append(row.name)
        return [(str(place), who) for place, who in enumerate(found)]

    def clean_time_zone(self) -> str:
        text = str(self.cleaned_data["time_zone"]).strip()
        if not text:
            return ""
        zone = zones.named(text)
        if zone is None:
            raise ValidationError(
                f"“{text[:40]}” is not a time zone. Write a city, such as Berlin."
            )
        return "" if zone == self.known.zone.key else zone

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        cleaned["turns"], cleaned["hours"] = self._turns(), self._hours()
        if not self.errors:
            for one in problems(self.plan, taken=self.known.taken, names=self.known.names):
                self.add_error(one.field if one.field in self.fields else None, one.text)
        if not self.errors:
            cleaned["at"] = self._when(cleaned)
        return cleaned

    @property
    def plan(self) -> LayerPlan:
        """What was typed, for a form that is valid."""
        answers = self.cleaned_data
        held = self.known.held.plan if self.known.held else None
        count = max(len(answers["turns"]), 1)
        return LayerPlan(
            **{name: answers[name] for name in TEXTS},
            turns=answers["turns"],
            weekdays=days_of(answers["weekdays"]),
            hours=answers["hours"],
            is_shadow=answers["is_shadow"],
            first=held.first % count if held else 0,
        )

    @property
    def at(self) -> datetime:
        """From when on it is to hold."""
        at: datetime = self.cleaned_data.get("at", self.known.now)
        return at

    def planned(self) -> LayerPlan:
        """The plan, beginning with whoever has the turn then or with who was chosen."""
        plan, known = self.plan, self.known
        old = known.held.plan if known.held else None
        if not known.runs or old is None:
            return plan
        chosen = str(self.cleaned_data.get("begin") or KEEP)
        first = (
            changeovers.beginning_with(plan, int(chosen), known.zone, at=self.at)
            if chosen.isascii() and chosen.isdigit() and int(chosen) < len(plan.turns)
            else changeovers.carrying_on(plan, old, known.zone, at=self.at)
        )
        return LayerPlan(**{**plan.__dict__, "first": first})

    def _turns(self) -> tuple[tuple[int, ...], ...]:
        by_name = {name.casefold(): pk for name, pk in self.known.people.items()}
        turns: list[list[int]] = []
        for place, row in enumerate(self.turn_rows):
            if not row.name:
                continue
            person = by_name.get(row.name.casefold())
            if person is None:
                said = f"Nobody here is called “{row.name[:60]}”. Choose a name of the list."
                self._wrong_at(f"person_{place}", said)
            elif row.together and turns:
                turns[-1].append(person)
            else:
                turns.append([person])
        return tuple(tuple(turn) for turn in turns)

    def _wrong_at(self, place: str, said: str) -> None:
        """What is wrong in a row; the same is said once."""
        if self.places.setdefault(said, place) == place:
            self.add_error(None, said)

    def _hours(self) -> tuple[HoursPlan, ...]:
        found = []
        for number, row in enumerate(self.hours_rows, start=1):
            if not row.starts and not row.ends:
                continue
            starts_at, ends_at = typed_time(row.starts), typed_time(row.ends)
            if starts_at is None or ends_at is None:
                said = f"Hours {number}: say from when until when, such as 09:00 to 17:00."
                self._wrong_at(f"hours_{'to' if starts_at else 'from'}_{number - 1}", said)
                continue
            days = days_of([int(day) for day in row.days if day in set("0123456")])
            found.append(HoursPlan(starts_at, ends_at, days))
        return tuple(found)

    def _when(self, cleaned: Mapping[str, Any]) -> datetime:
        known, choice = self.known, cleaned.get("when") or NEXT
        if not known.runs or choice == NOW:
            return known.now
        if choice == NEXT:
            return known.next_at or known.now
        text = str(cleaned.get("when_at", "")).strip()
        if not text:
            self.add_error("when_at", "Say from when it is to hold.")
            return known.now
        try:
            at = typed_instant(text, known.reader_zone)
        except ValidationError as error:
            self.add_error("when_at", error)
            return known.now
        if at < known.now:
            self.add_error("when_at", "That is past. What has been stays as it was.")
        return at


def _typed(data: QueryDict) -> tuple[list[TurnRow], list[HoursRow]]:
    def get(name: str) -> str:
        return str(data.get(name, "")).replace("\0", "")

    return turn_rows(data, get), hours_rows(data, get, data.getlist)
