"""Accounts with gateways over HTTP that run on loopback, for the carriage to use."""

import base64
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from config.portal import standard_webhooks
from rosters.models import CarrierAccount
from rosters.operations import carriers
from rosters.operations.carriers import AccountFacts
from tests.rosters.channels import http_server
from tests.rosters.channels.http_server import Answer, Asked, Behavior
from tests.world import NOW, make_person

SECRET = "whsec_" + base64.b64encode(b"s" * 32).decode()


def takes(asked: Asked) -> Answer:
    """It has the message, and gives it a reference made of its key."""
    return Answer(202, json.dumps({"reference": f"ref:{asked.json.get('key', '')}"}).encode())


@contextmanager
def gateway(
    name: str = "Gateway", channels: tuple[str, ...] = ("sms",), *, order: int = 1, **told: Any
) -> Iterator[tuple[CarrierAccount, Behavior]]:
    """An enabled account, and the server behind it, which takes everything."""
    behavior = Behavior(does=takes, **told)
    with http_server.running(behavior) as address:
        behavior.address = address
        by = make_person(f"Grace of {name}", is_administrator=True)
        facts = AccountFacts(
            name, channels, {"address": f"{address}/send", "secret": SECRET}, order=order
        )
        yield carriers.begin("gateway", facts, by=by, now=NOW), behavior


def event(told: dict[str, Any], *, event_id: str = "e1", at: Any = NOW) -> dict[str, Any]:
    """A request as the gateway signs it, for Django's test client."""
    body = json.dumps(told).encode()
    headers = standard_webhooks.headers(SECRET, message_id=event_id, body=body, at=at)
    return {"data": body, "content_type": "application/json", "headers": headers}
