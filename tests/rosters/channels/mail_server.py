"""A real mail server on loopback that does as a test says."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import Message
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import Envelope


class Behavior:
    """What the server answers to each recipient and to each message; "" takes it.

    `hangs_up`: it takes the message and cuts the line before it says so.
    """

    def __init__(self) -> None:
        self.to_recipient = self.to_data = ""
        self.hangs_up = False
        self.envelopes: list[Envelope] = []

    @property
    def mails(self) -> list[Message]:
        return [message_from_bytes(one.content or b"") for one in self.envelopes]  # type: ignore[arg-type]

    async def handle_RCPT(  # noqa: N802  # aiosmtpd's name
        self, _server: Any, _session: Any, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if self.to_recipient:
            return self.to_recipient
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, _session: Any, envelope: Envelope) -> str:  # noqa: N802
        if self.to_data:
            return self.to_data
        self.envelopes.append(envelope)
        if self.hangs_up:
            server.transport.abort()
        return "250 OK"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def running(behavior: Behavior) -> Iterator[int]:
    """The server's port, while it runs."""
    controller = Controller(behavior, hostname="127.0.0.1", port=free_port())
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()


@contextmanager
def silent() -> Iterator[int]:
    """The port of a server that accepts connections and never says a word."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        yield listening.getsockname()[1]
