"""`python -m config.embedded run`: everything up, kept up, and down again without a trace."""

import contextlib
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from types import FrameType
from typing import LiteralString

import psycopg
from django.conf import settings

from config.embedded import children, lock, port, postgres, programs, servers, valkey
from config.embedded.errors import CannotStart
from config.embedded.kept import Kept

PLACE = settings.PLACE
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
LOOK_EVERY_SECONDS = 0.5
GOODBYE_SECONDS = 10
WEB_START_SECONDS = 60


class Stopped(BaseException):
    """Somebody pressed Ctrl-C, closed the terminal or sent SIGTERM."""


def run() -> None:
    """Start everything, keep it running until a signal, stop everything.

    Raises CannotStart with one sentence for the person at the terminal.
    """
    try:
        with _stoppable(), lock.held(PLACE.lock_file, f"at {port.address()}") as left_behind:
            port.wait_until_free(patience_seconds=GOODBYE_SECONDS if left_behind else 0)
            _run_everything()
    except lock.Taken as other:
        raise CannotStart(
            f"Muster already runs from this folder, {other}: use that one, or stop it first."
        ) from None
    except Stopped:
        _say("Muster has stopped.")


@contextlib.contextmanager
def _stoppable() -> Iterator[None]:
    """Turn the first stop signal into an orderly end; further ones change nothing."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        for each in STOP_SIGNALS:
            signal.signal(each, signal.SIG_IGN)
        raise Stopped

    for each in STOP_SIGNALS:
        if each != signal.SIGHUP or signal.getsignal(each) != signal.SIG_IGN:  # nohup's wish
            signal.signal(each, stop)
    yield


def _say(line: str) -> None:
    # The terminal may be gone; stopping in order matters more.
    with contextlib.suppress(OSError):
        print(line, flush=True)


def _run_everything() -> None:
    wanted = servers.Wanted(postgres=settings.EMBEDDED, valkey=settings.EMBEDDED_VALKEY)
    if wanted.postgres:
        _say("Starting PostgreSQL and Valkey.")
    with servers.running(PLACE, wanted) as running:
        _prepare_data()
        with _kept_running(running) as kept:
            _wait_for_web(kept)
            _say_where()
            with _history_being_told():
                while True:
                    time.sleep(LOOK_EVERY_SECONDS)
                    _look_after(kept)


def _prepare_data() -> None:
    _say("Bringing the tables up to date.")
    _manage("migrate", "--noinput")
    if not settings.EMBEDDED:
        _say("Collecting static files.")
        _manage("collectstatic", "--noinput")
    elif programs.has_command("demo") and _nobody_is_here():
        _say("Building the demo organisation.")
        _manage("demo")


@contextlib.contextmanager
def _history_being_told() -> Iterator[None]:
    """The demo's past is written beside the running portal, once.

    It gives way to everything else that runs. Cut short, it is written by the next start.
    """
    if not (settings.EMBEDDED and programs.has_command("demo") and _is_without_history()):
        yield
        return
    _say("")
    teller = children.start(
        [*programs.MANAGE, "demo", "history"],
        log=None,
        environment=programs.environment(STATEMENT_SECONDS="0", LOCK_SECONDS="60"),
    )
    try:
        yield
    finally:
        children.stop(teller, with_signal=signal.SIGTERM, grace_seconds=5)


def _manage(*arguments: str) -> None:
    """Run one command of manage.py to its end; its output goes to a log."""
    log = PLACE.logs / f"{arguments[0]}.log"
    command = children.start(
        [*programs.MANAGE, *arguments],
        log=log,
        environment=programs.environment(STATEMENT_SECONDS="0", LOCK_SECONDS="60"),
    )
    try:
        code = command.wait()
    finally:
        children.stop(command, with_signal=signal.SIGTERM, grace_seconds=5)
    if code:
        raise CannotStart(f"`manage.py {arguments[0]}` failed; {log} says why.")


def _nobody_is_here() -> bool:
    return not _is_true("SELECT EXISTS (SELECT FROM rosters_person)")


def _is_without_history() -> bool:
    """Whether the first incident of today is there, and none before it."""
    return _is_true("SELECT min(id) = %s FROM incidents_incident", settings.DEMO_FIRST_INCIDENT)


def _is_true(question: LiteralString, *values: object) -> bool:
    with psycopg.connect(
        host=str(PLACE.postgres_socket), user=postgres.SUPERUSER, dbname=postgres.DATABASE
    ) as connection:
        return connection.execute(question, values).fetchone() == (True,)


@contextlib.contextmanager
def _kept_running(running: servers.Running) -> Iterator[list[Kept]]:
    """Start the programs; at the end stop them in order, then the servers as they then are."""
    kept_servers = list(_kept_servers(running))
    started: list[Kept] = []
    try:
        started.extend(_kept_program(program) for program in _programs_that_can_run())
        _say(f"Starting {', '.join(child.name for child in started)}.")
        yield [*kept_servers, *started]
    finally:
        _say("Stopping.")
        for child in started:
            child.ask_to_stop()
        for child in [*started, *reversed(kept_servers)]:
            child.stop()


def _programs_that_can_run() -> list[programs.Program]:
    """All of them, but a mail door whose port another program has: pages matter more."""
    found = programs.all_programs()
    if settings.MAIL_DOOR_PORT and not port.has_mail_door():
        _say(
            f"Port {settings.MAIL_DOOR_PORT} is taken by another program, so no mails are taken"
            " here. MAIL_DOOR_PORT chooses another one."
        )
        return [program for program in found if program.name != programs.MAIL_DOOR]
    return found


def _kept_program(program: programs.Program) -> Kept:
    def start() -> subprocess.Popen[bytes]:
        log = PLACE.logs / f"{program.name}.log"
        return children.start(
            program.command,
            log=log,
            dying_wish=program.dying_wish,
            environment=programs.environment(),
        )

    return _kept(program.name, start, start(), signal.SIGTERM, program.stop_seconds)


def _kept_servers(running: servers.Running) -> Iterator[Kept]:
    if running.postgres:

        def start_postgres() -> subprocess.Popen[bytes]:
            return postgres.start(PLACE, careless=False)

        yield _kept(
            "PostgreSQL", start_postgres, running.postgres, signal.SIGINT, postgres.STOP_SECONDS
        )
    if running.valkey:

        def start_valkey() -> subprocess.Popen[bytes]:
            return valkey.start(PLACE)

        yield _kept("Valkey", start_valkey, running.valkey, signal.SIGTERM, valkey.STOP_SECONDS)


def _kept(
    name: str,
    start: Callable[[], subprocess.Popen[bytes]],
    process: subprocess.Popen[bytes],
    stop_signal: signal.Signals,
    stop_seconds: float,
) -> Kept:
    return Kept(
        name=name,
        start=start,
        stop_signal=stop_signal,
        stop_seconds=stop_seconds,
        process=process,
        started_at=time.monotonic(),
    )


def _look_after(kept: list[Kept]) -> None:
    for child in kept:
        if news := child.look(time.monotonic()):
            _say(news)


def _wait_for_web(kept: list[Kept]) -> None:
    until = time.monotonic() + WEB_START_SECONDS
    while not port.web_answers():
        if time.monotonic() > until:
            raise CannotStart(f"The web server does not answer; {PLACE.logs}/web.log says why.")
        time.sleep(0.1)
        _look_after(kept)


def _say_where() -> None:
    _say("")
    _say(f"Muster is running at {port.address()}")
    _say(f"Ctrl-C stops it. Logs are in {PLACE.logs}.")
    if settings.EMBEDDED and PLACE.sign_in_note.exists():
        _say("")
        note = PLACE.sign_in_note.read_text(encoding="utf-8").rstrip()
        _say(note.replace(PLACE.ADDRESS, port.address()))
