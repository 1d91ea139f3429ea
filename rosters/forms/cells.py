"""The form of one cell of the contact matrix on the portal."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms

from config.portal.fields import PlainCharField
from rosters.forms.asking import WhyField
from rosters.forms.lasting import SINCE, UNTIL, Lasting, typed_until
from rosters.logic.cells import BACKUP, Dates, Filling, Problem
from rosters.logic.grid import Names, Typed
from rosters.operations.changing.cells import Trouble

LONGEST = 160
AGAIN = "Yours is not saved. Save again to put it in their place."


class CellForm(forms.Form):
    """Whom we call: a person and a backup by name, or a roster; nobody by a press of its own."""

    who = PlainCharField(
        label="Whom we call",
        error_messages={"required": "Write whom we call, or choose a roster."},
        max_length=LONGEST,
        help_text="Write a name, or choose one. A roster calls whoever is on call.",
        widget=forms.TextInput({"list": "names", "autocomplete": "off"}),
    )
    backup = PlainCharField(
        label="Backup",
        required=False,
        max_length=LONGEST,
        help_text="Who is called when the first does not answer. A roster has its own.",
        widget=forms.TextInput({"list": "people", "autocomplete": "off"}),
    )
    since = PlainCharField(
        label="From",
        required=False,
        max_length=20,
        help_text="Empty: from now on.",
        widget=forms.TextInput({"type": "date"}),
    )
    until = PlainCharField(
        label="Until the end of",
        required=False,
        max_length=20,
        help_text="Empty: for good. Afterwards it is as it was before.",
        widget=forms.TextInput({"type": "date"}),
    )
    reason = WhyField()
    was = forms.CharField(required=False, max_length=80, widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        known: Names,
        zone: ZoneInfo,
        now: datetime,
        held: Dates = Dates(),  # noqa: B008  # a value that nobody changes
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.known, self.zone, self.now, self.held = known, zone, now, held
        self.initial[UNTIL] = typed_until(held, zone)
        self.dates: Dates | None = None
        self.filling = Filling()
        self.fields["who"].required = not self.is_emptied

    @property
    def is_emptied(self) -> bool:
        """Nobody is to be named here."""
        return "empty" in self.data

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        lasting = Lasting(
            *(cleaned.get(one, "") for one in (SINCE, UNTIL)),
            zone=self.zone,
            now=self.now,
            held=self.held,
        )
        self.dates = lasting.dates
        for name, sentence in lasting.problems.items():
            self.add_error(name, sentence)
        if self.is_emptied or "who" in self.errors:
            return cleaned
        found = self.known.read(Typed(cleaned.get("who", ""), cleaned.get("backup", "")))
        if isinstance(found, Problem):
            self._say(found)
        else:
            self.filling = found
        return cleaned

    def refuse(self, trouble: Trouble) -> None:
        """What stands in the way is said at its field. What somebody else wrote meanwhile is named;
        one more press writes over it."""
        for problem in trouble.problems:
            self._say(problem)
        if trouble.theirs is not None:
            theirs = self.known.typed(trouble.theirs)
            named = (
                f"{theirs.who or 'nobody'}{f', backup {theirs.backup}' if theirs.backup else ''}"
            )
            theirs_now = trouble.theirs.revision
            self.add_error("who", f"Somebody changed this meanwhile to {named}. {AGAIN}")
            self.data = {**{one: self.data.get(one) for one in self.fields}, "was": theirs_now}

    def _say(self, problem: Problem) -> None:
        """At its own field a sentence need not name the field."""
        text = problem.text.partition("”: ")[2] if problem.text.startswith("“") else problem.text
        fields = {BACKUP: "backup", "valid_from": SINCE, "valid_to": UNTIL}
        field = fields.get(problem.field, "who")
        self.add_error(field, text[:1].upper() + text[1:])

    @property
    def has_days(self) -> bool:
        """Whether a day is typed, or something is wrong with one."""
        return any(self[one].value() or self[one].errors for one in (SINCE, UNTIL))
