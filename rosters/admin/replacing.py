"""One person in place of another in the contacts, and what pages of the contact matrix share."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse

from config.portal import clock, words
from config.portal.admin import PlainAdmin
from config.portal.refusals import Refused
from rosters.forms.asking import WHY_MISSING
from rosters.logic.cells import Filling
from rosters.logic.grid import Names, Typed
from rosters.logic.reasons import in_one_line
from rosters.models import MatrixEntry, Person
from rosters.operations import matrix
from rosters.operations.changing import replacing
from rosters.queries import grid

LONGEST_KEY = 18
"""How many digits the number of a row has at most."""
MISSING = {
    "old": "Write who goes, or choose them from the list.",
    "new": "Write who comes in their place, or choose them from the list.",
}


class ReplacePage(PlainAdmin):
    """One page beside the list: who goes, who comes, and every cell before and after."""

    def replace_page(self, request: HttpRequest) -> HttpResponse:
        """Who goes and who comes; then every cell before and after; then one press."""
        by, now = self._editor(request), clock.act_now()
        values = request.POST if request.method == "POST" else request.GET
        old, new, errors = _two(values, now=now)
        ids = [int(one) for one in values.getlist("cell") if is_key(one)]
        if request.method == "POST" and old and new and not errors:
            reason = values.get("reason", "")
            errors = _unready(ids, reason)
            try:
                changed = (
                    []
                    if errors
                    else replacing.replace_person(
                        old, new, entry_ids=ids, by=by, now=now, reason=reason
                    )
                )
            except Refused as refused:
                errors = {"": str(refused)}
            if not errors:
                self._say(request, len(changed), changed, by=by, now=now)
                rest = reverse("front:leaving", args=[old.pk])
                return HttpResponseRedirect(f"{rest}?took={new.pk}")
        is_shown = old is not None and new is not None and old != new
        context = {
            **self.admin_site.each_context(request),
            "title": f"Replace {old.full_name} in the contacts"
            if old
            else "Replace a person in the contacts",
            "opts": self.opts,
            "old": old,
            "new": new,
            "typed": {name: values.get(name, "") for name in ("old", "new", "reason")},
            "swaps": grid.swaps(old, new, now=now) if is_shown and old and new else [],
            "known": grid.names(now=now),
            "errors": errors,
            "chosen": ids if request.method == "POST" else None,
        }
        status = 422 if errors and request.method == "POST" else 200
        return TemplateResponse(request, "admin/replace.html", context, status=status)

    def _editor(self, request: HttpRequest) -> Person:
        if not isinstance(request.user, Person) or not self.has_change_permission(request):
            raise PermissionDenied
        return request.user

    def _say(
        self,
        request: HttpRequest,
        number: int,
        changed: Iterable[MatrixEntry],
        *,
        by: Person,
        now: datetime,
        stays: int = 0,
    ) -> None:
        """How many cells changed, and how many stay as somebody else has them; `by` stands for
        them, and whoever is named anew is asked by e-mail to say yes."""
        asked = matrix.stand_for(list(changed), by=by, now=now)
        text = "1 cell changed." if number == 1 else f"{number} cells changed."
        if stays:
            are = "1 cell stays" if stays == 1 else f"{stays} cells stay"
            text += f" {are} as somebody else wrote it meanwhile."
        if asked:
            text += (
                f" {words.people([one.full_name for one in asked])}: asked by e-mail to say yes."
            )
        self.message_user(request, text, messages.SUCCESS)


def _two(
    values: Any,  # noqa: ANN401  # Django's QueryDict
    *,
    now: datetime,
) -> tuple[Person | None, Person | None, dict[str, str]]:
    """Who goes and who comes, by name or by number, and what is wrong with that, by field."""
    texts = {name: values.get(name, "").strip()[:160] for name in ("old", "new")}
    gone = [int(texts["old"])] if is_key(texts["old"]) else []
    leavers = Person.objects.filter(left_at__lte=now).values_list("pk", flat=True)
    known = grid.names([*gone, *leavers], now=now)
    old, new = (_person(text, known) for text in texts.values())
    errors = {
        name: f"Nobody is called “{text[:60]}”. Choose from the list."
        for (name, text), found in zip(texts.items(), (old, new), strict=True)
        if text and found is None
    }
    if "new" in values:  # the form was sent, not only opened for one person
        errors |= {name: said for name, said in MISSING.items() if not texts[name]}
    if old is not None and old == new:
        return old, None, {"new": "Choose somebody else to put in their place."}
    return old, new, errors


def _unready(ids: Sequence[int], reason: str) -> dict[str, str]:
    """What is missing before one person can take the place of another, by field."""
    found = {} if ids else {"cell": "Choose at least one place."}
    return found if in_one_line(reason) else found | {"reason": WHY_MISSING}


def is_key(text: str) -> bool:
    """Whether this can be the number of a row."""
    return text.isascii() and text.isdecimal() and len(text) < LONGEST_KEY


def _person(text: str, known: Names) -> Person | None:
    if is_key(text):
        one: Person | None = Person.objects.filter(pk=int(text)).first()
        return one
    found = known.read(Typed(text))
    pk = found.person_id if isinstance(found, Filling) else None
    person: Person | None = Person.objects.filter(pk=pk).first() if pk else None
    return person
