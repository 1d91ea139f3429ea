"""The contact matrix as one grid, and one person in place of another in all of it."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.http import urlencode

from config.portal import clock, words
from config.portal.refusals import Refused
from rosters.admin.replacing import ReplacePage
from rosters.forms import grid as form
from rosters.forms.grid import Sent
from rosters.forms.lasting import SINCE, UNTIL, Lasting
from rosters.logic.cells import Filling
from rosters.logic.grid import Key, Typed
from rosters.logic.standing import WORDS, Fault
from rosters.models import MatrixEntry, Person
from rosters.operations import drafts
from rosters.operations.changing import applying
from rosters.operations.changing.cells import ROW_IS_GONE, Confirmed, NotSaved
from rosters.queries import contact_index, contacts, grid, last_change
from rosters.queries import drafts as kept

PAGE_SIZE = 15

NONE = grid.Answers()


class GridPages(ReplacePage):
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
        index = contact_index.load(now=now)
        sent = _read(request.POST, index, by, now=now)
        lost = {} if sent.problems else _lost_backups(sent, index, now=now)
        if lost:
            return self._offer(request, sent, lost, now=now)
        try:
            with drafts.sending(_draft_name(request), by=by, now=now):
                changed = _save(sent, by=by, now=now, reason=request.POST.get("reason", ""))
        except Refused as refused:
            problems, theirs = _troubles(sent, refused, now=now)
            changed_by = last_change.of_cells(theirs, by=by)
            answers = grid.Answers(
                sent.typed, problems, theirs, sent.was, shown=sent.shown, changed=changed_by
            )
            error = " ".join([str(refused), *_of_gone_rows(sent, refused)])
            return self._grid(request, answers, now=now, error=error, days=sent.days)
        self._say(
            request, len(sent.changes), changed, by=by, now=now, stays=form.left(request.POST)
        )
        return HttpResponseRedirect(request.get_full_path())

    def _offer(
        self, request: HttpRequest, sent: Sent, lost: dict[Key, str], *, now: datetime
    ) -> HttpResponse:
        """The same form with the backups that its cells would lose, for a second press."""
        typed = dict(sent.typed)
        for key, backup in lost.items():
            typed[key] = Typed(typed[key].who, backup)
        answers = grid.Answers(typed, was=sent.was, shown=sent.shown, offered=lost)
        cells = "One cell" if len(lost) == 1 else f"{len(lost)} cells"
        error = f"Nothing was saved yet. {cells} would lose a backup: read it, and save again."
        return self._grid(request, answers, now=now, error=error, days=sent.days)

    def _begin(self, request: HttpRequest, *, by: Person, now: datetime) -> HttpResponse:
        """The grid as the person left it: what they typed here and did not save is there again."""
        draft = kept.of(by, _draft_name(request), now=now)
        if draft.saved_at is None:
            return self._grid(request, NONE, now=now, draft=draft)
        index = contact_index.load(now=now)
        kept_back = [name for name in draft.answers if name.startswith("keep-")]
        answered = {k: v for k, v in draft.answers.items() if k not in kept_back}
        sent = _read(answered, index, by, now=now)
        stand = grid.fillings(index, sent.typed)
        theirs = {
            key: stand[key]
            for key, change in zip(form.keys(sent), sent.changes, strict=True)
            if key in stand
            and (stand[key].revision != change.expects or f"keep-{key}" in kept_back)
        }
        answers = grid.Answers(
            sent.typed,
            sent.problems,
            {key: one for key, one in theirs.items() if one != form.wanted(sent)[key]},
            sent.was,
            shown=sent.shown if _is_elsewhere(request, sent, index) else frozenset(),
            changed=last_change.of_cells(theirs, by=by),
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
        days: Lasting | None = None,
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
            "days": {one: request.POST.get(one, "")[:20] for one in (SINCE, UNTIL)},
            "wrong_days": days.problems if days else {},
        }
        return TemplateResponse(request, "admin/grid.html", context, status=422 if error else 200)


VIEW = ("rows", "roles", "q", "team", "state", "page")


def _view_of(request: HttpRequest) -> str:
    """Which part of the grid this is, as its address says."""
    return urlencode([(name, request.GET[name]) for name in VIEW if request.GET.get(name)])


def _draft_name(request: HttpRequest) -> str:
    """Each part of the grid has a draft of its own, so that none is written over another."""
    return f"grid/{sha256(_view_of(request).encode()).hexdigest()[:12]}"


def _is_elsewhere(request: HttpRequest, sent: Sent, index: contact_index.Index) -> bool:
    """Whether a row that was changed no longer stands on this page of the grid."""
    found = contact_index.services(index, _asked(request))
    here = set(Paginator(found, PAGE_SIZE).get_page(request.GET.get("page")))
    return any(key.service_id and key.service_id not in here for key in sent.typed)


def _read(answers: Any, index: contact_index.Index, by: Person, *, now: datetime) -> Sent:  # noqa: ANN401  # Django's QueryDict
    known = grid.names(index.named, now=now)
    return form.read(answers, known, zone=ZoneInfo(by.time_zone), now=now)


def _lost_backups(sent: Sent, index: contact_index.Index, *, now: datetime) -> dict[Key, str]:
    """The backups that squares inherit until now, and would have no more."""
    keys = sent.without_backup()
    services = [pk for pk in index.services if pk in {key.service_id for key in keys}]
    if not services:
        return {}
    known = grid.names(index.named, now=now)
    found = grid.backups(contacts.in_full(index, services), index.roles, keys, known)
    return {key: name for key, name in found.items() if name != sent.typed[key].who}


def _save(sent: Sent, *, by: Person, now: datetime, reason: str) -> list[MatrixEntry]:
    if sent.days and sent.days.problems:
        raise Refused("Nothing was saved. Look at the days.")
    if sent.problems:
        raise Refused("Nothing was saved. Look at the marked cells.")
    return applying.apply_changes(
        sent.changes, by=by, now=now, reason=reason, confirmed=Confirmed(by, now)
    )


def _troubles(
    sent: Sent, refused: Refused, *, now: datetime
) -> tuple[dict[Key, str], dict[Key, Filling]]:
    """What is wrong by square, and what somebody else has put there meanwhile, whatever else is
    wrong with the form."""
    problems, theirs = dict(sent.problems), {}
    overtaken = applying.overtaken(sent.changes, now=now)
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
        if ROW_IS_GONE in one.problems:
            change = one.change
            typed = sent.typed[Key(change.role_id, change.service_id, change.team_id)]
            names = words.people([name for name in (typed.who, typed.backup) if name])
            yield f"{ROW_IS_GONE} You had written {names[:160]}."


def _asked(request: HttpRequest) -> contact_index.Asked:
    get = request.GET.get
    fault = get("state", "")
    return contact_index.Asked(
        q=" ".join(get("q", "").split())[:80],
        team=get("team", "")[:50],
        fault=fault if fault in {*Fault, "any"} else "",
        sort="name",
    )
