"""A form that came too late, after its session had ended: kept, shown again, and sent by hand.

Until somebody has signed in it stands, signed, in the sign-in page itself, so strangers make no
rows. After that it waits in their session. Nothing is ever sent without a fresh press.
"""

import re
from dataclasses import asdict, dataclass
from urllib.parse import urlsplit

from django.core import signing
from django.http import HttpRequest

SALT = "kept form"
GOOD_SECONDS = 60 * 60
MOST_CHARACTERS = 20_000
IN_SESSION = "kept_form"
NEVER_FROM = ("/sign-in/", "/sign-out/", "/account/", "/drafts/")
NEVER = ("password", "secret", "token", "credential")  # in a field's name
MACHINERY = ("key", "then", "revision", "show", "after")
MARKS = re.compile(r"_FORMS$|^base-|^choice-|-pk$")


@dataclass(frozen=True)
class Kept:
    """What was typed, where it was to go, and the page on which it stood."""

    path: str
    page: str
    fields: list[list[str]]

    @property
    def shown(self) -> list[tuple[str, str]]:
        """The answers that a person gave, by what each was asked as."""
        return [
            (name.replace("-", " ").replace("_", " ").capitalize(), value)
            for name, value in self.fields
            if value.strip() and name not in MACHINERY and not MARKS.search(name)
        ]


def of(request: HttpRequest) -> Kept | None:
    """What this request brought and may be kept; None for secrets, files and what is too long."""
    if request.method != "POST" or request.FILES or not _is_ours(request.path):
        return None
    fields = [
        [name, value]
        for name, values in request.POST.lists()
        for value in values
        if isinstance(value, str)
        and name != "csrfmiddlewaretoken"
        and not any(word in name.lower() for word in NEVER)
    ]
    if sum(len(name) + len(value) for name, value in fields) > MOST_CHARACTERS:
        return None
    return Kept(path=request.get_full_path(), page=_page(request), fields=fields)


def is_from_our_page(request: HttpRequest) -> bool:
    """Whether the browser says that one of our own pages sent this. Silence is no yes."""
    origin = request.headers.get("Origin")
    if origin is not None:
        return origin == f"{request.scheme}://{request.get_host()}"
    return request.headers.get("Sec-Fetch-Site") == "same-origin"


def sealed(kept: Kept) -> str:
    """As it may stand in a page: signed, so that only what really came is shown again."""
    return signing.dumps(asdict(kept), salt=SALT, compress=True)


def opened(text: str) -> Kept | None:
    """What was sealed within the last hour."""
    try:
        return Kept(**signing.loads(text, salt=SALT, max_age=GOOD_SECONDS))
    except signing.BadSignature:
        return None


def put_aside(request: HttpRequest) -> None:
    """What the sign-in page carried waits in the session for the person who signs in."""
    kept = opened(request.POST.get("kept", ""))
    if kept is not None:
        request.session[IN_SESSION] = asdict(kept)


def waiting(request: HttpRequest) -> Kept | None:
    """What waits in this session."""
    found = request.session.get(IN_SESSION)
    return Kept(**found) if found else None


def let_go(request: HttpRequest) -> None:
    """It is sent, or thrown away."""
    request.session.pop(IN_SESSION, None)


def _is_ours(path: str) -> bool:
    """Whether this names a page of this host that keeps no secrets."""
    return path.startswith("/") and not path.startswith(("//", *NEVER_FROM))


def _page(request: HttpRequest) -> str:
    """The page on which the form stood, when the browser says so and it is ours."""
    referer = urlsplit(request.headers.get("Referer", ""))
    if referer.netloc != request.get_host() or not _is_ours(referer.path):
        return "/"
    return referer.path
