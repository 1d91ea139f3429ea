"""Tokens of the API: the reader's own, everybody's for administrators; made and revoked."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from config.portal import clock
from config.portal.refusals import Refused
from rosters.forms.own import TokenForm
from rosters.models import ApiToken
from rosters.operations import tokens as keeping
from rosters.operations.tokens import Issued
from rosters.queries import tokens as reading
from rosters.views.common import reader_of


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def tokens(request: HttpRequest) -> HttpResponse:
    """The tokens there are, and a form for one more; a new one is shown this once."""
    reader = reader_of(request)
    if request.method != "POST":
        fresh = TokenForm(reader=reader, now=clock.show_now())
        return _page(request, fresh)
    now = clock.act_now()
    form = TokenForm(request.POST, reader=reader, now=now)
    if not form.is_valid():
        return _page(request, form, status=422)
    try:
        made = keeping.issue(form.wish(), by=reader, now=now)
    except Refused as refused:
        form.add_error("name", str(refused))
        return _page(request, form, status=422)
    return _page(request, TokenForm(reader=reader, now=now), made=made)


def _page(
    request: HttpRequest, form: TokenForm, *, made: Issued | None = None, status: int = 200
) -> HttpResponse:
    rows = reading.rows(reader_of(request), now=form.now)
    context = {
        "form": form,
        "made": made,
        "rows": rows,
        "live": sum(row.is_live for row in rows),
    }
    return render(request, "rosters/tokens.html", context, status=status)


@require_POST
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """The token opens nothing any more."""
    token = get_object_or_404(ApiToken, pk=pk)
    try:
        keeping.revoke(token, by=reader_of(request), now=clock.act_now())
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, f"“{token.name}” is revoked. It opens nothing any more.")
    return redirect("rosters:tokens")
