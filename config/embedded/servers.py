"""PostgreSQL and Valkey of one run directory, together."""

import contextlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass

from config.embedded import postgres, valkey
from config.embedded.errors import CannotStart
from config.embedded.place import Place


@dataclass(frozen=True)
class Wanted:
    """Which of the two are ours to run; `careless` trades safety in a crash for speed (tests)."""

    postgres: bool = True
    valkey: bool = True
    careless: bool = False


@dataclass(frozen=True)
class Running:
    """The servers that were started; None where the environment names one of its own."""

    postgres: subprocess.Popen[bytes] | None
    valkey: subprocess.Popen[bytes] | None


@contextlib.contextmanager
def running(place: Place, wanted: Wanted) -> Iterator[Running]:
    """Have the wanted servers ready inside the block and stopped after it.

    Only one process at a time may do this to a place: take its lock first.
    """
    prepare(place)
    with contextlib.ExitStack() as stack:
        if not place.sockets.is_relative_to(place.home):
            stack.callback(shutil.rmtree, place.sockets, ignore_errors=True)
        redis_like = database = None
        if wanted.postgres:
            database = postgres.start(place, careless=wanted.careless)
            stack.callback(postgres.stop, database)
        if wanted.valkey:
            redis_like = valkey.start(place)
            stack.callback(valkey.stop, redis_like)
        yield Running(postgres=database, valkey=redis_like)


def prepare(place: Place) -> None:
    """Make the directories, private to this user, or refuse."""
    try:
        place.home.mkdir(parents=True, exist_ok=True)
        place.logs.mkdir(mode=0o700, exist_ok=True)
        place.sockets.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise CannotStart(f"Muster cannot write {error.filename}: {error.strerror}.") from error
    if place.sockets.is_symlink() or place.sockets.stat().st_uid != os.geteuid():
        raise CannotStart(f"{place.sockets} belongs to somebody else: remove it and start again.")
