"""The contact matrix as one grid, and one person in place of another in all of it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.http import urlencode

from config.portal import clock, words
from config.portal.admin import PlainAdmin
from config.portal.refusals import Refused
from rosters.forms.asking import WHY_MISSING
from rosters.logic.cells import Filling, Problem
from rosters.logic.grid import Key, Names, Typed, read_key
from rosters.logic.reasons import in_one_line
from rosters.logic.standing import WORDS, Fault
from rosters.models import MatrixEntry, Person
from rosters.operations import changing, drafts, matrix
from rosters.operations.changing import CellChange, NotSaved
from rosters.queries import contact_index, contacts, grid
from rosters.queries import drafts as kept

PAGE_SIZE = 15
LONGEST_KEY = 18
"""How many digits the number of a row has at most."""

NONE = grid.Answers()
MISSING = {
    "old": "Write who goes, or choose them from the list.",
    "new": "Write who comes in their place, or choose them from the list.",
}


@dataclass(frozen=True)
class Sent:
    """One form that was sent: what was typed, and what it means."""

    typed: Mapping[Key, Typed]
    changes: tuple[CellChange, ...]
    problems: Mapping[Key, str]
    was: Mapping[Key, str]
    """The revision that each typed square was read at."""
    shown: frozenset[int] = frozenset()
    """The services that stood on the page."""


class GridPages(PlainAdmin):
    """Two pages beside the list: the grid, and replacing a person."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        ours = [
            path("grid/", view(self.grid_page), name="rosters_matrixentry_grid"),
            path("replace/", view(self.replace_page), name="rosters_matrixentry_replace"),
        ]
        return [*ours, *super().get_urls()]

    def grid_page(self, request: HttpRequest) -> HttpResponse:
        """Services or teams down, roles across; saved together, with a reason."""
        by, now = self._editor(request), clock.act_now()
        if request.method != "POST":
            return self._begin(request, by=by, now=now)
        sent = _read(request.POST, grid.names(contact_index.load(now=now).named, now=now))
        try:
            with drafts.sending(_draft_name(request), by=by, now=now):
                changed = _save(sent, by=by, now=now, reason=request.POST.get("reason", ""))
        except Refused as refused:
            problems, theirs = _troubles(sent, refused, now=now)
            answers = grid.Answers(sent.typed, problems, theirs, sent.was, shown=sent.shown)
            error = " ".join([str(refused), *_of_gone_rows(sent, refused)])
            return self._grid(request, answers, now=now, error=error)
        self._say(request, len(sent.changes), changed, by=by, now=now)
        return HttpResponseRedirect(request.get_full_path())

    def _begin(self, request: HttpRequest, *, by: Person, now: datetime) -> HttpResponse:
        """The grid as the person left it: what they typed here and did not save is there again."""
        draft = kept.of(by, _draft_name(request), now=now)
        if draft.saved_at is None:
            return self._grid(request, NONE, now=now, draft=draft)
        index = contact_index.load(now=now)
        sent = _read(draft.answers, grid.names(index.named, now=now))
        stand = grid.fillings(index, sent.typed)
        theirs = {
            key: stand[key]
            for key, change in zip(_keys(sent), sent.changes, strict=True)
            if key in stand and stand[key].revision != change.expects
        }
        answers = grid.Answers(
            sent.typed,
            sent.problems,
            {key: one for key, one in theirs.items() if one != _wanted(sent)[key]},
            sent.was,
            shown=sent.shown if _is_elsewhere(request, sent, index) else frozenset(),
        )
        return self._grid(request, answers, now=now, draft=draft)

    def _grid(
        self,
        request: HttpRequest,
        answers: grid.Answers,
        *,
        now: datetime,
        error: str = "",
        draft: kept.Typed | None = None,
    ) -> HttpResponse:
        index = contact_index.load(now=now)
        known = grid.names(index.named, now=now)
        asked = _asked(request)
        is_teams = request.GET.get("rows") == "teams"
        roles = index.roles if is_teams or request.GET.get("roles") == "all" else index.columns
        found: Sequence[Any] = (
            [None, *contact_index.teams(index)]
            if is_teams
            else contact_index.services(index, asked)
        )
        if answers.shown:  # what was sent is shown again, whatever the filters say of it now
            found = [pk for pk in index.services if pk in answers.shown]
        number = "1" if answers.shown else request.GET.get("page")
        page = Paginator(found, PAGE_SIZE).get_page(number)
        rows = (
            grid.of_teams(contacts.of_teams(page, now=now), page, roles, known, answers)
            if is_teams
            else grid.of_services(contacts.in_full(index, list(page)), roles, known, answers)
        )
        context = {
            **self.admin_site.each_context(request),
            "title": "Change who is called",
            "opts": self.opts,
            "rows": rows,
            "roles": roles,
            "page": page,
            "asked": asked,
            "is_teams": is_teams,
            "is_all": request.GET.get("roles") == "all",
            "teams": contact_index.teams(index),
            "faults": [(one.value, WORDS[one], index.counts[one]) for one in Fault],
            "known": known,
            "error": error,
            "draft": draft or kept.of(self._editor(request), _draft_name(request), now=now),
            "is_sent": draft is None,
            "elsewhere": kept.others(
                self._editor(request), "grid/", besides=_draft_name(request), now=now
            ),
            "query": _view_of(request),
            "reason": request.POST.get("reason", (draft.answers if draft else {}).get("reason")),
        }
        return TemplateResponse(request, "admin/grid.html", context, status=422 if error else 200)

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
                    else changing.replace_person(
                        old, new, entry_ids=ids, by=by, now=now, reason=reason
                    )
                )
            except Refused as refused:
                errors = {"": str(refused)}
            if not errors:
                self._say(request, len(changed), changed, by=by, now=now)
                return HttpResponseRedirect(reverse("admin:rosters_matrixentry_grid"))
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
    ) -> None:
        """How many cells changed; whoever is named anew is asked by e-mail to say yes."""
        ids = [entry.pk for entry in changed]
        rows = MatrixEntry.objects.filter(pk__in=ids).select_related(
            "role", "service", "team", "person"
        )
        asked, _mute = matrix.ask_to_confirm(list(rows.order_by("pk")), by=by, now=now)
        text = "1 cell changed." if number == 1 else f"{number} cells changed."
        if asked:
            text += (
                f" {words.people([one.full_name for one in asked])}: asked by e-mail to say yes."
            )
        self.message_user(request, text, messages.SUCCESS)


VIEW = ("rows", "roles", "q", "team", "state", "page")


def _view_of(request: HttpRequest) -> str:
    """Which part of the grid this is, as its address says."""
    return urlencode([(name, request.GET[name]) for name in VIEW if request.GET.get(name)])


def _draft_name(request: HttpRequest) -> str:
    """Each part of the grid has a draft of its own, so that none is written over another."""
    return f"grid/{sha256(_view_of(request).encode()).hexdigest()[:12]}"


def _keys(sent: Sent) -> list[Key]:
    """The squares of the changes, in their order."""
    return [Key(one.role_id, one.service_id, one.team_id) for one in sent.changes]


def _wanted(sent: Sent) -> dict[Key, Filling]:
    return {key: change.filling for key, change in zip(_keys(sent), sent.changes, strict=True)}


def _is_elsewhere(request: HttpRequest, sent: Sent, index: contact_index.Index) -> bool:
    """Whether a row that was changed no longer stands on this page of the grid."""
    found = contact_index.services(index, _asked(request))
    here = set(Paginator(found, PAGE_SIZE).get_page(request.GET.get("page")))
    return any(key.service_id and key.service_id not in here for key in sent.typed)


def _save(sent: Sent, *, by: Person, now: datetime, reason: str) -> list[MatrixEntry]:
    if sent.problems:
        raise Refused("Nothing was saved. Look at the marked cells.")
    return changing.apply_changes(sent.changes, by=by, now=now, reason=reason)


def _read(answers: Any, known: Names) -> Sent:  # noqa: ANN401  # Django's QueryDict
    """What differs from what was read; what reads “keep theirs” is left as it is."""
    typed: dict[Key, Typed] = {}
    read_at: dict[Key, str] = {}
    changes: list[CellChange] = []
    problems: dict[Key, str] = {}
    keys = [read_key(name.removeprefix("who-")) for name in answers if name.startswith("who-")]
    for key in filter(None, keys):
        if answers.get(f"keep-{key}"):
            continue
        one = Typed(answers.get(f"who-{key}", ""), answers.get(f"backup-{key}", ""))
        was = answers.get(f"was-{key}", "")[:80]
        found = known.read(one)
        if isinstance(found, Problem):
            typed[key], read_at[key], problems[key] = one, was, found.text
        elif found.revision != was:
            typed[key], read_at[key] = one, was
            changes.append(_change(key, found, was))
    shown = frozenset(key.service_id for key in keys if key and key.service_id)
    return Sent(typed, tuple(changes), problems, read_at, shown)


def _change(key: Key, filling: Filling, was: str) -> CellChange:
    return CellChange(
        key.role_id, filling, service_id=key.service_id, team_id=key.team_id, expects=was
    )


def _troubles(
    sent: Sent, refused: Refused, *, now: datetime
) -> tuple[dict[Key, str], dict[Key, Filling]]:
    """What is wrong by square, and what somebody else has put there meanwhile, whatever else is
    wrong with the form."""
    problems, theirs = dict(sent.problems), {}
    overtaken = changing.overtaken(sent.changes, now=now)
    for one in refused.troubles if isinstance(refused, NotSaved) else overtaken:
        change = one.change
        key = Key(change.role_id, change.service_id, change.team_id)
        if one.theirs is not None:
            theirs[key] = one.theirs
        if one.problems:
            problems[key] = " ".join(problem.text for problem in one.problems)
    return problems, theirs


def _of_gone_rows(sent: Sent, refused: Refused) -> Iterable[str]:
    """What was typed into rows that the page can show no more."""
    for one in refused.troubles if isinstance(refused, NotSaved) else ():
        if changing.ROW_IS_GONE in one.problems:
            change = one.change
            typed = sent.typed[Key(change.role_id, change.service_id, change.team_id)]
            names = words.people([name for name in (typed.who, typed.backup) if name])
            yield f"{changing.ROW_IS_GONE} You had written {names[:160]}."


def _asked(request: HttpRequest) -> contact_index.Asked:
    get = request.GET.get
    fault = get("state", "")
    return contact_index.Asked(
        q=" ".join(get("q", "").split())[:80],
        team=get("team", "")[:50],
        fault=fault if fault in {*Fault, "any"} else "",
        sort="name",
    )


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
