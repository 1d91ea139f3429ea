"""Somebody else was faster: nothing was saved, what was typed is shown, and may be sent again."""

import json
import logging
from collections.abc import Callable

from django.core.exceptions import ObjectDoesNotExist
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from config.front.account import asked, kept
from config.portal import clashes

CONFLICT = 409
SAID = "Somebody else changed this a moment ago. Nothing was saved. Load this page again."

logger = logging.getLogger(__name__)


class ClashAnswered:
    """A press that lost against somebody else's is answered in words, with what was typed."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """None for what is a fault of ours; that stays an error."""
        is_gone = isinstance(error, ObjectDoesNotExist)
        if request.method != "POST" or not (is_gone or clashes.is_clash(error)):
            return None
        if not request.user.is_authenticated:
            return None
        logger.warning("a press lost against another", exc_info=error)
        if request.headers.get("HX-Request") == "true":
            said = {"HX-Trigger": json.dumps({"say": SAID})}
            return HttpResponse(status=CONFLICT, headers=said)
        context = asked.context(request, kept.of(request)) | {"is_gone": is_gone}
        return render(request, "account/clash.html", context, status=CONFLICT)
