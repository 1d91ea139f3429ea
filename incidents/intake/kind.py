"""What Muster knows of one tool that sends alerts: how to read it and how to set it up."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from incidents.intake.signal import Parcel, Post

PLACE = "THE-TOKEN"


@dataclass(frozen=True)
class Door:
    """Where one source posts: with the token in a header, or in the address for the others.

    The token is shown once. Afterwards `token` is empty, and PLACE stands in `token_address`.
    """

    address: str
    token: str
    token_address: str

    @property
    def shown_token(self) -> str:
        return self.token or PLACE


@dataclass(frozen=True)
class Snippet:
    """Something to copy into the tool. `title` says where it goes."""

    title: str
    text: str


@dataclass(frozen=True)
class Guide:
    """How to set the tool up: steps in their order, one sentence each, and what to copy."""

    steps: tuple[str, ...]
    snippets: tuple[Snippet, ...] = ()


@dataclass(frozen=True)
class Signed:
    """A request whose signature is to be checked: its bytes, headers (lower case) and secret."""

    body: bytes
    headers: Mapping[str, str]
    secret: str
    now: datetime


@dataclass(frozen=True)
class Kind:
    """One kind of source. Adding one is a file that makes it, and its line in `kinds`.

    `parse` is pure and raises Unreadable for a payload that is none of this kind. `sample` makes a
    documented payload as of an instant, for "send a test". `is_signed` checks the tool's own way of
    signing; without it a source with a secret expects the Standard Webhooks form. `is_form` says
    that the tool may post form fields instead of JSON.
    """

    slug: str
    name: str
    parse: Callable[[Post], Parcel]
    guide: Callable[[Door], Guide]
    sample: Callable[[datetime], Post]
    is_signed: Callable[[Signed], bool] | None = None
    is_form: bool = False
    about: str = field(default="")
