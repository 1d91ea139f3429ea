"""One worker process of Muster's own web server, for whatever asks it over HTTP."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from socket import create_connection, create_server
from urllib.parse import quote

import psycopg
from django.conf import settings
from django.db import connection
from psycopg import sql

from rosters.models import Pulse

OURS = "config.wsgi:application"
OUR_WORKER = "config.embedded.worker.PlainWorker"


@contextmanager
def server(application: str = OURS, *, worker: str = OUR_WORKER) -> Iterator[int]:
    """One worker process of four threads that serves `application`; yields its port.

    What it says goes nowhere: a line for each request would drown the figures.
    """
    with create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    process = subprocess.Popen(  # our own server
        [
            sys.executable,
            "-m",
            "gunicorn",
            "--no-control-socket",
            "--log-level",
            "error",
            "-w",
            "1",
            "-k",
            worker,
            "--threads",
            "4",
            "-b",
            f"127.0.0.1:{port}",
            application,
        ],
        env=environment(port),
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_for(port)
        yield port
    finally:
        process.terminate()
        process.wait()


@contextmanager
def engine() -> Iterator[None]:
    """The engine that ticks by itself, once it has begun to."""
    process = subprocess.Popen(  # our own engine
        [sys.executable, "manage.py", "engine", "run"],
        env=environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        while not Pulse.objects.filter(name="tick").exists():
            time.sleep(0.1)
        yield
    finally:
        process.terminate()
        process.wait()


def copy_database(*names: str) -> None:
    """Copies of the database that the connection leads to."""
    where = connection.settings_dict
    connection.close()
    with psycopg.connect(
        host=where["HOST"], user=where["USER"], dbname="postgres", autocommit=True
    ) as postgres:
        for name in names:
            postgres.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
                    sql.Identifier(name), sql.Identifier(where["NAME"])
                )
            )


@contextmanager
def database(name: str) -> Iterator[None]:
    """Inside, the connection leads to this one, and that of what is started inside for good."""
    where = connection.settings_dict
    before = where["NAME"]
    connection.close()
    where["NAME"] = name
    try:
        yield
    finally:
        connection.close()
        where["NAME"] = before


def environment(port: int = 8000) -> dict[str, str]:
    """What a process of an installation is told that works on this database."""
    where = connection.settings_dict
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "ENV_FILE": os.devnull,
        "BARE_DATABASE": f"//{quote(where['HOST'], safe='')}/{where['NAME']}?{where['USER']}",
        "DATABASE_URL": f"postgres://{where['USER']}@/{where['HOST']}/{where['NAME']}",
        "REDIS_URL": settings.CACHES["default"]["LOCATION"],
        "SECRET_KEY": settings.SECRET_KEY,
        "FIELD_KEYS": ",".join(settings.FIELD_KEYS),
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
        "EMAIL_URL": "dummymail://",
        "DUTY_PHONE": "+44 20 7946 0000",
    }


def _wait_for(port: int) -> None:
    for _ in range(300):
        try:
            create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("a server did not start")
