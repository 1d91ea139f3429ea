"""Mail goes to a real server on loopback."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.rosters.channels import http_server, mail_server
from tests.rosters.channels.mail_server import Behavior


@pytest.fixture
def smtp(settings: Any) -> Any:
    """Django's mail settings, at a port where nobody listens until a test says otherwise."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", mail_server.free_port()
    settings.EMAIL_TIMEOUT = 5
    settings.DEFAULT_FROM_EMAIL = "Muster <muster@example.org>"
    return settings


@pytest.fixture
def server(smtp: Any) -> Iterator[Behavior]:
    behavior = Behavior()
    with mail_server.running(behavior) as port:
        smtp.EMAIL_PORT = port
        yield behavior


@pytest.fixture
def receiver(settings: Any) -> Iterator[http_server.Behavior]:
    """A carrier's server on loopback, whose host is allowed; `address` is where it listens."""
    settings.CARRIER_HOSTS = frozenset({"127.0.0.1"})
    behavior = http_server.Behavior()
    with http_server.running(behavior) as address:
        behavior.address = address
        yield behavior
