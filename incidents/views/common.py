"""What the views of this app share: finding an incident that its reader may see, refusals."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from config.portal import words
from config.portal.refusals import Refused
from incidents.models import Incident
from incidents.queries import board
from rosters.models import Person

PREFIX = "INC-"
MAX_DIGITS = 12


def person(request: HttpRequest) -> Person:
    """Who is signed in; every page but the public ones demands it."""
    if not isinstance(request.user, Person):
        raise Http404
    return request.user


def incident_or_404(request: HttpRequest, ref: str) -> Incident:
    """The incident called `ref`, if the reader may know of it."""
    digits = ref.upper().removeprefix(PREFIX)
    if not (digits.isascii() and digits.isdigit() and len(digits) <= MAX_DIGITS):
        raise Http404
    found = board.find(int(digits), viewer=person(request))
    if found is None:
        raise Http404
    return found


def draft_name(incident: Incident, form: str) -> str:
    """What the drafts of this form about this incident are called: incident/12/update."""
    return f"incident/{incident.pk}/{form}"


def zone_of(reader: Person) -> ZoneInfo:
    """The zone in which a reader reads times."""
    return ZoneInfo(reader.time_zone)


def explain(request: HttpRequest, refused: Refused, *, now: datetime) -> None:
    """The refusal stands on the next page, in the reader's own time."""
    sentence = getattr(refused, "sentence", None)
    if sentence is None:
        messages.error(request, str(refused))
        return
    messages.info(request, words.as_text(sentence, zone=zone_of(person(request)), now=now))


def to_incident(incident: Incident) -> HttpResponse:
    return redirect("incidents:detail", incident.reference)
