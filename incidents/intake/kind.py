"""What Muster knows of one tool that sends alerts: how to read it and how to set it up."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from incidents.intake.signal import Parcel, Post

PLACE = "THE-TOKEN"
BARE_TEXT = "bare text"
"""Under which name `Kind.parse` finds a body that is no JSON, where its sender says so."""


@dataclass(frozen=True)
class Door:
    """Where one source posts: with the token in a header, or in the address for the others.

    The token is shown once. Afterwards `token` is empty, and PLACE stands in `token_address`.
    `mail_host` and `mail_port` are where mails arrive; a port of 0 says that none do.
    """

    address: str
    token: str
    token_address: str
    mail_host: str = "muster.example.com"
    mail_port: int = 2525

    @property
    def shown_token(self) -> str:
        return self.token or PLACE

    @property
    def mail_address(self) -> str:
        return f"{self.shown_token}@{self.mail_host}"

    @property
    def mail_server(self) -> str:
        return f"{self.mail_host}, port {self.mail_port}"


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
class Form:
    """A form of its own in which a tool sends, beside JSON, and how it is read and shown.

    `read` is pure and raises Unreadable; what it returns is what `Kind.parse` reads. `hint` says
    what to paste for a try.
    """

    content_type: str
    read: Callable[[bytes], Mapping[str, Any]]
    shown: Callable[[Mapping[str, Any]], str]
    hint: str = ""


@dataclass(frozen=True)
class Kind:
    """One kind of source. Adding one is a file that makes it, and its line in `kinds`.

    `parse` is pure and raises Unreadable for a payload that is none of this kind. `sample` makes a
    documented payload as of an instant, for "send a test". `is_signed` checks the tool's own way of
    signing; without it a source with a secret expects the Standard Webhooks form. `is_form` says
    that the tool may post form fields instead of JSON. `delivery_headers` name, in lower case, the
    headers in which it says which delivery this is, the same when it sends one again.
    `bare_header` names the header with which it says that a body is bare text.
    """

    slug: str
    name: str
    parse: Callable[[Post], Parcel]
    guide: Callable[[Door], Guide]
    sample: Callable[[datetime], Post]
    is_signed: Callable[[Signed], bool] | None = None
    is_form: bool = False
    form: Form | None = None
    delivery_headers: tuple[str, ...] = ()
    bare_header: str = ""
    why_not_signed: str = ""
    about: str = field(default="")
