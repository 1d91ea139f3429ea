"""The mail door: an SMTP server that takes mails for alert sources, and does nothing else with any.

It says 250 only once everything is committed. What it cannot store it asks to send again (451), and
only what will never fit is refused for good. It sends nothing, and passes nothing on.
"""

import asyncio
import contextlib
import logging
import ssl
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TypeVar

from aiosmtpd.smtp import SMTP, Envelope, Session
from django.db import Error, close_old_connections, connections

from config.portal import clock
from incidents.intake.body import Unreadable
from incidents.intake.mail import MAX_MAIL_BYTES
from incidents.logic.receipts import in_words
from incidents.operations import mail_door
from incidents.queries import remembered
from incidents.queries.audit import MAIL_DOOR as PULSE
from rosters.operations import pulse

logger = logging.getLogger(__name__)

WORKERS = 4
MOST_WAITING = 80
MOST_LINES = 100
MOST_RECIPIENTS = 10
MOST_STRANGERS = 10
COMMAND_SECONDS = 120.0
LINE_SECONDS = 900.0
BEAT_SECONDS = 15.0
GOODBYE_SECONDS = 10.0
CALLS = {"NOOP": 20, "HELP": 5, "VRFY": 5, "EXPN": 5, "HELO": 20, "EHLO": 20, "*": 3000}

LATER = "451 4.3.0 Muster could not store this. Send it again."
BUSY = "451 4.3.2 Muster has too much to do just now. Send it again."
STATUSES = {401: "550 5.7.1", 413: "552 5.3.4"}
OTHERWISE = "554 5.6.0"

Found = TypeVar("Found")


@dataclass(frozen=True)
class Place:
    """Where the door stands, and for which domain. Without `tls` it speaks plainly."""

    host: str
    port: int
    domain: str
    tls: ssl.SSLContext | None = None


@dataclass
class Doorkeeper:
    """Answers the commands of every line; what asks the database does so in a thread."""

    place: Place
    workers: ThreadPoolExecutor
    waiting: int = 0
    lines: set["Line"] = field(default_factory=set)

    async def ask(self, question: Callable[..., Found], *values: object) -> Found:
        """What the question answers, in a thread with a database connection of its own."""
        self.waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(
                self.workers, _asked, question, values
            )
        finally:
            self.waiting -= 1

    async def handle_EHLO(  # noqa: N802  # aiosmtpd's name, like the others
        self,
        _server: SMTP,
        session: Session,
        _envelope: Envelope,
        hostname: str,
        responses: list[str],
    ) -> list[str]:
        """Nobody signs in: the token is in the address."""
        session.host_name = hostname
        return [line for line in responses if not line.startswith("250-AUTH")]

    async def handle_VRFY(self, *_rest: object) -> str:  # noqa: N802
        return "502 5.5.1 Muster tells nobody which addresses there are."

    async def handle_RCPT(  # noqa: N802
        self, server: "Line", _session: Session, envelope: Envelope, address: str, *_rest: object
    ) -> str:
        if len(envelope.rcpt_tos) >= MOST_RECIPIENTS:
            return f"452 4.5.3 At most {MOST_RECIPIENTS} recipients at once. Send the rest again."
        if self.waiting >= MOST_WAITING:
            return BUSY
        try:
            await self.ask(self._known, address)
        except mail_door.NoSuchDoor as refused:
            server.strangers += 1
            if server.strangers >= MOST_STRANGERS:
                server.end_soon()
            return _said("550 5.1.1", str(refused))
        except Error:
            logger.exception("a recipient could not be looked up")
            return LATER
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 Known."

    async def handle_DATA(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        if self.waiting >= MOST_WAITING:
            return BUSY
        words = ""
        try:
            for recipient in dict.fromkeys(envelope.rcpt_tos):
                about = mail_door.Envelope(recipient, envelope.mail_from or "")
                words = await self.ask(self._taken, about, envelope.original_content or b"")
        except mail_door.NoSuchDoor as refused:
            return _said("550 5.1.1", str(refused))
        except Unreadable as refused:
            return _said(STATUSES.get(refused.status, OTHERWISE), str(refused))
        except Error:
            logger.exception("a mail could not be stored")
            return LATER
        return _said("250 2.0.0", f"Taken. {words}")

    async def handle_exception(self, error: Exception) -> str:
        """A mistake of ours loses no mail: its sender keeps it."""
        logger.error("a mail could not be taken", exc_info=error)
        return LATER

    def _known(self, address: str) -> None:
        mail_door.source_of(address, domain=self.place.domain)

    def _taken(self, envelope: mail_door.Envelope, body: bytes) -> str:
        with remembered.as_of_now() as now:
            answer = mail_door.take(envelope, body, domain=self.place.domain, now=now)
        words = in_words({"alerts": answer})
        logger.info("a mail arrived", extra={"bytes": len(body)})
        return f"{words}."


def _asked(question: Callable[..., Found], values: tuple[object, ...]) -> Found:
    close_old_connections()
    try:
        return question(*values)
    finally:
        close_old_connections()


def _said(code: str, sentence: str) -> str:
    """One line of an answer: plain, short, and in the letters that every mail server reads."""
    words = " ".join(sentence.split()).translate({0x201C: '"', 0x201D: '"', 0x2019: "'"})
    return f"{code} {words.encode('ascii', 'replace').decode()[:400]}"


class Line(SMTP):
    """One connection. It ends when it is over its time, however slowly somebody speaks."""

    line_length_limit = 1024 * 1024  # programs that end their lines with LF send one line
    strangers = 0
    _end: asyncio.TimerHandle | None = None

    def __init__(self, keeper: Doorkeeper) -> None:
        super().__init__(
            keeper,
            data_size_limit=MAX_MAIL_BYTES,
            enable_SMTPUTF8=True,
            hostname=keeper.place.domain,
            ident="Muster takes alerts, and passes nothing on",
            tls_context=keeper.place.tls,
            timeout=COMMAND_SECONDS,
            auth_exclude_mechanism=["LOGIN", "PLAIN"],
            command_call_limit=CALLS,
            loop=asyncio.get_running_loop(),
        )
        self.keeper = keeper

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self.keeper.lines.add(self)
        if self._end is None:
            self._end = self.loop.call_later(LINE_SECONDS, self.hang_up)

    def connection_lost(self, error: Exception | None) -> None:
        self.keeper.lines.discard(self)
        if self._end is not None:
            self._end.cancel()
        super().connection_lost(error)

    def end_soon(self) -> None:
        """After the answer that is being written, nothing more is heard."""
        self.loop.call_later(1, self.hang_up)

    def hang_up(self) -> None:
        if self.transport is not None:
            self.transport.close()


class TurnedAway(asyncio.Protocol):
    """A connection above the number that is served at once."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if isinstance(transport, asyncio.WriteTransport):
            transport.write(b"421 4.3.2 Too many connections at once. Try again.\r\n")
        transport.close()


async def serve(place: Place, *, stopped: asyncio.Event, ready: Callable[[int], None]) -> None:
    """The door is open until `stopped`; then what is being stored is finished.

    `ready` is told the port. Raises OSError when the port cannot be had.
    """
    workers = ThreadPoolExecutor(WORKERS, thread_name_prefix="mail")
    keeper = Doorkeeper(place, workers)

    def line() -> asyncio.BaseProtocol:
        return TurnedAway() if len(keeper.lines) >= MOST_LINES else Line(keeper)

    try:
        server = await asyncio.get_running_loop().create_server(line, place.host, place.port)
        beating = asyncio.create_task(_beat(keeper))
        ready(server.sockets[0].getsockname()[1])
        await stopped.wait()
        server.close()
        beating.cancel()
        await _finish(keeper)
    finally:
        _close_connections(workers)
        workers.shutdown()


async def _beat(keeper: Doorkeeper) -> None:
    """Say every few seconds that the door is open."""
    while True:
        try:
            await keeper.ask(lambda: pulse.beat(PULSE, runner=PULSE, now=clock.act_now()))
        except Error:
            logger.warning("the mail door cannot reach the database", exc_info=True)
        await asyncio.sleep(BEAT_SECONDS)


async def _finish(keeper: Doorkeeper) -> None:
    until = asyncio.get_running_loop().time() + GOODBYE_SECONDS
    while keeper.waiting and asyncio.get_running_loop().time() < until:
        await asyncio.sleep(0.05)
    await asyncio.sleep(0)  # the last answer is written
    for line in tuple(keeper.lines):
        line.hang_up()
    try:
        await keeper.ask(pulse.end, PULSE)
    except Error:
        logger.warning("the mail door cannot reach the database", exc_info=True)


def _close_connections(workers: ThreadPoolExecutor) -> None:
    """Each thread ends the connection it has; one that still waits for the database does not."""
    together = threading.Barrier(WORKERS)

    def close() -> None:
        together.wait(GOODBYE_SECONDS)
        connections.close_all()

    for done in [workers.submit(close) for _ in range(WORKERS)]:
        with contextlib.suppress(threading.BrokenBarrierError):
            done.result()


def context(certificate: str, key: str) -> ssl.SSLContext | None:
    """How the door speaks TLS, or None without a certificate. Raises OSError, ssl.SSLError."""
    if not certificate:
        return None
    made = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    made.load_cert_chain(certificate, key or None)
    return made
