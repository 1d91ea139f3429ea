"""Reviews: the list, one review to read or to write, and publishing it."""

from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from config.portal import clock
from config.portal.paging import show_page
from config.portal.refusals import Refused
from reviews.forms import ReviewEntry, Saved, merged
from reviews.forms.narrow import ReviewNarrowForm
from reviews.models import Review
from reviews.operations import editing
from reviews.operations.editing import ChangedMeanwhile
from reviews.queries import lists, page
from reviews.queries.page import ReviewPage
from reviews.tables import ReviewTable, reviews_csv
from reviews.views.common import chosen, person, review_or_404
from rosters.operations import drafts
from rosters.queries import drafts as kept

ANCHORS = {"factors", "actions"}


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Every review that the reader may see: due, overdue, published; with ?format=csv as CSV."""
    now, reader = clock.show_now(), person(request)
    state = chosen(request, "show", lists.REVIEW_STATES, default="all")
    form = ReviewNarrowForm(request.GET, show=state)
    rows = lists.reviews(reader, state=state, now=now, narrowed=form.narrowed)
    if request.GET.get("format") == "csv":
        return reviews_csv(rows)
    table = ReviewTable(rows)
    show_page(request, table)
    context = {
        "table": table,
        "show": state,
        "states": lists.REVIEW_STATES.items(),
        "counts": lists.review_counts(reader, now=now),
        "form": form,
        "serious": lists.latest_serious(reader) if state == "all" and not form.narrowed else None,
    }
    return render(request, "reviews/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One review: a form for those who write it, text for everybody else."""
    review = review_or_404(request, pk)
    if request.method == "POST":
        return _save(request, review)
    now = clock.show_now()
    shown = page.of(review, viewer=person(request), now=now)
    if shown.why_not_write:
        return _page(request, shown, None)
    draft = _draft(shown, now=now)
    entry = _entry(request, shown, draft, now=now)
    if request.GET.get("hints") != "off":
        entry.hint(shown.hints)
    return _page(request, shown, entry, draft)


def _draft(shown: ReviewPage, *, now: datetime) -> kept.Typed:
    return kept.of(shown.viewer, f"review/{shown.review.pk}", now=now)


def _entry(
    request: HttpRequest, shown: ReviewPage, draft: kept.Typed, *, now: datetime
) -> ReviewEntry:
    people = lists.possible_owners(shown.actions, now=now)
    sent = request.POST if request.method == "POST" else None
    return ReviewEntry(shown, people=people, data=sent, typed=draft.answers)


def _page(
    request: HttpRequest,
    shown: ReviewPage,
    entry: ReviewEntry | None,
    draft: kept.Typed | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    context = {"page": shown, "entry": entry, "draft": draft}
    return render(request, "reviews/detail.html", context, status=status)


def _save(request: HttpRequest, review: Review) -> HttpResponse:
    by, now = person(request), clock.act_now()
    shown = page.of(review, viewer=by, now=now)
    draft = _draft(shown, now=now)
    entry = _entry(request, shown, draft, now=now)
    if not entry.is_valid():
        return _page(request, shown, entry, draft, status=422)
    try:
        with drafts.sending(draft.form, by=by, now=now):
            editing.save(review, entry.draft(), revision=entry.revision, by=by, now=now)
    except ChangedMeanwhile as changed:
        return _compared(request, entry, draft, changed, now=now)
    except Refused as refused:
        entry.refuse(refused)
        return _page(request, shown, entry, draft, status=409)
    return _saved(request, review)


def _compared(
    request: HttpRequest,
    entry: ReviewEntry,
    draft: kept.Typed,
    changed: ChangedMeanwhile,
    *,
    now: datetime,
) -> HttpResponse:
    """The form again, with what is saved now beside what was typed."""
    by = person(request)
    fresh = page.of(review_or_404(request, changed.review.pk), viewer=by, now=now)
    other = kept.sender(draft.form, at=changed.review.edited_at or now)
    who = "You" if other == by else str(other or "Somebody else")
    people = lists.possible_owners(fresh.actions, now=now)
    entry = merged(entry, Saved(fresh, who, people))
    entry.refuse(changed)
    return _page(request, fresh, entry, draft, status=409)


def _saved(request: HttpRequest, review: Review) -> HttpResponse:
    following = request.POST.get("then", "")
    if following == "publish":
        return redirect("reviews:detail_publish", review.pk)
    messages.success(request, "Saved.")
    answer = redirect("reviews:detail", review.pk)
    if following in ANCHORS:
        answer["Location"] += f"#{following}"
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    """One question before everybody can read the review."""
    review = review_or_404(request, pk)
    now, by = clock.act_now(), person(request)
    if review.published_at is not None:
        messages.info(request, f"{review.published_by} has published it already.")
        return redirect("reviews:detail", pk)
    if request.method == "POST":
        try:
            editing.publish(review, by=by, now=now)
        except Refused as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, "The review is published.")
        return redirect("reviews:detail", pk)
    shown = page.of(review, viewer=by, now=now)
    return render(request, "reviews/publish.html", {"page": shown})
