"""Notes from the one who leaves to the one who comes."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from config.portal import clock
from config.portal.paging import PAGE_SIZE
from config.portal.refusals import Refused
from rosters.forms.sharing import NoteForm
from rosters.models import HandoverNote
from rosters.operations import handover_notes
from rosters.queries import handover, sharing
from rosters.views.common import reader_of
from rosters.views.sharing import roster_of


@require_http_methods(["GET", "HEAD", "POST"])
def notes(request: HttpRequest, slug: str) -> HttpResponse:
    """The notes of a roster, and one more for the next change of shift."""
    roster, reader, now = roster_of(slug), reader_of(request), clock.act_now()
    form = NoteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = handover_notes.write(roster, form.cleaned_data["text"], by=reader, now=now)
        except Refused as refused:
            form.add_error("text", str(refused))
        else:
            names = " and ".join(one.full_name for one in made.told)
            messages.success(request, f"Kept. {names} was told." if names else "Kept.")
            return redirect("rosters:handover_notes", slug)
    context = {
        "roster": roster,
        "form": form,
        "change": handover.next_change(roster, now=now),
        "page": Paginator(handover.notes_of(roster), PAGE_SIZE).get_page(request.GET.get("page")),
        "may_write": sharing.part_of(reader, roster).belongs,
    }
    status = 422 if form.errors else 200
    return render(request, "rosters/handover_notes.html", context, status=status)


@require_POST
def mark_read(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Whoever comes has read it."""
    rows = HandoverNote.objects.select_related("roster")
    note = get_object_or_404(rows, pk=pk, roster__slug=slug)
    try:
        handover_notes.mark_read(note, by=reader_of(request), now=clock.act_now())
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, f"Noted. {note.written_by} sees that you have read it.")
    return redirect("rosters:handover_notes", slug)
