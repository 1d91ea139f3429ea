"""Forms of services and the contact matrix, and what the audit is narrowed to."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from config.portal import clock
from config.portal.fields import UNKNOWN_CHOICE, PlainCharField
from rosters.forms.asking import WHY_MISSING, WhyField
from rosters.logic.cells import Known, problems
from rosters.logic.reasons import in_one_line
from rosters.models import MatrixEntry, Service, Team
from rosters.queries import cells
from rosters.queries.contact_audit import HEADINGS, Audit, Kind
from rosters.queries.contact_faults import SORTS, Asked, owners


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
        help_text="Words to find it by, with commas between them: card data, europe.",
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


class AuditForm(forms.Form):
    """What the audit is narrowed to, kept in the address."""

    q = PlainCharField(required=False, max_length=80, label="Search")
    kind = forms.ChoiceField(required=False, label="What", error_messages=UNKNOWN_CHOICE)
    owner = forms.ChoiceField(required=False, label="Who mends it", error_messages=UNKNOWN_CHOICE)
    team = forms.ChoiceField(required=False, label="Team", error_messages=UNKNOWN_CHOICE)
    sort = forms.ChoiceField(
        required=False,
        label="Order",
        choices=list(SORTS.items()),
        error_messages=UNKNOWN_CHOICE,
    )

    def __init__(self, *args: Any, audit: Audit, teams: Iterable[Team], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = {one.kind for one in audit.findings}
        choices: dict[str, list[tuple[object, str]]] = {
            "kind": [(kind.value, HEADINGS[kind]) for kind in Kind if kind in kinds],
            "owner": [(one.pk, one.full_name) for one in owners(audit)],
            "team": [(team.pk, team.name) for team in teams],
        }
        for name, found in choices.items():
            self.fields[name].choices = [("", "All"), *found]  # type: ignore[attr-defined]  # a choice

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
