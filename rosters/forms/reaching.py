"""How somebody is reached, as one form: both of their lists, and the quiet hours."""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BoundField
from django.http import QueryDict

from rosters.enums import Urgency
from rosters.logic.own_rules import MOST_MINUTES, OwnWay, moved, put_in, why_not_ways
from rosters.logic.quiet import why_not_holidays, why_not_quiet
from rosters.models import ContactPoint, Person
from rosters.operations.own_rules import Hours, is_waking
from rosters.queries.own_contacts import Ways

MOVES = {"up": -1, "down": 1}
MOST_LINES = 50
HOURS = ("quiet_from", "quiet_until", "rests_on_holidays")


@dataclass(frozen=True)
class Press:
    """Which button was pressed: Save, or in a list up, down, out (of one line) or in."""

    urgency: str = ""
    act: str = "save"
    about: int = 0


class MinutesField(forms.Field):
    """Whole minutes that a way may wait; 0 is at once."""

    def __init__(self, label: str) -> None:
        widget = forms.NumberInput({"min": 0, "max": MOST_MINUTES, "inputmode": "numeric"})
        super().__init__(required=False, label=label, widget=widget)

    def to_python(self, value: object) -> int:
        typed = str(value if value is not None else "").strip()
        if typed.isascii() and typed.isdigit() and len(typed) < 5 and int(typed) <= MOST_MINUTES:
            return int(typed)
        raise ValidationError(f"Write minutes from 0 to {MOST_MINUTES}.")


@dataclass(frozen=True)
class DrawnLine:
    """One line of a list as it is typed."""

    point: ContactPoint
    field: BoundField
    is_first: bool
    is_last: bool


class ListPart:
    """One of the two lists inside the form: as it is kept, or as it was typed.

    A list of which nothing was sent stays as it is, so an empty press takes nothing away.
    """

    def __init__(self, form: "ReachForm", kept: Ways, posted: QueryDict | None) -> None:
        self.form, self.kept, self.urgency = form, kept, kept.urgency
        self.delays = {line.point.pk: line.delay_minutes for line in kept.lines}
        listed = [line.point for line in kept.lines]
        self.points = {point.pk: point for point in (*listed, *kept.free)}
        sent = posted.getlist(f"{self.urgency}-point")[:MOST_LINES] if posted else []
        chosen = dict.fromkeys(pk for text in sent if (pk := _number(text)) in self.points)
        self.is_sent = bool(chosen)
        self.chosen = list(chosen) or list(self.delays)
        self._add_fields()

    def _add_fields(self) -> None:
        for pk in self.chosen:
            when = "When it is urgent" if self.is_urgent else "When it can wait"
            label = f"{when}, {_named(self.points[pk])}"
            name = self.name(pk)
            is_checked = self.is_sent and pk != self._out
            self.form.fields[name] = (
                MinutesField(label) if is_checked or not self.form.is_bound else Unchecked(label)
            )
            self.form.initial[name] = self.delays.get(pk, 0)
        choices = [("", "Choose one")]
        choices += [(str(pk), _named(point)) for pk, point in self.points.items()]
        field = forms.ChoiceField(choices=choices, required=False, label="Use this too")
        field.widget.choices = [one for one in choices if _number(one[0]) not in self.chosen]
        self.form.fields[f"{self.urgency}-new"] = field

    @property
    def _out(self) -> int:
        press = self.form.press
        return press.about if (press.urgency, press.act) == (self.urgency, "out") else 0

    @property
    def is_urgent(self) -> bool:
        return self.kept.is_urgent

    @property
    def lines(self) -> list[DrawnLine]:
        """The lines as the page draws them."""
        last = len(self.chosen) - 1
        return [
            DrawnLine(self.points[pk], self.form[self.name(pk)], n == 0, n == last)
            for n, pk in enumerate(self.chosen)
        ]

    @property
    def new(self) -> BoundField | None:
        """What can be put in; nothing where all is in already."""
        return self.form[f"{self.urgency}-new"] if len(self.points) > len(self.chosen) else None

    def name(self, pk: int) -> str:
        """The field of this line."""
        return f"{self.urgency}-delay-{pk}"

    def wanted(self) -> list[OwnWay]:
        """The list as it should be after the press; all its minutes were understood."""
        answers, press = self.form.cleaned_data, self.form.press
        ways = self.ways if not self.is_sent else self._typed()
        new = _number(answers.get(f"{self.urgency}-new") or "")
        if press.urgency == self.urgency and press.act in MOVES:
            ways = moved(ways, press.about, by=MOVES[press.act])
        ways = [way for way in ways if way.contact_point_id != self._out]
        return put_in(ways, OwnWay(new, self.points[new].channel)) if new else ways

    def _typed(self) -> list[OwnWay]:
        answers = self.form.cleaned_data
        return [
            OwnWay(
                pk,
                self.points[pk].channel,
                self.delays.get(pk, 0) if pk == self._out else answers[self.name(pk)],
            )
            for pk in self.chosen
        ]

    @property
    def ways(self) -> list[OwnWay]:
        """As they are kept."""
        return [OwnWay(pk, self.points[pk].channel, delay) for pk, delay in self.delays.items()]

    def check(self) -> None:
        """The form has the mistakes of this list, each at the field that mends it."""
        press, new = self.form.press, f"{self.urgency}-new"
        names = {*map(self.name, self.chosen), new}
        if names & set(self.form.errors):
            return
        if (press.urgency, press.act) == (self.urgency, "in") and not self.form.cleaned_data[new]:
            self.form.add_error(new, "Choose what we should use too.")
            return
        ways = self.wanted()
        why_not = ways != self.ways and why_not_ways(
            ways, is_urgent=self.is_urgent, may_wake=any(map(is_waking, self.points.values()))
        )
        if why_not:
            name = self.name(_to_mend(ways))
            self.form.add_error(name if name in self.form.fields else new, why_not)


class Unchecked(forms.Field):
    """The minutes of a line that is taken out, or of which nothing was sent."""

    widget = forms.NumberInput

    def __init__(self, label: str) -> None:
        super().__init__(required=False, label=label)

    def bound_data(self, data: object, initial: object) -> object:
        return initial if data is None else data


class ReachForm(forms.Form):
    """Both lists and the quiet hours; one press saves all that was typed, or nothing."""

    quiet_from = forms.TimeField(
        required=False,
        label="From",
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={"invalid": "Write a time such as 22:00."},
    )
    quiet_until = forms.TimeField(
        required=False,
        label="Until",
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={"invalid": "Write a time such as 07:00."},
    )
    rests_on_holidays = forms.BooleanField(required=False, label="Public holidays are quiet too")

    def __init__(
        self, person: Person, lists: Sequence[Ways], posted: QueryDict | None = None
    ) -> None:
        super().__init__(posted, initial={name: getattr(person, name) for name in HOURS})
        self.person = person
        self.are_hours_sent = any(name in (posted or {}) for name in HOURS)
        self.press = _pressed(posted.get("do", "") if posted else "")
        self.parts = [ListPart(self, one, posted) for one in lists]
        self.order_fields([name for name in self.fields if name not in HOURS])

    @property
    def places(self) -> Mapping[str, str]:
        """What is no mistake of one field is looked at in the first list."""
        return dict.fromkeys(map(str, self.non_field_errors()), Urgency.URGENT.value)

    def clean(self) -> None:
        for part in self.parts:
            part.check()
        if not set(HOURS) & set(self.errors):
            self._check_hours()

    def _check_hours(self) -> None:
        hours = self.hours()
        if hours == Hours(*(self.initial[name] for name in HOURS)):
            return
        if why_not := why_not_quiet(hours.quiet_from, hours.quiet_until):
            name = "quiet_from" if hours.quiet_from is None else "quiet_until"
            self.add_error(name, why_not)
        if why_not := why_not_holidays(hours.on_holidays, self.person.region):
            self.add_error("rests_on_holidays", why_not)

    @property
    def has_news(self) -> bool:
        """Whether something of it is another than what is kept."""
        kept = Hours(*(self.initial[name] for name in HOURS))
        return self.hours() != kept or any(part.wanted() != part.ways for part in self.parts)

    def lists(self) -> dict[Urgency, list[OwnWay]]:
        """Both lists, for the operation."""
        return {part.urgency: part.wanted() for part in self.parts}

    def hours(self) -> Hours:
        """The quiet hours, for the operation; of which nothing was sent, they stay."""
        answers = self.cleaned_data if self.are_hours_sent else self.initial
        return Hours(*(answers[name] for name in HOURS))


def _to_mend(ways: Sequence[OwnWay]) -> int:
    """The line that comes too early; else the last one, which wakes nobody."""
    early = (b for a, b in itertools.pairwise(ways) if a.delay_minutes > b.delay_minutes)
    return next(early, ways[-1]).contact_point_id


def _pressed(text: str) -> Press:
    urgency, _, rest = text.partition(":")
    act, _, about = rest.partition(":")
    is_known = urgency in Urgency.values and act in (*MOVES, "out", "in")
    return Press(urgency, act, _number(about)) if is_known else Press()


def _named(point: ContactPoint) -> str:
    return f"{point.get_channel_display()}, {point.address}"


def _number(text: str) -> int:
    """The number that was posted; 0, which nothing has, for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 12 else 0
