"""The form of a temporary schedule: its window, and rows of shifts."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from config.portal.fields import PlainCharField
from rosters.forms.asking import WhyField
from rosters.forms.days import WallTimeInput, typed_instant
from rosters.logic.reasons import in_one_line
from rosters.logic.temporaries import ShiftPlan, TemporaryPlan, problems
from rosters.logic.typed_rows import ShiftRow, after, shift_rows
from rosters.queries.temporaries import HeldTemporary

WALL = "%Y-%m-%dT%H:%M"
SPARE = 3


class TemporaryForm(forms.Form):
    """What replaces everything on a roster for a while; times are wall time in `zone`."""

    name = PlainCharField(
        label="What is it for",
        max_length=60,
        error_messages={"required": "Give it a name, such as Christmas."},
    )
    starts_at = forms.CharField(
        label="From", widget=WallTimeInput, error_messages={"required": "Say from when."}
    )
    ends_at = forms.CharField(
        label="Until", widget=WallTimeInput, error_messages={"required": "Say until when."}
    )
    was = forms.CharField(required=False, widget=forms.HiddenInput)
    reason = WhyField()

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        people: Mapping[str, int],
        zone: ZoneInfo,
        initial: Mapping[str, Any] | None = None,
        rows: Sequence[ShiftRow] = (),
    ) -> None:
        super().__init__(data, initial=dict(initial or {}))
        self.people, self.zone = people, zone
        self.places: dict[str, str] = {}
        self.rows = list(rows) if data is None else _typed(data)

    @classmethod
    def of(
        cls, held: HeldTemporary, *, people: Mapping[str, int], zone: ZoneInfo
    ) -> "TemporaryForm":
        """Filled in from what stands."""
        names = {pk: name for name, pk in people.items()}
        rows = [
            ShiftRow(
                names.get(one.person, ""),
                _wall(one.starts_at, zone),
                _wall(one.ends_at, zone),
                str(one.level),
            )
            for one in held.plan.shifts
        ]
        initial = {
            "name": held.plan.name,
            "starts_at": _wall(held.plan.starts_at, zone),
            "ends_at": _wall(held.plan.ends_at, zone),
            "was": held.plan.revision,
        }
        return cls(people=people, zone=zone, initial=initial, rows=[*rows, ShiftRow()])

    @classmethod
    def retyped(
        cls, data: QueryDict, act: str, *, people: Mapping[str, int], zone: ZoneInfo
    ) -> "TemporaryForm":
        """As it was typed, after a press on one of its rows; nothing is judged.

        A new row begins where the last one ends.
        """
        rows = _typed(data)
        last = next((row.ends for row in reversed(rows) if row.ends), data.get("starts_at", ""))
        empty = ShiftRow("", last, "")
        initial = {name: data.get(name, "") for name in cls.base_fields}
        rows = after(rows, act, kind="shift", empty=empty)
        return cls(people=people, zone=zone, initial=initial, rows=rows)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        starts_at = self._instant(cleaned, "starts_at")
        ends_at = self._instant(cleaned, "ends_at", is_end=True)
        shifts = tuple(shift for row in self._named() if (shift := self._shift(*row)))
        if self.errors or starts_at is None or ends_at is None:
            return cleaned
        name = in_one_line(str(cleaned["name"]))
        cleaned["plan"] = plan = TemporaryPlan(name, starts_at, ends_at, shifts)
        for one in problems(plan, names={pk: name for name, pk in self.people.items()}):
            self.add_error(one.field if one.field in self.fields else None, one.text)
        return cleaned

    @property
    def plan(self) -> TemporaryPlan:
        """What was typed, for a form that is valid."""
        plan: TemporaryPlan = self.cleaned_data["plan"]
        return plan

    def _instant(
        self, cleaned: Mapping[str, Any], name: str, *, is_end: bool = False
    ) -> datetime | None:
        text = str(cleaned.get(name, "")).strip()
        if not text:
            return None
        try:
            return typed_instant(text, self.zone, is_end=is_end)
        except ValidationError as error:
            self.add_error(name, error)
            return None

    def _named(self) -> list[tuple[int, ShiftRow]]:
        return [(number, row) for number, row in enumerate(self.rows, start=1) if row.name]

    def _shift(self, number: int, row: ShiftRow) -> ShiftPlan | None:
        by_name = {name.casefold(): pk for name, pk in self.people.items()}
        person = by_name.get(row.name.casefold())
        if person is None:
            said = f"Shift {number}: nobody here is called “{row.name[:60]}”. Choose of the list."
            self._wrong_at(f"shift_person_{number - 1}", said)
            return None
        if not row.starts or not row.ends:
            place = f"shift_{'to' if row.starts else 'from'}_{number - 1}"
            self._wrong_at(place, f"Shift {number}: say from when until when.")
            return None
        try:
            starts_at = typed_instant(row.starts, self.zone)
            ends_at = typed_instant(row.ends, self.zone, is_end=True)
        except ValidationError as error:
            self._wrong_at(f"shift_from_{number - 1}", f"Shift {number}: {error.messages[0]}")
            return None
        level = int(row.level) if row.level in {"1", "2", "3", "4"} else 1
        return ShiftPlan(person, starts_at, ends_at, level)

    def _wrong_at(self, place: str, said: str) -> None:
        self.places[said] = place
        self.add_error(None, said)


def _typed(data: QueryDict) -> list[ShiftRow]:
    return shift_rows(data, lambda name: str(data.get(name, "")).replace("\0", ""))


def _wall(at: datetime, zone: ZoneInfo) -> str:
    return at.astimezone(zone).strftime(WALL)
