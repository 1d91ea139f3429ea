"""The page for when nothing can be relied on: no template, no database, no static file.

It is read into memory as the program starts. While an upgrade exchanges templates and static files
under a running server, it is the one thing that still stands. Its few styles are inside it, and the
policy of the answer allows exactly these, by their hash.
"""

import base64
import hashlib
from dataclasses import dataclass
from html import escape
from pathlib import Path
from string import Template

from csp.constants import SELF
from django.conf import settings
from django.http import HttpResponse

_FIXED = Path(__file__).with_name("fixed")
_PAGE = Template((_FIXED / "problem.html").read_text(encoding="utf-8"))
_STYLE = (_FIXED / "problem.css").read_text(encoding="utf-8")
_STYLE_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()


@dataclass(frozen=True)
class Trouble:
    """What failed, in the words of one page."""

    status: int
    title: str
    lead: str
    steps: tuple[str, ...]


MISTAKE = Trouble(
    500,
    "Sorry, there is a problem with Muster",
    "We could not do what you asked. Calls to people are made by another part of Muster. They go"
    " on.",
    (
        "If you sent a form, go back and copy what you wrote. It may not have been saved.",
        "Wait a minute. Then try again.",
        "If it fails again, tell the people who run Muster.",
    ),
)
AWAY = Trouble(
    503,
    "Sorry, Muster is not available just now",
    "It cannot reach its data. We try again all the time.",
    (
        "If you sent a form, go back and copy what you wrote. It was not saved.",
        "Load this page again in a minute.",
    ),
)


def draw(trouble: Trouble, *, number: str) -> HttpResponse:
    """The page; `number` is what the log calls this request, empty when nobody knows."""
    words = {
        "title": trouble.title,
        "lead": trouble.lead,
        "steps": "\n".join(f"<li>{step}</li>" for step in trouble.steps),
        "call": _call(),
        "number": f'<p class="small">Its number is <code>{escape(number)}</code>.</p>'
        if number
        else "",
        "style": _STYLE,
    }
    response = HttpResponse(_PAGE.substitute(words), status=trouble.status)
    response._csp_update = {  # type: ignore[attr-defined]  # noqa: SLF001  # how django-csp is told
        "style-src": [SELF, f"'sha256-{_STYLE_HASH}'"],
        "img-src": [SELF, "data:"],
    }
    return response


def _call() -> str:
    """Whom to phone; the list on paper, where nobody gave a number."""
    phone = settings.DUTY_PHONE
    digits = "".join(sign for sign in phone if sign.isdigit() or sign == "+")
    if not digits:
        return (
            '<div class="call"><p>If it is urgent, do not wait for this page. Phone somebody on'
            " your printed call list.</p></div>"
        )
    return (
        '<div class="call"><p>If it is urgent, do not wait for this page. Phone'
        f" {escape(settings.DUTY_NAME)}:</p>"
        f'<p><a href="tel:{digits}">{escape(phone)}</a></p></div>'
    )
