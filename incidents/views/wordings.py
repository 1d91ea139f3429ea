"""The words of messages: all of them, and one with a preview, its versions and the way back."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from config.portal import clock
from config.portal.refusals import Refused
from incidents.forms.wordings import WordingForm
from incidents.logic.wordings import places_of
from incidents.operations import wordings
from incidents.queries import wordings as reading
from incidents.queries.wordings import Entry
from incidents.views.common import person
from rosters.logic.outbox import why_not_word
from rosters.queries import administrators

DIGITS = 6


@never_cache
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Each kind of message in each form, as it is worded now."""
    if refused := _closed(request):
        return refused
    return render(request, "incidents/wordings/index.html", {"entries": reading.entries()})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def detail(request: HttpRequest, kind: str, form: str) -> HttpResponse:
    """The words of one, with a preview; a press keeps them, another only shows them."""
    if refused := _closed(request):
        return refused
    entry = _found(kind, form)
    is_kept = request.method == "POST" and request.POST.get("do") != "preview"
    begun = {
        name: request.POST.get(name, text) for name, text in (("text", entry.text), ("why", ""))
    }
    wanted = WordingForm(request.POST if is_kept else None, initial=begun)
    if is_kept and wanted.is_valid():
        answers = wanted.cleaned_data
        try:
            made = wordings.write(
                kind,
                form,
                answers["text"],
                why=answers["why"],
                by=person(request),
                now=clock.act_now(),
            )
        except Refused as refused:
            wanted.add_error("text", str(refused))
        else:
            said = "Saved. It holds from the next message on." if made else "These words hold."
            messages.success(request, said)
            return redirect("incidents:wording", kind, form)
    return _page(request, entry, wanted, status=422 if is_kept else 200)


@require_POST
def back(request: HttpRequest, kind: str, form: str) -> HttpResponse:
    """The words of an older version hold again, or those that Muster came with."""
    entry = _found(kind, form)
    asked = request.POST.get("number", "")
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) <= DIGITS else -1
    name = f"version {number}" if number else "the words that Muster came with"
    why = request.POST.get("why", "").strip() or f"Back to {name}"
    try:
        wordings.go_back(
            entry.kind, entry.form, number, why=why, by=person(request), now=clock.act_now()
        )
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, f"Back to {name}. It holds from the next message on.")
    return redirect("incidents:wording", kind, form)


def _page(request: HttpRequest, entry: Entry, form: WordingForm, *, status: int) -> HttpResponse:
    text = str(form.data.get("text", "") if form.is_bound else form.initial["text"])
    text = text.replace("\r\n", "\n").replace("\0", "").strip()
    why_not = reading.why_not_words(entry.kind, entry.form, text)
    context = {
        "entry": entry,
        "form": form,
        "places": places_of(entry.kind, entry.form).items(),
        "versions": reading.versions(entry.kind, entry.form),
        "why_not": why_not,
        "samples": () if why_not else reading.samples(entry.kind, entry.form, text),
    }
    is_part = request.headers.get("HX-Request") == "true"
    name = "_preview" if is_part else "detail"
    response = render(request, f"incidents/wordings/{name}.html", context, status=status)
    response["Vary"] = "HX-Request"
    return response


def _found(kind: str, form: str) -> Entry:
    entry = reading.entry(kind, form)
    if entry is None:
        raise Http404
    return entry


def _closed(request: HttpRequest) -> HttpResponse | None:
    """For everybody but administrators: why, and whom to ask."""
    reader = person(request)
    why_not = why_not_word(is_administrator=reader.is_superuser)
    if why_not is None:
        return None
    names = administrators.to_ask(reader, now=clock.show_now())
    context = {"why_not": why_not, "names": names}
    return render(request, "rosters/outbox/closed.html", context, status=403)
