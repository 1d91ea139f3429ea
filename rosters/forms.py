"""Forms of rosters; each refuses with a sentence."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, ClassVar
from zoneinfo import ZoneInfo, available_timezones

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http import QueryDict

from config.portal import clock
from config.portal.fields import PlainCharField
from rosters.enums import ApiScope, Channel, ImportSubject
from rosters.intake.files import MOST_BYTES, too_large
from rosters.logic import addresses
from rosters.logic.cells import Known, problems
from rosters.logic.own_rules import OwnWay, moved, put_in
from rosters.logic.reasons import in_one_line
from rosters.logic.walltime import instant
from rosters.models import Absence, ContactPoint, MatrixEntry, Person, Rotation, Service, Team
from rosters.operations.absences import Window
from rosters.operations.own_contacts import Wanted
from rosters.operations.preferences import Preferences
from rosters.operations.tokens import Wish
from rosters.queries import cells
from rosters.queries.contact_audit import HEADINGS, Audit, Kind
from rosters.queries.contact_faults import SORTS, Asked, owners

AREAS = frozenset(
    "Africa America Antarctica Arctic Asia Atlantic Australia Europe Indian Pacific".split()  # noqa: SIM905
)
LONGEST_NUMBER = 18
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2099, 12, 31)


class ContactPointForm(forms.ModelForm):  # type: ignore[type-arg]
    """The address must suit its channel: a typing error is found here, not at three at night.

    A new address begins untested, whatever was known of the old one.
    """

    class Meta:
        model = ContactPoint
        fields = ("person", "channel", "address", "label")

    def clean(self) -> dict[str, object]:
        cleaned: dict[str, object] = super().clean() or {}
        address = str(cleaned.get("address") or "")
        why_not = why_not_address(str(cleaned.get("channel") or ""), address)
        if address and why_not:
            self.add_error("address", why_not)
        if {"person", "channel", "address"} & set(self.changed_data):
            point = self.instance
            point.verified_at = point.last_tested_at = point.last_failed_at = None
            point.last_failure = point.what_is_wrong = ""
            point.reported_wrong_at = point.reported_wrong_by = None
        return cleaned


def why_not_address(channel: str, address: str) -> str | None:
    """Whether an address suits its channel."""
    why_not = addresses.why_not_address(channel, address)
    if why_not or channel != Channel.EMAIL:
        return why_not
    try:
        validate_email(address)
    except ValidationError:
        return f"“{address}” is not an e-mail address."
    return None


WHY_MISSING = "Say why in one line. Whoever reads the history will want to know."


class WhyField(PlainCharField):
    """One line that says why, for the history; without a word in it there is none."""

    def __init__(self, **options: Any) -> None:
        merged: dict[str, Any] = {
            "label": "Why?",
            "max_length": 200,
            "help_text": "It stands in the history, behind “because”.",
            "error_messages": {"required": WHY_MISSING},
        } | options
        super().__init__(**merged)

    def clean(self, value: object) -> str:
        line = in_one_line(super().clean(value))
        if self.required and not line:
            raise ValidationError(WHY_MISSING, code="required")
        return line


class MatrixEntryForm(forms.ModelForm):  # type: ignore[type-arg]
    """One cell of the contact matrix, held to the same rules as the grid and a file."""

    reason = WhyField()

    class Meta:
        model = MatrixEntry
        fields = (
            "role",
            "service",
            "team",
            "severity",
            "and_worse",
            "hours",
            "person",
            "backup",
            "roster",
            "valid_from",
            "valid_to",
        )

    def clean(self) -> dict[str, object]:
        cleaned: dict[str, object] = super().clean() or {}
        if set(self.errors) - {"reason"} or not cleaned.get("role"):
            return cleaned
        entry = self.instance
        for name in set(self.Meta.fields) & set(cleaned):
            setattr(entry, name, cleaned[name])
        now = clock.act_now()
        spec = cells.spec_of(entry, cells.named_hours({entry.hours_id} - {None}))
        known = {
            one.pk: Known(one.full_name, None if one.pk in self._named_before() else one.left_at)
            for one in (entry.person, entry.backup)
            if one
        }
        beside = cells.beside(entry, now=now)
        for problem in problems(spec, others=beside, people=known, at=now, today=now.date()):
            self.add_error(problem.field if problem.field in self.fields else None, problem.text)
        return cleaned

    def _named_before(self) -> set[object]:
        """Whom it names already: that somebody has left does not stop a change of another field."""
        return {self.initial.get("person"), self.initial.get("backup")}


LONGEST_LABEL, MOST_LABELS = 40, 20


class LabelsField(PlainCharField):
    """Words with commas between them, each once, in small letters."""

    def prepare_value(self, value: Any) -> Any:  # noqa: ANN401  # Django's signature
        return ", ".join(value) if isinstance(value, list) else value

    def has_changed(self, initial: Any, data: Any) -> bool:  # noqa: ANN401  # Django's signature
        return bool(super().has_changed(self.prepare_value(initial or []), data))

    def clean(self, value: object) -> Any:  # noqa: ANN401  # a list, where a text is the rule
        words = (" ".join(one.lower().split()) for one in super().clean(value).split(","))
        labels = list(dict.fromkeys(filter(None, words)))
        long = next((one for one in labels if len(one) > LONGEST_LABEL), None)
        if long is not None:
            raise ValidationError(f"“{long[:50]}” is too long: {LONGEST_LABEL} characters at most.")
        if len(labels) > MOST_LABELS:
            raise ValidationError(f"{MOST_LABELS} labels at most.")
        return labels


class ServiceForm(forms.ModelForm):  # type: ignore[type-arg]
    """One service. Labels are words with commas between them, each once."""

    labels = LabelsField(
        required=False,
        help_text="Words to find it by, with commas between them: pci, region:eu.",
    )
    reason = WhyField(
        required=False,
        help_text="Needed when contacts below change; it stands in their history.",
    )

    class Meta:
        model = Service
        fields = (
            "name",
            "slug",
            "owner_team",
            "backup_owner",
            "tier",
            "customer_impact",
            "region",
            "operating_hours",
            "vendor_contacts",
            "labels",
        )


class ContactsOfService(forms.BaseInlineFormSet):  # type: ignore[type-arg]
    """The contacts of one service: when one changes, the form must say why."""

    def clean(self) -> None:
        super().clean()
        reason = in_one_line(str(self.data.get("reason", "")))
        if not reason and any(form.has_changed() for form in self.forms):
            raise ValidationError(f"The contacts change. {WHY_MISSING}")


class RotationForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Rotation
        fields = ("layer", "starts_on", "handover_at", "ends_on", "unit", "length")

    def clean_starts_on(self) -> date:
        starts_on: date = self.cleaned_data["starts_on"]
        if not FIRST_DAY <= starts_on <= LAST_DAY:
            raise ValidationError(f"Choose a day from {FIRST_DAY.year} to {LAST_DAY.year}.")
        return starts_on

    def clean(self) -> dict[str, object]:
        cleaned: dict[str, object] = super().clean() or {}
        starts_on, ends_on = cleaned.get("starts_on"), cleaned.get("ends_on")
        if isinstance(starts_on, date) and isinstance(ends_on, date) and ends_on <= starts_on:
            self.add_error("ends_on", "It must end after it starts.")
        return cleaned


class WhenForm(forms.Form):
    """Another time than now, as wall time in the reader's zone."""

    at = forms.CharField(required=False, widget=forms.TextInput({"type": "datetime-local"}))

    def __init__(self, *args: Any, zone: ZoneInfo, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone = zone

    def clean_at(self) -> datetime | None:
        text = str(self.cleaned_data["at"]).strip()
        return typed_instant(text, self.zone) if text else None


def typed_instant(text: str, zone: ZoneInfo, *, is_end: bool = False) -> datetime:
    """The instant that somebody typed as wall time in `zone`; of two equal ones the end is the
    later. Raises ValidationError."""
    try:
        wall = datetime.fromisoformat(text)
    except ValueError:
        raise ValidationError(
            f"“{text[:30]}” is not a day and a time. Write it as 2026-11-24 03:00."
        ) from None
    if not FIRST_DAY <= wall.date() <= LAST_DAY:
        raise ValidationError(f"Choose a day from {FIRST_DAY.year} to {LAST_DAY.year}.")
    return wall.astimezone(UTC) if wall.tzinfo else instant(wall, zone, is_end=is_end)


class WallTimeInput(forms.DateTimeInput):
    """A day and a time, chosen or typed."""

    input_type = "datetime-local"


class AbsenceForm(forms.Form):
    """From when until when somebody is away, as wall time in the reader's zone, and why."""

    starts_at = forms.CharField(
        label="From",
        widget=WallTimeInput,
        error_messages={"required": "Say from when."},
    )
    ends_at = forms.CharField(
        label="Until",
        widget=WallTimeInput,
        error_messages={"required": "Say until when."},
    )
    reason = PlainCharField(
        label="Why",
        required=False,
        max_length=200,
        help_text="Only those who keep absences read it.",
    )

    def __init__(
        self, *args: Any, zone: ZoneInfo, held: Absence | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.zone = zone
        self.held = held

    def clean_starts_at(self) -> datetime:
        return typed_instant(str(self.cleaned_data["starts_at"]).strip(), self.zone)

    def clean_ends_at(self) -> datetime:
        return typed_instant(str(self.cleaned_data["ends_at"]).strip(), self.zone, is_end=True)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        starts_at, ends_at = cleaned.get("starts_at"), cleaned.get("ends_at")
        if starts_at and ends_at and ends_at <= starts_at:
            self.add_error("ends_at", "It must end after it starts.")
        return cleaned

    def window(self) -> Window:
        """The answers, for the operation."""
        answers = dict(self.cleaned_data)
        for name in {"starts_at", "ends_at"} - set(self.changed_data):
            if self.held:  # of two equal wall times, the one that it was
                answers[name] = getattr(self.held, name)
        return Window(answers["starts_at"], answers["ends_at"], in_one_line(answers["reason"]))


class ReasonForm(forms.Form):
    """Why somebody wants to see the numbers of somebody else."""

    reason = PlainCharField(
        max_length=200,
        error_messages={"required": "Say why you need the number. One line is enough."},
    )

    def clean_reason(self) -> str:
        """One line that says something."""
        line = in_one_line(self.cleaned_data["reason"])
        if not line:
            raise forms.ValidationError(
                self.fields["reason"].error_messages["required"], code="required"
            )
        return line


class WhyForm(ReasonForm):
    """Why a file is applied: it stands in the history of everything that it changes."""

    reason = PlainCharField(
        label="Why?",
        max_length=200,
        help_text="One line. It stands in the history of everything the file changes.",
        error_messages={"required": "Say in one line why."},
    )


class UploadForm(forms.Form):
    """A file, and what it brings in."""

    subject = forms.ChoiceField(
        label="What does it bring in?",
        widget=forms.RadioSelect,
        error_messages={
            "required": "Choose what the file brings in.",
            "invalid_choice": "Choose one of these.",
        },
    )
    file = forms.FileField(
        label="The file",
        help_text="CSV or XLSX, up to 10 MB and 20,000 rows.",
        error_messages={
            "required": "Choose a file.",
            "empty": "The file is empty.",
            "invalid": "Choose a file.",
            "max_length": "The name of the file is too long. Shorten it.",
        },
        max_length=200,
    )

    def __init__(self, *args: Any, subjects: Sequence[ImportSubject], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(one.value, str(one.label)) for one in subjects]
        field = self.fields["subject"]
        if isinstance(field, forms.ChoiceField):
            field.choices = choices
        if len(choices) == 1:
            field.initial = choices[0][0]

    def clean_file(self) -> Any:  # noqa: ANN401  # Django's uploaded file
        """One that is not too large to be read."""
        sent = self.cleaned_data["file"]
        if sent.size > MOST_BYTES:
            raise ValidationError(too_large(sent.size))
        return sent


class PreferencesForm(forms.ModelForm):  # type: ignore[type-arg]
    """How the reader wants to read Muster."""

    class Meta:
        model = Person
        fields = ("time_zone", "theme", "uses_shortcuts")
        widgets: ClassVar = {"theme": forms.RadioSelect}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["time_zone"] = forms.ChoiceField(
            label="Time zone",
            choices=_zones(self.instance.time_zone),
            error_messages={"invalid_choice": "Choose one of the time zones."},
        )

    def wanted(self) -> Preferences:
        """The answers, for the operation."""
        answers = self.cleaned_data
        return Preferences(answers["time_zone"], answers["theme"], answers["uses_shortcuts"])


class TokenForm(forms.Form):
    """A token of the API: for whom, what it may do, until when. Administrators choose freely."""

    name = PlainCharField(
        label="What uses it",
        max_length=60,
        help_text="The history says it: Amara through HR sync.",
    )
    holder = PlainCharField(
        label="For whom",
        required=False,
        max_length=120,
        help_text="A full name, or #12. Empty: for yourself. It may do what this person may do.",
    )
    scopes = forms.MultipleChoiceField(
        label="What it may do",
        choices=ApiScope.choices,
        initial=[ApiScope.READ],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose what the token may do."},
    )
    days = forms.TypedChoiceField(
        label="Good for",
        coerce=int,
        choices=[(30, "30 days"), (90, "90 days"), (365, "One year"), (730, "Two years")],
        initial=365,
    )

    def __init__(self, *args: Any, reader: Person, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.reader, self.now = reader, now
        if not reader.is_superuser:
            del self.fields["holder"], self.fields["scopes"]

    def clean_name(self) -> str:
        name = in_one_line(self.cleaned_data["name"])
        if not name:
            raise ValidationError("Say what uses it, in letters or digits.")
        return name

    def clean_holder(self) -> Person:
        typed = self.cleaned_data["holder"].strip()
        if not typed:
            return self.reader
        here = Person.objects.employed(now=self.now)
        number = typed.removeprefix("#")
        if typed.startswith("#") and number.isdecimal() and len(number) <= LONGEST_NUMBER:
            found = list(here.filter(pk=int(number)))
        else:
            found = list(here.filter(full_name__iexact=typed)[:2])
        if len(found) > 1:
            raise ValidationError("Several people have this name. Write # and the number of one.")
        if not found:
            raise ValidationError("Nobody here has this name. Write the full name.")
        holder: Person = found[0]
        return holder

    def wish(self) -> Wish:
        """The answers, for the operation."""
        answers = self.cleaned_data
        return Wish(
            answers["name"],
            answers.get("holder", self.reader),
            answers.get("scopes", [ApiScope.READ.value]),
            self.now + timedelta(days=answers["days"]),
        )


def _zones(own: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """Zones by continent; the reader's own is among them even when it is an alias."""
    by_area: dict[str, list[tuple[str, str]]] = {"Other": [("UTC", "UTC")]}
    for name in sorted(available_timezones() | {own}):
        area, _, city = name.partition("/")
        if area in AREAS and city:
            by_area.setdefault(area, []).append((name, city.replace("_", " ").replace("/", ", ")))
    return list(by_area.items())


class OwnPointForm(forms.Form):
    """A number or address of one's own; whether it suits is for the operation to say."""

    channel = forms.ChoiceField(choices=Channel.choices, label="What is it?")
    address = PlainCharField(
        max_length=254,
        label="Number or address",
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "text"}),
        error_messages={"required": "Write the number or the address."},
    )
    label = PlainCharField(max_length=40, required=False, label="What you call it")

    def wanted(self) -> Wanted:
        """The answers, for the operation."""
        answers = self.cleaned_data
        return Wanted(answers["channel"], answers["address"], answers["label"])


class QuietHoursForm(forms.Form):
    """When what can wait has to wait: two wall times, or none."""

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


class WaysForm:
    """The lines of one list as they were posted, and what was pressed.

    `act` is save, up, down, out (with the contact point behind a colon) or in.
    """

    def __init__(self, posted: QueryDict, known: Mapping[int, str]) -> None:
        self.known = known
        self.act, _, about = posted.get("do", "save").partition(":")
        self.about = _number(about)
        chosen = [pk for text in posted.getlist("point")[:50] if (pk := _number(text)) in known]
        self.ways = [self._way(pk, posted.get(f"delay-{pk}", "")) for pk in chosen]
        self.new = _number(posted.get("new", ""))

    def _way(self, pk: int, delay: str) -> OwnWay:
        typed = delay.strip()
        minutes = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 5 else -1
        return OwnWay(pk, self.known[pk], minutes if typed else 0)

    def wanted(self) -> list[OwnWay]:
        """The list as it should be after the press."""
        if self.act in MOVES:
            return moved(self.ways, self.about, by=MOVES[self.act])
        if self.act == "out":
            return [way for way in self.ways if way.contact_point_id != self.about]
        if self.act == "in" and self.new in self.known:
            return put_in(self.ways, OwnWay(self.new, self.known[self.new]))
        return self.ways


MOVES = {"up": -1, "down": 1}


def _number(text: str) -> int:
    """The number that was posted; 0, which nothing has, for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 12 else 0


class CodeForm(forms.Form):
    """The six digits that arrived."""

    code = PlainCharField(
        max_length=20, error_messages={"required": "Type the six digits that arrived."}
    )


class AuditForm(forms.Form):
    """What the audit is narrowed to, kept in the address."""

    q = PlainCharField(required=False, max_length=80, label="Search")
    kind = forms.ChoiceField(required=False, label="What")
    owner = forms.ChoiceField(required=False, label="Who mends it")
    team = forms.ChoiceField(required=False, label="Team")
    sort = forms.ChoiceField(required=False, label="Order", choices=list(SORTS.items()))

    def __init__(self, *args: Any, audit: Audit, teams: Iterable[Team], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = {one.kind for one in audit.findings}
        choices: dict[str, list[tuple[object, str]]] = {
            "kind": [(kind.value, HEADINGS[kind]) for kind in Kind if kind in kinds],
            "owner": [(one.pk, one.full_name) for one in owners(audit)],
            "team": [(team.pk, team.name) for team in teams],
        }
        for name, found in choices.items():
            self.fields[name].choices = [("", "All"), *found]  # type: ignore[attr-defined]

    def asked(self) -> Asked:
        """The answers; what cannot be understood narrows nothing."""
        self.is_valid()
        answers = self.cleaned_data
        return Asked(
            answers.get("q", ""),
            answers.get("kind", ""),
            int(answers.get("owner") or 0),
            int(answers.get("team") or 0),
            answers.get("sort") or "due",
        )
