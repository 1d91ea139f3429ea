"""Single times of planned work: leaving one out, moving one, putting one back."""

from datetime import date

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from config.portal import clock
from config.portal.refusals import Refused
from incidents.forms.maintenance_times import TimeForm
from incidents.operations import maintenance
from incidents.queries import planned_work
from incidents.queries.planned_work import Planned
from incidents.views.common import person


@require_http_methods(["GET", "HEAD", "POST"])
def times(request: HttpRequest, pk: int) -> HttpResponse:
    """The coming times of one window, and the form that changes one of them."""
    planned = _found(pk)
    page = planned_work.page_of(planned, reader=person(request), now=clock.show_now())
    if request.method != "POST" or page.why_not:
        return _page(request, planned, page, _form(request, planned))
    form = _form(request, planned)
    if form.is_valid():
        try:
            said = _pressed(request, planned, form)
        except maintenance.CannotPlan as refused:
            form.refuse(refused.mistakes)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, said)
            return redirect("incidents:maintenance_times", pk)
    return _page(request, planned, page, form, status=422)


@require_POST
def back(request: HttpRequest, pk: int) -> HttpResponse:
    """One time is as it is planned again."""
    planned, now = _found(pk), clock.act_now()
    try:
        on = date.fromisoformat(request.POST.get("on", ""))
        maintenance.put_back(planned.row, on, by=person(request), now=now)
    except Refused as refused:
        messages.error(request, str(refused))
    except ValueError:
        messages.error(request, "That is no day of it.")
    else:
        messages.success(request, "It is as planned again.")
    return redirect("incidents:maintenance_times", pk)


def _pressed(request: HttpRequest, planned: Planned, form: TimeForm) -> str:
    on, reason, to = form.cleaned_data["on"], form.cleaned_data["reason"], form.to
    by, now = person(request), clock.act_now()
    if to is None:
        maintenance.leave_out(planned.row, on, reason=reason, by=by, now=now)
        return "Left out. All its other times stay."
    maintenance.move(planned.row, on, to, reason=reason, by=by, now=now)
    return "Moved. All its other times stay."


def _form(request: HttpRequest, planned: Planned) -> TimeForm:
    data = request.POST if request.method == "POST" else None
    choices = planned_work.choices_of(planned, now=clock.show_now())
    return TimeForm(data, choices=choices, zone=planned.window.zone)


def _found(pk: int) -> Planned:
    found = planned_work.find(pk, now=clock.show_now())
    if found is None or not found.comes_again:
        raise Http404
    return found


def _page(
    request: HttpRequest,
    planned: Planned,
    page: planned_work.WorkPage,
    form: TimeForm,
    *,
    status: int = 200,
) -> HttpResponse:
    context = {"planned": planned, "page": page, "form": form}
    return render(request, "incidents/signals/work_times.html", context, status=status)
