"""A form that came too late, after its session had ended: kept, shown again, and sent by hand.

Until somebody has signed in it stands, encrypted, in the sign-in page itself, so strangers make no
rows and a page left on a screen tells nothing. After that it waits in their session. Nothing is
ever sent without a fresh press, and on a shared screen nobody reads what somebody else has typed: a
cookie names who was signed in last.
"""

import json
import re
from dataclasses import asdict, dataclass
from datetime import timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponseBase

from config.portal import secrets
from config.portal.refusals import Refused

SALT = "kept form"
GOOD_FOR = timedelta(hours=1)
MOST_CHARACTERS = 60_000
MOST_SEALED = 500_000  # what so many characters become at worst
IN_SESSION = "kept_form"
WHO, WHO_SECONDS = "muster_who", 30 * 24 * 60 * 60
TOO_LONG = "What you typed was too long to keep."
WITH_FILE = "Muster keeps no files, so what you typed is not kept either."
UNREADABLE = "What you typed could not be kept."
TOO_OLD = "What you typed was kept for an hour, and that hour is over."
BROKEN = "What you typed before cannot be read any more."
NEVER_FROM = ("/sign-in/", "/sign-out/", "/account/", "/drafts/")
NEVER = ("password", "secret", "token", "credential")  # in a field's name
MACHINERY = ("key", "then", "revision", "show", "after")
MARKS = re.compile(r"_FORMS$|^base-|^choice-|-pk$")


@dataclass(frozen=True)
class Kept:
    """What was typed, where it was to go, the page on which it stood, and who was signed in."""

    path: str
    page: str
    fields: list[list[str]]
    person: int | None = None

    @property
    def typed(self) -> list[tuple[str, str]]:
        """The answers that a person gave, by the names of their fields."""
        return [
            (name, value)
            for name, value in self.fields
            if value.strip() and name not in MACHINERY and not MARKS.search(name)
        ]


def of(request: HttpRequest) -> Kept | None:
    """What this request brought and may be kept; None for secrets and for what is lost."""
    if not _is_form(request) or why_lost(request):
        return None
    return Kept(
        path=request.get_full_path(),
        page=page_of(request),
        fields=_fields(request),
        person=_whose(request),
    )


def why_lost(request: HttpRequest) -> str:
    """Why what somebody typed cannot be kept, in a sentence; empty when nothing is lost."""
    if not _is_form(request):
        return ""
    if request.FILES:
        return WITH_FILE
    typed = "".join(name + value for name, value in _fields(request))
    if len(typed) > MOST_CHARACTERS:
        return TOO_LONG
    if any("\ud800" <= character <= "\udfff" for character in typed) or _whose(request) == 0:
        return UNREADABLE
    return ""


def remember_person(request: HttpRequest, response: HttpResponseBase) -> None:
    """Who is signed in, in a signed cookie that outlives the session."""
    pk = request.user.pk
    if pk is not None and _whose(request) != pk:
        response.set_signed_cookie(
            WHO,
            str(pk),
            salt=SALT,
            max_age=WHO_SECONDS,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )


def is_from_our_page(request: HttpRequest) -> bool:
    """Whether the browser says that one of our own pages sent this. Silence is no yes."""
    origin = request.headers.get("Origin")
    if origin is not None:
        return origin == f"{request.scheme}://{request.get_host()}"
    return request.headers.get("Sec-Fetch-Site") == "same-origin"


class BadSeal(Refused):
    """What a sign-in page brought back is not what we sealed, or its time is over."""


def sealed(kept: Kept) -> str:
    """As it may stand in a page: nobody reads it there or puts words into it."""
    return secrets.seal(json.dumps(asdict(kept), ensure_ascii=False), purpose=SALT)


def opened(text: str) -> Kept:
    """What was sealed within the last hour. Raises BadSeal."""
    if len(text) > MOST_SEALED:
        raise BadSeal(BROKEN)
    try:
        return Kept(**json.loads(secrets.unseal(text, purpose=SALT, within=GOOD_FOR)))
    except secrets.TooOld:
        raise BadSeal(TOO_OLD) from None
    except (secrets.CannotRead, TypeError, ValueError):
        raise BadSeal(BROKEN) from None


def put_aside(request: HttpRequest) -> None:
    """What the sign-in page carried waits in the session for the person who signs in.

    Raises BadSeal when it carried something that cannot be opened.
    """
    carried = request.POST.get("kept", "")
    if carried:
        request.session[IN_SESSION] = asdict(opened(carried))


def waiting(request: HttpRequest) -> Kept | None:
    """What waits in this session for this person; what somebody else typed is thrown away."""
    found = request.session.get(IN_SESSION)
    late = Kept(**found) if found else None
    if late is not None and late.person not in (None, request.user.pk):
        let_go(request)
        return None
    return late


def let_go(request: HttpRequest) -> None:
    """It is sent, or thrown away."""
    request.session.pop(IN_SESSION, None)


def page_of(request: HttpRequest) -> str:
    """The page on which the form stood, when the browser says so and it is ours."""
    try:
        referer = urlsplit(request.headers.get("Referer", ""))
    except ValueError:
        return "/"
    if referer.netloc != request.get_host() or not _is_ours(referer.path):
        return "/"
    return referer.path


def _is_form(request: HttpRequest) -> bool:
    return request.method == "POST" and _is_ours(request.path)


def _is_ours(path: str) -> bool:
    """Whether this names a page of this host that keeps no secrets."""
    return path.startswith("/") and not path.startswith(("//", *NEVER_FROM))


def _fields(request: HttpRequest) -> list[list[str]]:
    return [
        [name, value]
        for name, values in request.POST.lists()
        for value in values
        if isinstance(value, str)
        and name != "csrfmiddlewaretoken"
        and not any(word in name.lower() for word in NEVER)
    ]


def _whose(request: HttpRequest) -> int | None:
    """Who was signed in last in this browser: None if nobody, 0 if that cannot be read."""
    if WHO not in request.COOKIES:
        return None
    try:
        return int(request.get_signed_cookie(WHO, salt=SALT) or 0)
    except (signing.BadSignature, ValueError):
        return 0
