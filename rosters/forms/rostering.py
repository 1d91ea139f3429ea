"""Forms of a roster: what a new one begins with, and how it is set up."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from config.portal.fields import PlainCharField
from rosters.enums import CoverageKind
from rosters.forms.asking import WhyField
from rosters.forms.days import WEEK_DAYS, typed_time
from rosters.logic import starters, zones
from rosters.logic.plans import HoursPlan, LayerPlan, days_of
from rosters.logic.reasons import in_one_line
from rosters.logic.starters import DAY_NIGHT, EMPTY, SUN, WEEKLY, Group
from rosters.logic.typed_rows import HoursRow, after, hours_rows
from rosters.models import Roster, Team
from rosters.operations.rostering import Facts, revision
from rosters.queries.plans import TargetPlan

LEVELS = [(1, "Somebody on call"), (2, "Somebody, and a backup behind them")]
KINDS = [("", "Not declared: the layers say it"), *CoverageKind.choices]
NO_TEAM = "No team"


@dataclass(frozen=True)
class Way:
    """One way to begin: its words, and the groups of people it asks for."""

    key: str
    title: str
    text: str
    groups: tuple[tuple[str, str, str], ...] = ()
    places: int = 4
    has_backup: bool = True


WAYS = (
    Way(
        WEEKLY,
        "One week each",
        "People take turns, a week at a time. They hand over on Monday at 09:00.",
        (("First on call", "", ""),),
        places=6,
    ),
    Way(
        DAY_NIGHT,
        "Day and night",
        "One group has the days, the other the nights. A week at a time.",
        (("Day", "08:00", "20:00"), ("Night", "20:00", "08:00")),
    ),
    Way(
        SUN,
        "Follow the sun",
        "Three regions share the day, so nobody is woken. Each has its own people.",
        (("Asia", "00:00", "08:00"), ("Europe", "08:00", "16:00"), ("Americas", "16:00", "00:00")),
    ),
    Way(EMPTY, "Something else", "Begin without layers and add them one by one.", has_backup=False),
)
BY_KEY = {way.key: way for way in WAYS}


@dataclass
class GroupRow:
    """One group as it was typed."""

    number: int
    name: str
    starts: str
    ends: str
    people: list[str]
    has_hours: bool
    error: str = ""
    wrong: str = ""
    """The id of the field that the error is about."""


class _ZoneMixin(forms.Form):
    """A form with a name, a team and a time zone."""

    name = PlainCharField(
        label="What is it called",
        max_length=80,
        error_messages={"required": "Give the roster a name, such as Payments."},
    )
    team = forms.ChoiceField(
        label="Whose is it", required=False, help_text="Its leads may change the roster."
    )
    time_zone = PlainCharField(
        label="Whose clock does it follow",
        max_length=64,
        widget=forms.TextInput({"list": "zones", "autocomplete": "off"}),
        help_text="A city, such as Berlin.",
        error_messages={"required": "Name a time zone by its city, such as Berlin."},
    )

    def clean_time_zone(self) -> str:
        text = str(self.cleaned_data["time_zone"])
        zone = zones.named(text)
        if zone is None:
            raise ValidationError(
                f"“{text[:40]}” is not a time zone. Write a city, such as Berlin."
            )
        return zone

    def clean_name(self) -> str:
        name = in_one_line(str(self.cleaned_data["name"]))
        if not name:
            raise ValidationError("Give the roster a name, such as Payments.")
        return name

    def offer_teams(self, teams: Sequence[Team], *, with_none: bool) -> None:
        """The teams to choose from."""
        choices = [(str(team.pk), team.name) for team in teams]
        field = self.fields["team"]
        field.choices = [("", NO_TEAM), *choices] if with_none else choices  # type: ignore[attr-defined]  # a ChoiceField

    @property
    def team_id(self) -> int | None:
        chosen = self.cleaned_data.get("team")
        return int(chosen) if chosen else None


class BeginForm(_ZoneMixin):
    """A new roster: its name, and the people of each group in their order."""

    with_backup = forms.BooleanField(
        label="Whoever comes next is the backup", required=False, initial=True
    )

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        way: Way,
        people: Mapping[str, int],
        initial: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(data, initial=dict(initial or {}))
        self.way, self.people = way, people
        self.groups = [self._row(number) for number in range(len(way.groups))]

    def _row(self, number: int) -> GroupRow:
        name, starts, ends = self.way.groups[number]
        row = GroupRow(number, name, starts, ends, [""] * self.way.places, bool(starts))
        if self.is_bound:
            row.name = self._typed(f"group_{number}")
            row.starts = self._typed(f"from_{number}")
            row.ends = self._typed(f"to_{number}")
            row.people = [self._typed(f"p_{number}_{one}") for one in range(self.way.places)]
        return row

    def _typed(self, name: str) -> str:
        return " ".join(str(self.data.get(name, "")).replace("\0", "").split())[:200]

    @property
    def places(self) -> dict[str, str]:
        """Where each mistake of a group is mended: its sentence, and the id of the field."""
        return {row.error: row.wrong for row in self.groups if row.error}

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        cleaned["groups"] = [self._group(row) for row in self.groups]
        return cleaned

    def _group(self, row: GroupRow) -> Group | None:
        by_name = {name.casefold(): pk for name, pk in self.people.items()}
        typed = [name for name in row.people if name]
        unknown = [name for name in typed if name.casefold() not in by_name]
        starts_at, ends_at = typed_time(row.starts), typed_time(row.ends)
        place = next((n for n, name in enumerate(row.people) if name in unknown), 0)
        row.wrong = f"p_{row.number}_{place}"
        if unknown:
            row.error = f"Nobody here is called “{unknown[0][:60]}”. Choose a name of the list."
        elif not row.name:
            row.error, row.wrong = "Give each group a name.", f"group_{row.number}"
        elif not typed:
            row.error = f"Choose at least one person for {row.name}."
        elif row.has_hours and (starts_at is None or ends_at is None):
            row.error = f"Say from when until when {row.name} is on call, such as 08:00 to 16:00."
            row.wrong = f"{'from' if starts_at is None else 'to'}_{row.number}"
        elif len({name.casefold() for name in typed}) < len(typed):
            row.error = f"Somebody stands twice in {row.name}. Once is enough."
        if row.error:
            self.add_error(None, row.error)
            return None
        people = tuple(by_name[name.casefold()] for name in typed)
        hours = (starts_at, ends_at) if row.has_hours else (None, None)
        return Group(row.name, people, *hours)

    def facts(self) -> Facts:
        answers = self.cleaned_data
        return Facts(answers["name"], answers["time_zone"], self.team_id)

    def layers(self, *, today: date) -> list[LayerPlan]:
        """The layers it begins with; whoever is first in a list has this week."""
        groups = [group for group in self.cleaned_data["groups"] if group]
        return starters.layers(
            groups,
            starts_on=starters.monday(today),
            with_backup=bool(self.cleaned_data["with_backup"]),
        )


class RosterForm(_ZoneMixin):
    """How a roster is set up, apart from its layers."""

    swaps_need_approval = forms.BooleanField(
        label="A lead approves every swap before it holds", required=False
    )
    rest_hours = forms.IntegerField(
        label="Rest between two shifts, in hours",
        min_value=0,
        max_value=72,
        help_text="Less is shown as a hint. It is never refused.",
        error_messages={"required": "Say how many hours, or 0."},
    )
    kind = forms.ChoiceField(
        label="When is somebody meant to be on call", choices=KINDS, required=False
    )
    levels = forms.TypedChoiceField(
        label="How deep", choices=LEVELS, coerce=int, required=False, empty_value="1"
    )
    cover_reason = PlainCharField(
        label="Why nobody is needed",
        required=False,
        max_length=200,
        help_text="Only with “never, by design”. Everybody can read it.",
    )
    was = forms.CharField(required=False, widget=forms.HiddenInput)
    lets_go = forms.CharField(required=False, widget=forms.HiddenInput)
    reason = WhyField(required=False)

    week_days = WEEK_DAYS

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        is_draft: bool,
        initial: Mapping[str, Any] | None = None,
        rows: Sequence[HoursRow] = (),
    ) -> None:
        super().__init__(data, initial=dict(initial or {}))
        self.places: dict[str, str] = {}
        self.hours_rows = list(rows) if data is None else _hours_typed(data)
        self.fields["reason"].required = not is_draft

    @classmethod
    def of(cls, roster: Roster, target: TargetPlan) -> "RosterForm":
        """Filled in from what stands."""
        rows = [
            HoursRow(
                f"{one.starts_at:%H:%M}", f"{one.ends_at:%H:%M}", tuple(map(str, one.weekdays))
            )
            for one in target.hours
        ]
        initial = {
            "name": roster.name,
            "team": str(roster.team_id or ""),
            "time_zone": roster.time_zone,
            "swaps_need_approval": roster.swaps_need_approval,
            "rest_hours": roster.rest_hours,
            "kind": target.kind,
            "levels": target.levels,
            "cover_reason": target.reason,
            "was": revision(Facts.of(roster), target),
        }
        return cls(is_draft=roster.is_draft, initial=initial, rows=rows or [HoursRow()])

    @classmethod
    def retyped(cls, data: QueryDict, act: str, *, is_draft: bool) -> "RosterForm":
        """As it was typed, after a press on one of its rows; nothing is judged."""
        initial: dict[str, Any] = {name: data.get(name, "") for name in cls.base_fields}
        initial["swaps_need_approval"] = "swaps_need_approval" in data
        rows = after(_hours_typed(data), act, kind="hours", empty=HoursRow("09:00", "17:00"))
        return cls(is_draft=is_draft, initial=initial, rows=rows)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        kind = cleaned.get("kind", "")
        cleaned["cover_reason"] = in_one_line(str(cleaned.get("cover_reason", "")))
        if kind == CoverageKind.NONE and not cleaned["cover_reason"]:
            self.add_error("cover_reason", "Say why nobody needs to be on call.")
        cleaned["hours"] = self._hours() if kind == CoverageKind.HOURS else ()
        if kind == CoverageKind.HOURS and not cleaned["hours"] and not self.non_field_errors():
            self.add_error(None, "Say in which hours somebody is meant to be on call.")
        return cleaned

    def _hours(self) -> tuple[HoursPlan, ...]:
        found = []
        for number, row in enumerate(self.hours_rows, start=1):
            if not row.starts and not row.ends:
                continue
            starts_at, ends_at = typed_time(row.starts), typed_time(row.ends)
            if starts_at is None or ends_at is None:
                said = f"Hours {number}: say from when until when."
                self.places[said] = f"hours_{'to' if starts_at else 'from'}_{number - 1}"
                self.add_error(None, said)
                continue
            days = days_of([int(day) for day in row.days if day in set("0123456")])
            found.append(HoursPlan(starts_at, ends_at, days))
        return tuple(found)

    def facts(self) -> Facts:
        answers = self.cleaned_data
        return Facts(
            answers["name"],
            answers["time_zone"],
            self.team_id,
            answers["swaps_need_approval"],
            answers["rest_hours"],
        )

    def target(self) -> TargetPlan:
        answers = self.cleaned_data
        if not answers["kind"]:
            return TargetPlan()
        is_none = answers["kind"] == CoverageKind.NONE
        return TargetPlan(
            answers["kind"],
            answers["levels"] or 1,
            answers["cover_reason"] if is_none else "",
            answers["hours"],
        )


def _hours_typed(data: QueryDict) -> list[HoursRow]:
    def get(name: str) -> str:
        return str(data.get(name, "")).replace("\0", "")

    return hours_rows(data, get, data.getlist)
