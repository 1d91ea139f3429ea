"""Who is on call, changed for a time: taking a shift, putting somebody on call, ending that."""

from datetime import datetime, timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from config.portal import clock, undo, words
from config.portal.refusals import Refused
from rosters.enums import OverrideKind
from rosters.forms.sharing import TakeForm
from rosters.logic import sharing as rules
from rosters.logic.rotation import Span
from rosters.models import Override, Person, Roster
from rosters.operations import asking_cover, overriding
from rosters.operations.overriding import Wanted
from rosters.queries import gap_asks, sharing, swaps
from rosters.views.common import reader_of, zone_of

WALL = "%Y-%m-%dT%H:%M"
LONGEST_NUMBER = 18
LAST_DAY_SHOWN = timedelta(days=6)
"""How many days after today a week still shows."""


@require_http_methods(["GET", "HEAD", "POST"])
def take(request: HttpRequest, slug: str) -> HttpResponse:
    """A shift or a gap to take; keepers put anybody on call. ?from=, ?to= and ?instead_of=."""
    roster, reader = roster_of(slug), reader_of(request)
    part = sharing.part_of(reader, roster)
    form = TakeForm(
        request.POST or None,
        roster=roster,
        reader=reader,
        may_arrange=part.keeps,
        zone=zone_of(reader),
        initial=asked_window(request, reader),
    )
    why_not, status = rules.why_not_take(part), 200
    if request.method == "POST" and not why_not:
        if form.is_valid() and (done := _put(request, roster, form)):
            return done
        status = 422
    now = clock.show_now()
    found = swaps.takeable(roster, reader=reader, now=now)
    context = {
        "roster": roster,
        "form": form,
        "why_not": why_not,
        "leads": sharing.leads_of(roster, now=now) if why_not else [],
        "asks": gap_asks.standing(now=now) if why_not else {},
        "has_gap": any(one.is_gap for one in found),
        "may_arrange": part.keeps,
        "found": found,
        "changes": swaps.changes(roster, now=now),
        "is_behind": not why_not and sharing.is_behind(roster, reader, form.asked_span()),
        "is_chosen": bool(form.initial.get("starts_at")) or form.is_bound,
    }
    return render(request, "rosters/take.html", context, status=status)


def _put(request: HttpRequest, roster: Roster, form: TakeForm) -> HttpResponse | None:
    try:
        wanted = form.wanted()
        made = overriding.arrange(roster, wanted, by=reader_of(request), now=clock.act_now())
    except Refused as refused:
        form.add_error(None, str(refused))
        return None
    said = _said(roster, wanted, made, reader=form.reader)
    if made and not sharing.fixed_by(roster, wanted.window):
        undo.offer(request, said, to=f"/oncall/{roster.slug}/changes/{made.pk}/end/")
    else:
        messages.success(request, f"{said} The temporary schedule says so now.")
    return redirect(_week_of(roster, wanted.starts_at, reader=form.reader))


def _said(roster: Roster, wanted: Wanted, made: Override | None, *, reader: Person) -> str:
    """What holds now, from when until when; and who is backup no longer."""
    span = (made.starts_at, made.ends_at) if made else wanted.window
    when = words.period(*span, zone=zone_of(reader), now=clock.act_now())
    if wanted.person is None:
        return f"{wanted.instead_of} is not on call for {roster} {when}. {_who_is(roster, span)}"
    if wanted.kind == OverrideKind.SHADOW:
        return f"{wanted.person} rides along on {roster} {when}."
    who = "You are" if wanted.person.pk == reader.pk else f"{wanted.person} is"
    alone = " Nobody is behind then." if sharing.is_alone_in(roster, wanted.person, span) else ""
    return f"{who} on call for {roster} {when}.{alone}"


def _week_of(roster: Roster, at: datetime, *, reader: Person) -> str:
    """The calendar of the roster with this instant in it."""
    zone, address = zone_of(reader), reverse("rosters:roster", args=[roster.slug])
    day, today = at.astimezone(zone).date(), clock.act_now().astimezone(zone).date()
    return f"{address}?from={day}" if day > today + LAST_DAY_SHOWN else address


def _who_is(roster: Roster, span: Span) -> str:
    """Who is first on call instead."""
    names = [one.full_name for one in sharing.first_in(roster, span)]
    if not names:
        return "Nobody is."
    return f"{words.people(names)} {'is' if len(names) == 1 else 'are'} first on call."


@require_POST
def end_change(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """A change to who is on call holds no longer."""
    roster = roster_of(slug)
    row = get_object_or_404(Override.objects.select_related("roster"), pk=pk, roster=roster)
    try:
        overriding.end(row, by=reader_of(request), now=clock.act_now())
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, "Taken back. Whoever it concerns was told who is on call now.")
    return redirect("rosters:roster", slug)


@require_POST
def ask_cover(request: HttpRequest, slug: str) -> HttpResponse:
    """Those who can put somebody in are asked to, where somebody is missing."""
    try:
        made = asking_cover.ask(roster_of(slug), by=reader_of(request), now=clock.act_now())
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        were = "was" if len(made.names) == 1 else "were"
        messages.success(request, f"{words.people(made.names)} {were} asked to put somebody in.")
    return redirect("rosters:roster", slug)


def roster_of(slug: str) -> Roster:
    return get_object_or_404(Roster.objects.select_related("team"), slug=slug)


def asked_window(request: HttpRequest, reader: Person) -> dict[str, object]:
    """What the address asks for, as the form shows it; what is no instant is left out."""
    zone, found = zone_of(reader), {}
    for name, keys in (("starts_at", ("from", "starts_at")), ("ends_at", ("to", "ends_at"))):
        text = next((request.GET[key] for key in keys if request.GET.get(key)), "")
        at = _instant(text)
        if at is not None:
            found[name] = f"{at.astimezone(zone):{WALL}}"
    number = request.GET.get("instead_of", "")
    if number.isascii() and number.isdecimal() and len(number) <= LONGEST_NUMBER:
        found["instead_of"] = number
    return dict(found)


def _instant(text: str) -> datetime | None:
    """An instant of an address, with its zone."""
    try:
        at = datetime.fromisoformat(text.replace(" ", "+"))
    except ValueError:
        return None
    return at if at.tzinfo and 2000 <= at.year < 2100 else None  # as typed days
