"""The one TCP port of a running Muster."""

import contextlib
import socket
import time
from urllib.parse import urlsplit

from django.conf import settings

from config.embedded.errors import CannotStart

ANYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104  # compared, never bound


def address() -> str:
    """Return the address that the person at this terminal opens."""
    if not settings.EMBEDDED:
        public: str = settings.PUBLIC_URL
        return public
    return f"http://127.0.0.1:{settings.PORT}"


def wait_until_free(*, patience_seconds: float) -> None:
    """Refuse a port that another program holds; one killed a moment ago gets time to let go."""
    until = time.monotonic() + patience_seconds
    while _is_taken(settings.BIND, settings.PORT):
        if time.monotonic() >= until:
            raise CannotStart(
                f"Port {settings.PORT} is taken by another program: stop that one, or choose a"
                f" free port, for example with `make run PORT={settings.PORT + 1}`."
            )
        time.sleep(0.2)


def web_answers() -> bool:
    """Say whether /healthz answers 200 here, behind whatever stands in front."""
    host = urlsplit(settings.PUBLIC_URL).netloc
    nearest = ANYWHERE.get(settings.BIND, settings.BIND), settings.PORT
    with contextlib.suppress(OSError), socket.create_connection(nearest, timeout=2) as client:
        client.sendall(f"GET /healthz HTTP/1.0\r\nHost: {host}\r\n\r\n".encode())
        return b" 200 " in client.recv(64)
    return False


def has_mail_door() -> bool:
    """Whether mails can be taken here: the door is wanted, and nobody else has its port."""
    if not settings.MAIL_DOOR_PORT:
        return False
    return not _is_taken(settings.MAIL_DOOR_HOST, settings.MAIL_DOOR_PORT)


def _is_taken(host: str, port: int) -> bool:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except PermissionError:
            raise CannotStart(f"This user may not open port {port}.") from None
        except OSError:
            return True
    return False
