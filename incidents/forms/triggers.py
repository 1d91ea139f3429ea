"""Forms of trigger rules: one condition, the whole rule, and what the list is narrowed to."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.http import QueryDict

from config.portal.fields import UNKNOWN_CHOICE, PlainCharField
from incidents.enums import RuleAction
from incidents.forms.days import DateInput
from incidents.logic import trigger_titles, triggers
from incidents.logic.triggers import MOST_CONDITIONS, Compare, Condition
from incidents.models import AlertSource, EscalationPolicy, ImpactClass, TriggerRule
from incidents.operations.trigger_keeping import RuleFacts
from incidents.queries.trigger_list import MODES, Ruled
from rosters.enums import SeverityLevel
from rosters.logic.reasons import in_one_line
from rosters.models import Person, Service

ASKED = [
    ("label", "A label"),
    ("name", "Its name"),
    ("summary", "Its summary"),
    ("service", "The service it names"),
    ("severity", "The severity it says"),
    ("firing", "It has been firing"),
    ("times", "How often it arrived"),
]
TESTS = [
    (Compare.IS.value, "is"),
    (Compare.IS_NOT.value, "is not"),
    (Compare.CONTAINS.value, "contains"),
    (Compare.LACKS.value, "does not contain"),
    (Compare.MATCHES.value, "looks like (*)"),
    (Compare.EXISTS.value, "is there"),
    (Compare.MISSING.value, "is missing"),
    (Compare.OVER.value, "is over"),
    (Compare.UNDER.value, "is under"),
    (Compare.AT_LEAST.value, "is at least"),
    (Compare.AT_MOST.value, "is at most"),
]
ACTIONS = [
    (RuleAction.INCIDENT.value, "Open an incident"),
    (RuleAction.IF_IMPACT.value, "Wait until an incident of its service shows impact"),
    (RuleAction.SUPPRESS.value, "Keep it quietly: nobody is called"),
]
AS_SENT = "As the sender says"


class ConditionForm(forms.Form):
    """One thing that must hold. Which of its fields count depends on what is asked."""

    what = forms.ChoiceField(
        label="What", choices=ASKED, error_messages={"invalid_choice": "Choose one of the list."}
    )
    label = PlainCharField(
        label="Label",
        required=False,
        max_length=triggers.LONGEST_LABEL,
        widget=forms.TextInput(attrs={"list": "labels-seen", "autocomplete": "off"}),
    )
    test = forms.ChoiceField(
        label="Compare",
        choices=TESTS,
        required=False,
        error_messages={"invalid_choice": "Choose one of the list."},
    )
    value = PlainCharField(label="Value", required=False, max_length=triggers.LONGEST_VALUE)
    minutes = forms.IntegerField(
        label="Minutes",
        required=False,
        min_value=0,
        max_value=triggers.LONGEST_MINUTES,
        error_messages={
            "invalid": "Write whole minutes.",
            "max_value": f"Write {triggers.LONGEST_MINUTES} minutes or fewer.",
        },
    )

    @property
    def condition(self) -> Condition:
        """What was typed, as far as it can be read; what does not count is left out."""
        asked = self.cleaned_data
        what, minutes = asked.get("what") or "label", asked.get("minutes") or 0
        if what == "firing":
            return Condition(what, Compare.AT_LEAST, "", minutes)
        test = Compare(asked.get("test") or Compare.IS)
        value = "" if test in triggers.OF_PRESENCE else (asked.get("value") or "").strip()
        if what == "label":
            what = f"label:{(asked.get('label') or '').strip()}"
        return Condition(what, test, value, minutes if what == "times" else 0)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not self.errors:
            wrong = triggers.why_not_condition(self.condition)
            if wrong:
                self.add_error(_field_of(self.condition), wrong)
        return cleaned


def _field_of(condition: Condition) -> str:
    if condition.what == "label:" or len(condition.what) > triggers.LONGEST_LABEL + 6:
        return "label"
    has_number = triggers.number_in(condition.value) is not None
    return (
        "minutes"
        if condition.what == "firing" or (condition.what == "times" and has_number)
        else "value"
    )


def stored(condition: Condition) -> dict[str, Any]:
    """One condition as it stands in a rule."""
    return {
        "what": condition.what,
        "test": condition.test.value,
        "value": condition.value,
        "minutes": condition.minutes,
    }


def typed(condition: Mapping[str, Any]) -> dict[str, Any]:
    """One stored condition, to be changed."""
    kind, _colon, name = str(condition["what"]).partition(":")
    return {
        "what": kind,
        "label": name,
        "test": condition["test"],
        "value": condition.get("value", ""),
        "minutes": condition.get("minutes") or None,
    }


class RuleForm(forms.Form):
    """A whole rule; its conditions are forms of their own, `conditions`."""

    name = PlainCharField(
        label="Name",
        max_length=120,
        help_text="What people call it: “Card errors of the shop”.",
        error_messages={"required": "Give the rule a name."},
    )
    source = forms.ModelChoiceField(
        AlertSource.objects.none(),
        label="Alerts of",
        required=False,
        error_messages={"invalid_choice": "Choose a source of the list."},
    )
    action = forms.ChoiceField(
        label="Then",
        choices=ACTIONS,
        error_messages={"invalid_choice": "Choose one of the three."},
    )
    service = forms.ModelChoiceField(
        Service.objects.order_by("name", "pk"),
        label="On which service",
        required=False,
        empty_label=AS_SENT,
        error_messages={"invalid_choice": "Choose a service of the list."},
    )
    severity = forms.TypedChoiceField(
        label="How bad",
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("", AS_SENT), *((one.value, one.label) for one in SeverityLevel)],
        error_messages={"invalid_choice": "Choose one of the list."},
    )
    impact = forms.ModelChoiceField(
        ImpactClass.objects.order_by("name", "pk"),
        label="Kind of harm",
        required=False,
        empty_label="Not said",
        error_messages={"invalid_choice": "Choose one of the list."},
    )
    policy = forms.ModelChoiceField(
        EscalationPolicy.objects.order_by("name", "pk"),
        label="Call by the rule",
        required=False,
        empty_label="The usual one of the service",
        error_messages={"invalid_choice": "Choose one of the list."},
    )
    title = PlainCharField(
        label="Title of the incident",
        required=False,
        max_length=200,
        help_text="Places are filled from the alert: {name}, {summary}, {service}, {label:team}.",
    )
    owner = forms.TypedChoiceField(
        label="Who answers for it",
        coerce=int,
        error_messages={
            "required": "Choose who answers for it.",
            "invalid_choice": "Choose somebody of the list.",
        },
    )
    reason = PlainCharField(
        label="Why it is so",
        max_length=300,
        error_messages={"required": "Say in one line why it is so."},
    )
    review_on = forms.DateField(
        label="Look at it again on",
        widget=DateInput,
        error_messages={
            "required": "Choose the day on which it is looked at again.",
            "invalid": "Write the day like 2026-12-24.",
        },
    )

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        sources: Sequence[AlertSource],
        people: Sequence[Person],
        may_keep_all: bool,
        initial: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(data, initial=initial)
        field: Any = self.fields["source"]
        field.queryset = AlertSource.objects.filter(pk__in=[one.pk for one in sources])
        field.queryset = field.queryset.order_by("name", "pk")
        field.empty_label = "Any source" if may_keep_all else "Choose a source"
        owner: Any = self.fields["owner"]
        owner.choices = [("", "Choose"), *((one.pk, one.full_name) for one in people)]
        self.places: dict[str, str] = {}
        self.conditions = self._rows(data, (initial or {}).get("conditions") or [{}])

    def _rows(
        self, data: QueryDict | None, initial: Sequence[Mapping[str, Any]]
    ) -> list[ConditionForm]:
        if data is None:
            return [
                ConditionForm(prefix=f"c{number}", initial=dict(one))
                for number, one in enumerate(initial)
            ]
        asked = str(data.get("do", ""))
        numbers = [n for n in range(MOST_CONDITIONS + 1) if f"c{n}-what" in data]
        kept = [n for n in numbers if asked != f"remove-{n}"]
        rows = [
            {name: data.get(f"c{n}-{name}", "") for name in ConditionForm.base_fields} for n in kept
        ]
        if (asked == "add" and len(rows) < MOST_CONDITIONS) or not rows:
            rows.append({"what": "label", "test": Compare.IS.value})
        return [
            ConditionForm({f"c{n}-{name}": said for name, said in row.items()}, prefix=f"c{n}")
            for n, row in enumerate(rows)
        ]

    def clean_title(self) -> str:
        title = in_one_line_of(self.cleaned_data["title"])
        wrong = trigger_titles.why_not_title(title)
        if wrong:
            raise forms.ValidationError(wrong)
        return title

    def clean_reason(self) -> str:
        return in_one_line(self.cleaned_data["reason"])

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if all(row.is_valid() for row in self.conditions):
            wrong = triggers.why_not_conditions([row.condition for row in self.conditions])
            if wrong:
                self.add_error(None, wrong)
        else:
            for number, row in enumerate(self.conditions, start=1):
                for name, errors in row.errors.items():
                    said = f"Condition {number}: {errors[0]}"
                    self.places[said] = row[name].id_for_label
                    self.add_error(None, said)
        return cleaned

    def forgive(self) -> None:
        """What is not answered yet is no mistake while somebody only looks."""
        for name in list(self.errors):
            if name == "__all__" or not self[name].value():
                del self.errors[name]
        for row in self.conditions:
            if not row["value"].value() and not row["label"].value():
                row.errors.clear()

    @property
    def may_add(self) -> bool:
        return len(self.conditions) < MOST_CONDITIONS

    def typed(self, rule: TriggerRule) -> TriggerRule:
        """The rule as far as it is typed, not written."""
        self.is_valid()
        asked = self.cleaned_data
        rule.name = asked.get("name") or rule.name or "This rule"
        for name in ("source", "service", "impact", "policy"):
            setattr(rule, name, asked.get(name))
        rule.action = asked.get("action") or RuleAction.INCIDENT
        rule.severity, rule.title = asked.get("severity"), asked.get("title", "")
        rule.conditions = [stored(row.condition) for row in self.conditions if row.is_valid()]
        return rule

    @property
    def facts(self) -> RuleFacts:
        """What was typed, for a form that is valid."""
        asked = self.cleaned_data
        ids = {
            f"{name}_id": asked[name].pk if asked[name] else None
            for name in ("source", "service", "impact", "policy")
        }
        return RuleFacts(
            name=asked["name"],
            conditions=tuple(stored(row.condition) for row in self.conditions),
            owner_id=asked["owner"],
            reason=asked["reason"],
            review_on=asked["review_on"],
            action=asked["action"],
            severity=asked["severity"],
            title=asked["title"],
            **ids,
        )

    @staticmethod
    def initial_of(rule: TriggerRule) -> dict[str, Any]:
        """What stands, to be changed."""
        return {
            "name": rule.name,
            "source": rule.source_id,
            "conditions": [typed(one) for one in rule.conditions] or [{}],
            "action": rule.action,
            "service": rule.service_id,
            "severity": rule.severity,
            "impact": rule.impact_id,
            "policy": rule.policy_id,
            "title": rule.title,
            "owner": rule.owner_id,
            "reason": rule.reason,
            "review_on": rule.review_on,
        }


def in_one_line_of(text: str) -> str:
    """The text without line ends and what nobody sees."""
    return " ".join("".join(one if one.isprintable() else " " for one in text).split())


class RuleFilter(forms.Form):
    """What the list is narrowed to; a few dozen rows are read already."""

    q = forms.CharField(label="Search", required=False)
    mode = forms.ChoiceField(
        label="Does",
        required=False,
        choices=[("", "All"), *((mode.value, word) for mode, word in MODES.items())],
        error_messages=UNKNOWN_CHOICE,
    )
    service = forms.ChoiceField(label="Service", required=False, error_messages=UNKNOWN_CHOICE)
    source = forms.ChoiceField(label="Source", required=False, error_messages=UNKNOWN_CHOICE)
    review = forms.ChoiceField(
        label="To look at",
        required=False,
        choices=[("", "All"), ("1", "With something to look at")],
        error_messages=UNKNOWN_CHOICE,
    )

    @classmethod
    def of(cls, address: Mapping[str, str], rows: Sequence[Ruled]) -> "RuleFilter":
        """The filters of an address; the services and sources offered are those of the rules."""
        said = {
            name: address.get(name, "").replace("\0", "").strip()[:100] for name in cls.base_fields
        }
        form = cls(said, auto_id="id_%s")
        services = {row.row.service.slug: row.row.service.name for row in rows if row.row.service}
        sources = {row.row.source.slug: row.row.source.name for row in rows if row.row.source}
        for name, found in (("service", services), ("source", sources)):
            pairs = sorted(found.items(), key=lambda pair: pair[1].casefold())
            form.fields[name].choices = [("", "All"), *pairs]  # type: ignore[attr-defined]  # a choice
        return form

    def narrowed(self, rows: Sequence[Ruled]) -> list[Ruled]:
        """The rows that fit; a value that nobody knows leaves nothing out."""
        self.is_valid()
        asked = self.cleaned_data
        words = asked.get("q", "").casefold()
        return [
            row
            for row in rows
            if words in f"{row.row.name} {row.words} {row.row.owner}".casefold()
            and asked.get("mode", "") in ("", row.row.mode)
            and asked.get("service", "") in ("", row.row.service.slug if row.row.service else None)
            and asked.get("source", "") in ("", row.row.source.slug if row.row.source else None)
            and (not asked.get("review") or row.findings)
        ]

    @property
    def is_narrowed(self) -> bool:
        return any(self.data.values())
