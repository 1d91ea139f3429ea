"""Chat, push and text messages by Apprise, which speaks to some 130 services.

It says yes or no and nothing else, so a no is tried again. It asks the services by a client of its
own: hosts that stand in an address are looked at first, and it follows nothing elsewhere.
"""

import importlib
import logging
from functools import cache
from types import ModuleType
from typing import Protocol
from urllib.parse import quote

from config.portal import fetching
from rosters.channels import web
from rosters.channels.contract import Field, Kind, Outgoing, Receipt, SendFailed, Settings
from rosters.enums import Channel, FailureReason

TO = "{to}"
HERE = frozenset({"dbus", "glib", "gnome", "kde", "macosx", "qt", "rsyslog", "syslog", "windows"})
"""Services that are this very machine."""


class Service(Protocol):
    """What Apprise makes of an address."""

    templates: tuple[str, ...]
    host: str | None

    def notify(self, *, body: str, title: str) -> bool: ...


class Apprise:
    """One target for each call, no pictures, no footer; its own words are never logged."""

    wants_answer_link = False
    is_in_house = False
    takes_replies = False

    def __init__(self, given: Settings) -> None:
        self._given = given

    def send(self, outgoing: Outgoing) -> Receipt:
        address = self._given["address"].replace(TO, quote(outgoing.address, safe=""))
        service = _service(address)
        if service is None:
            raise SendFailed(
                "Apprise cannot read the address with this receiver in it.",
                permanent=True,
                reason=FailureReason.BAD_ADDRESS,
            )
        why_not = _why_not_host(service)
        if why_not:
            raise SendFailed(why_not, permanent=False, reason=FailureReason.ACCOUNT)
        try:
            is_taken = service.notify(body=outgoing.below_subject, title=outgoing.subject)
        except (TypeError, ValueError) as error:
            raise SendFailed(
                f"Apprise cannot send this: {type(error).__name__}.", permanent=True
            ) from None
        except OSError as error:
            raise SendFailed(
                f"Apprise reached nobody: {type(error).__name__}.", permanent=False, is_away=True
            ) from None
        if not is_taken:
            raise SendFailed("Apprise says no, and not why.", permanent=False)
        return Receipt()


def _says_nothing(_record: logging.LogRecord) -> bool:
    return False


@cache
def _library() -> ModuleType:
    """Apprise, loaded when the first message needs it; it may write addresses, so it is mute."""
    logging.getLogger("apprise").addFilter(_says_nothing)  # setting up logs anew leaves it there
    return importlib.import_module("apprise")


@cache
def _asset() -> object:
    made: object = _library().AppriseAsset(
        app_id="Muster",
        app_desc="Muster",
        image_url_mask="",
        image_url_logo="",
        image_path_mask="",
        async_mode=False,
        secure_logging=True,
        http_redirects=False,
        storage_mode="memory",
    )
    return made


def _service(address: str) -> Service | None:
    library = _library()
    try:
        found = library.Apprise.instantiate(address, asset=_asset(), suppress_exceptions=True)
    except (TypeError, ValueError):
        return None
    if not isinstance(found, library.NotifyBase):
        return None
    for extra in ("include_image", "include_footer"):
        if hasattr(found, extra):
            setattr(found, extra, False)
    service: Service = found
    return service


def _why_not_host(service: Service) -> str | None:
    """Whether it would be led into our own network: where the address itself names the host."""
    names_host = any("{host}" in template for template in service.templates)
    if not names_host or not service.host:
        return None
    return fetching.why_not_host(service.host, web.errand())


def _why_not(address: str) -> str | None:
    if address.partition(":")[0].lower() in HERE:
        return "This service is the machine that Muster runs on. Choose another one."
    if "\n" in address or "," in address:
        return "Give one address: a second service is a second account."
    service = _service(address.replace(TO, "15551234567"))
    if service is None:
        return "Apprise cannot read this address. Its documentation says how each is written."
    return _why_not_host(service)


KIND = Kind(
    slug="apprise",
    name="Apprise",
    about="Chat, push and text messages by one of some 130 services.",
    channels=(Channel.CHAT, Channel.PUSH, Channel.SMS),
    fields=(
        Field(
            "address",
            "Address in the form of Apprise",
            "Write {to} where the receiver stands: ntfys://ntfy.example.com/{to}. Without it every"
            " message goes to the same place.",
            is_secret=True,
            why_not=_why_not,
        ),
    ),
    make=Apprise,
)
