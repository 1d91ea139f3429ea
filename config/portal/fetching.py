"""Fetching an address that came from outside, without being led into our own network.

After OWASP's advice on server-side request forgery: only https, every address that a name stands
for must be public, the connection goes to the very address that was checked, redirects are checked
anew, and size and time have limits. Hosts of one's own network are read only when named.
"""

import ipaddress
import logging
import socket
import time
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import SplitResult, urljoin, urlsplit

import urllib3
from urllib3.exceptions import ConnectTimeoutError, HTTPError, NewConnectionError, SSLError

# For debugging it would write whole addresses, and they hold secrets.
logging.getLogger("urllib3").setLevel(logging.INFO)

CHUNK = 65_536
CONNECT_SECONDS, READ_SECONDS = 5.0, 10.0
MEGABYTE = 1024 * 1024
REDIRECTS = frozenset({301, 302, 303, 307, 308})
PORTS = {"https": 443, "http": 80}
LONGEST_NUMBER = 6
NEVER_ASKED = (NewConnectionError, ConnectTimeoutError, SSLError, UnicodeError)
INSIDE = (".localhost", ".local", ".internal", ".lan", ".home.arpa")
"""How names end that mean nothing outside of one's own network."""


@dataclass(frozen=True)
class Errand:
    """What is fetched, and how far we go for it.

    `what` stands in the sentences of refusals; `allowed_by` names the setting that lists
    `own_hosts`. One that `stays` is sent on only within the host it began with.
    """

    what: str
    own_hosts: Collection[str] = ()
    allowed_by: str = ""
    accept: str = "*/*"
    most_bytes: int = 2 * MEGABYTE
    most_seconds: float = 20.0
    most_redirects: int = 3
    stays: bool = False


class CannotFetch(Exception):
    """The address cannot be read; the sentence says why, without the address, which is a secret."""


class NotReached(CannotFetch):
    """Nobody there took the request: no such name, no connection."""


class NoAnswer(CannotFetch):
    """The request may have arrived; what it did there, nobody said."""


def why_not(address: str, errand: Errand) -> str | None:
    """Whether an address can be read at all, before anything is fetched or looked up."""
    try:
        parts = _parts(address, errand)
    except CannotFetch as error:
        return str(error)
    name = parts.hostname or ""
    return None if name in errand.own_hosts or not _is_inside(name) else _inside(name, errand)


def _is_inside(name: str) -> bool:
    """Whether a name says by itself that it is one of our own network."""
    try:
        return not _is_public(name)
    except ValueError:
        short = name.rstrip(".").lower()
        return "." not in short or short.endswith(INSIDE)


def _inside(name: str, errand: Errand) -> str:
    allow = f" An administrator can allow it with {errand.allowed_by}."
    return f"{name} is inside our own network.{allow if errand.allowed_by else ''}"


def why_not_host(name: str, errand: Errand) -> str | None:
    """Whether another client may be sent to this host, as of what its name stands for now."""
    try:
        _checked_ip(urlsplit(f"https://{name}/"), errand)
    except (CannotFetch, ValueError) as error:
        return str(error)
    return None


def host(address: str) -> str:
    """Whose address it is: what may be shown of it."""
    return urlsplit(address).hostname or ""


def fetch(address: str, errand: Errand) -> bytes:
    """What stands at the address now, within the errand's limits. Raises CannotFetch."""
    until = time.monotonic() + errand.most_seconds
    began = None
    for _ in range(errand.most_redirects + 1):
        parts = _parts(address, errand)
        began = began or parts.hostname
        if errand.stays and parts.hostname != began:
            raise CannotFetch("It sends us on to another host. We do not follow.")
        response = _ask(parts, _checked_ip(parts, errand), errand)
        try:
            if response.status not in REDIRECTS:
                return _answer(response, until, errand)
            address = urljoin(address, response.headers.get("Location", ""))
        finally:
            response.release_conn()
            response.close()
    raise CannotFetch("It sends us on and on. Give the address where it really is.")


@dataclass(frozen=True)
class Reply:
    """What a host answered to what was sent. `retry_after` is its own word, in seconds."""

    status: int
    retry_after: int | None = None
    body: bytes = b""


def send(
    address: str, body: bytes, headers: Mapping[str, str], errand: Errand, *, reads: bool = False
) -> Reply:
    """The body is posted to the address, once; it is followed nowhere else. Raises CannotFetch.

    Any status is a reply. What the host says beside it is read only when asked for, within the
    errand's limits.
    """
    until = time.monotonic() + errand.most_seconds
    parts = _parts(address, errand)
    number = _checked_ip(parts, errand)
    response = _ask(parts, number, errand, method="POST", body=body, headers=headers)
    try:
        asked = response.headers.get("Retry-After", "")
        is_number = asked.isascii() and asked.isdigit() and len(asked) <= LONGEST_NUMBER
        said = b"".join(_body(response, until, errand)) if reads else b""
        return Reply(response.status, int(asked) if is_number else None, said)
    finally:
        response.close()


def _parts(address: str, errand: Errand) -> SplitResult:
    try:
        parts = urlsplit(address)
        named, port = parts.hostname, parts.port
    except ValueError:
        raise CannotFetch("This is no address. It begins with https://.") from None
    if parts.scheme == "webcal":
        parts = parts._replace(scheme="https")
    is_own = named in errand.own_hosts
    if not named or parts.scheme not in PORTS or (parts.scheme == "http" and not is_own):
        raise CannotFetch(f"The address of {errand.what} begins with https://.")
    if parts.username or parts.password:
        raise CannotFetch("Leave the name and password out of the address.")
    if port not in (None, *PORTS.values()) and not is_own:
        raise CannotFetch("Only the usual port can be read. Leave the port out.")
    return parts


def _checked_ip(parts: SplitResult, errand: Errand) -> str:
    """One of the numbers that the name stands for, when all of them may be asked."""
    name = parts.hostname or ""
    try:
        found = socket.getaddrinfo(name, _port(parts), type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise NotReached(f"We find no {name}.") from None
    numbers = [str(entry[4][0]) for entry in found]
    if name not in errand.own_hosts and not all(_is_public(number) for number in numbers):
        raise CannotFetch(_inside(name, errand))
    return numbers[0]


def _is_public(number: str) -> bool:
    ip = ipaddress.ip_address(number.partition("%")[0])
    inner = getattr(ip, "ipv4_mapped", None) or getattr(ip, "sixtofour", None)
    return ip.is_global and not ip.is_multicast and (inner is None or inner.is_global)


def _port(parts: SplitResult) -> int:
    return parts.port or PORTS[parts.scheme]


def _ask(
    parts: SplitResult,
    number: str,
    errand: Errand,
    *,
    method: str = "GET",
    body: bytes | None = None,
    headers: Mapping[str, str] | None = None,
) -> urllib3.BaseHTTPResponse:
    name = parts.hostname or ""
    said = {
        "Host": parts.netloc,
        "User-Agent": "Muster",
        "Accept": errand.accept,
        "Accept-Encoding": "gzip",
        **(headers or {}),
    }
    pool = (
        urllib3.HTTPSConnectionPool(
            number, _port(parts), server_hostname=name, assert_hostname=name
        )
        if parts.scheme == "https"
        else urllib3.HTTPConnectionPool(number, _port(parts))
    )
    patience = urllib3.Timeout(
        connect=min(CONNECT_SECONDS, errand.most_seconds),
        read=min(READ_SECONDS, errand.most_seconds),
    )
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        return pool.urlopen(
            method,
            path,
            body=body,
            headers=said,
            timeout=patience,
            retries=False,
            redirect=False,
            preload_content=False,
        )
    except (HTTPError, OSError, UnicodeError) as error:
        why = f"{name} does not answer ({type(error).__name__})."
        raise (NotReached if isinstance(error, NEVER_ASKED) else NoAnswer)(why) from None


def _answer(response: urllib3.BaseHTTPResponse, until: float, errand: Errand) -> bytes:
    if response.status != HTTPStatus.OK:
        raise CannotFetch(f"It answers {response.status} instead of {errand.what}.")
    return b"".join(_body(response, until, errand))


def _body(response: urllib3.BaseHTTPResponse, until: float, errand: Errand) -> Iterator[bytes]:
    """What it says, unpacked; a small packed file may hold a huge one."""
    size = 0
    try:
        while chunk := response.read(CHUNK, decode_content=True):
            size += len(chunk)
            if size > errand.most_bytes:
                raise CannotFetch(f"It is larger than {errand.most_bytes // 1024:,} KB.")
            if time.monotonic() > until:
                raise NoAnswer(f"It takes longer than {errand.most_seconds:g} seconds.")
            yield chunk
    except (HTTPError, OSError) as error:
        raise NoAnswer(f"It broke off ({type(error).__name__}).") from None
