"""Files that bring rows in, and what is there as files: send, check, apply; templates and lists."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from config.portal import clock, live
from config.portal.downloads import FORMATS, Page, table_file
from config.portal.refusals import Refused
from rosters.enums import ImportSubject
from rosters.forms.asking import ReasonForm, WhyForm
from rosters.forms.files import UploadForm
from rosters.logic.imports import columns
from rosters.models import ImportRun
from rosters.operations import numbers
from rosters.operations.imports import runs
from rosters.queries import exporting
from rosters.queries import import_runs as reading
from rosters.queries.importing import subjects_of
from rosters.views.common import reader_of

NEXT = "rosters:import"


@require_http_methods(["GET", "HEAD", "POST"])
def imports(request: HttpRequest) -> HttpResponse:
    """Send a file; templates, exported lists, and the files that came lately."""
    reader = reader_of(request)
    subjects = subjects_of(reader)
    if not subjects:
        raise PermissionDenied
    form = UploadForm(
        request.POST or None,
        request.FILES or None,
        subjects=subjects,
        initial={"subject": request.GET.get("subject", "")},
    )
    if request.method == "POST" and form.is_valid():
        return _receive(request, form.cleaned_data)
    context = {"form": form, "subjects": subjects, "runs": reading.latest(subjects)}
    status = 422 if request.method == "POST" else 200
    return render(request, "rosters/imports.html", context, status=status)


def _receive(request: HttpRequest, sent: dict[str, Any]) -> HttpResponse:
    now, file = clock.act_now(), sent["file"]
    try:
        run = runs.receive(sent["subject"], file.name, file.read(), by=reader_of(request), now=now)
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("rosters:imports")
    if runs.is_small(run):
        runs.check(run, now=now)
    return redirect(NEXT, run.pk)


@require_safe
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """What the check found, and the press that applies it; how far it is while it is under way."""
    return _page(request, _run_or_404(request, pk), WhyForm())


@require_POST
def apply(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything in the file is written, or nothing."""
    run, form = _run_or_404(request, pk), WhyForm(request.POST)
    if not form.is_valid():
        return _page(request, run, form, status=422)
    try:
        run = runs.apply(
            run, by=reader_of(request), reason=form.cleaned_data["reason"], now=clock.act_now()
        )
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect(NEXT, run.pk)


@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """The file is dropped; nothing was changed."""
    try:
        runs.withdraw(_run_or_404(request, pk), by=reader_of(request), now=clock.act_now())
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect(NEXT, pk)
    messages.success(request, "Withdrawn. Nothing was changed.")
    return redirect("rosters:imports")


@require_safe
def mistakes(request: HttpRequest, pk: int) -> HttpResponse:
    """Every mistake of a file, to mend it by."""
    run = _run_or_404(request, pk)
    rows = [[one["row"], one["column"], one["value"], one["text"]] for one in run.mistakes]
    page = Page("Mistakes", ("Row", "Column", "What stands there", "What to do"), rows)
    return table_file(f"mistakes-{run.pk}", "csv", page, begins_with_mark=True)


@require_safe
def template(request: HttpRequest, subject: str, kind: str) -> HttpResponse:
    """A file to start from: headings, an example, and what goes where."""
    _known(subject, kind)
    if ImportSubject(subject) not in subjects_of(reader_of(request)):
        raise PermissionDenied
    wanted = columns.written(subject)
    first = Page(_title(subject), [one.name for one in wanted], [[one.example for one in wanted]])
    told = [[one.name, "Yes" if one.is_needed else "", one.explained] for one in wanted]
    second = Page("What goes where", ("Column", "Needed", "What stands in it"), told)
    return table_file(f"{subject}-template", kind, first, second, begins_with_mark=True)


@require_safe
def export(request: HttpRequest, subject: str, kind: str) -> HttpResponse:
    """What is there, in the columns of an import; numbers need a reason, and so a press."""
    _known(subject, kind)
    if subject == ImportSubject.CONTACT_POINTS:
        raise Http404
    rows = exporting.rows(subject, reader=reader_of(request), now=clock.show_now())
    return _file(subject, kind, rows)


@never_cache
@require_POST
def export_numbers(request: HttpRequest) -> HttpResponse:
    """Numbers and addresses of those whom the reader has a reason to call; each is written down."""
    form, kind = ReasonForm(request.POST), request.POST.get("format", "")
    _known(ImportSubject.CONTACT_POINTS, kind)
    if not form.is_valid():
        messages.error(request, str(form.errors["reason"][0]))
        return redirect("rosters:imports")
    now, reason = clock.act_now(), form.cleaned_data["reason"]
    everybody = exporting.owners_of_points(now=now)
    visible = numbers.look(everybody, by=reader_of(request), reason=reason, now=now)
    return _file(ImportSubject.CONTACT_POINTS, kind, exporting.contact_points(visible, now=now))


def _file(subject: str, kind: str, rows: exporting.Rows) -> HttpResponse:
    headings = [one.name for one in columns.written(subject)]
    page = Page(_title(subject), headings, rows)
    return table_file(subject.replace("_", "-"), kind, page, begins_with_mark=True)


def _page(
    request: HttpRequest, run: ImportRun, form: WhyForm, *, status: int = 200
) -> HttpResponse:
    """The whole page, or while it is under way its live part; htmx loads it anew at the end."""
    shown = reading.page_of(run, reader=reader_of(request), number=request.GET.get("page"))
    context = {"shown": shown, "run": run, "form": form}
    if live.is_fragment(request) and not shown.is_under_way:
        return HttpResponse(headers={"HX-Refresh": "true", "Vary": "HX-Request"})
    if shown.is_under_way:
        return live.answer(
            request, page="rosters/import.html", part="rosters/_import_live.html", context=context
        )
    return render(request, "rosters/import.html", context, status=status)


def _run_or_404(request: HttpRequest, pk: int) -> ImportRun:
    run = reading.find(pk, reader=reader_of(request))
    if run is None:
        raise Http404
    return run


def _known(subject: str, kind: str) -> None:
    if subject not in ImportSubject.values or kind not in FORMATS:
        raise Http404


def _title(subject: str) -> str:
    return str(ImportSubject(subject).label)
