"""The message desk."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from config.front.queries import desk as asked
from config.portal import clock, live
from incidents.operations import replies


@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """The message desk of the embedded set-up: every message as its receiver sees it."""
    if not settings.EMBEDDED:
        raise Http404
    context = {"desk": asked.desk(page=request.GET.get("page", ""), now=clock.show_now())}
    return live.answer(request, page="front/desk.html", part="front/_desk.html", context=context)


@require_POST
def reply(request: HttpRequest) -> HttpResponse:
    """Somebody replies to a text message on the desk, as they would with their own phone."""
    if not settings.EMBEDDED:
        raise Http404
    message = asked.text_message(request.POST.get("message", ""))
    if message is None:
        messages.error(request, "That message is gone. Choose another one.")
        return redirect("front:desk")
    heard = replies.hear_text(
        message.contact_point.address, request.POST.get("text", ""), now=clock.act_now()
    )
    if heard is not None:
        messages.success(request, heard.said)
    return redirect(f"{reverse('front:desk')}#handset-{message.person_id}")
