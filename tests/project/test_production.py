"""An installation from outside: the commands of compose.yaml, without containers."""

import json
import os
import re
import signal
import smtplib
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings

from config.embedded import postgres, programs, valkey
from tests import database
from tests.installation import COMPOSE, HOST, PATIENT, command, environment
from tests.project.sources import ROOT
from tests.project.test_supervisor import free_port
from tests.rosters.channels import mail_server
from tests.rosters.channels.mail_server import Behavior

PROGRAMS = ("web", "worker", "beat", "engine", "maildoor")
SECONDS = 240  # two cores that also run the other tests
TOKEN = "a-token-of-the-monitor"
MAIL_TOKEN = "abcdefghijklmnopqrstuvwxyz234567abcdefghijklmnop"
POPULATE = f"""
import django
django.setup()
from config.portal import clock
from incidents.models import AlertSource
from incidents.operations import sources
from rosters.models import ContactPoint, ContactRule
from tests import world
company = world.build(clock.act_now())
ContactRule.objects.filter(urgency="urgent").delete()
for point in ContactPoint.objects.filter(channel="email"):
    ContactRule.objects.create(person=point.person, urgency="urgent", contact_point=point)
sources.issue_token(company.source, by=None, now=clock.act_now(), token="{TOKEN}")
mails = AlertSource.objects.create(
    name="Mails", slug="mails", kind="email", default_service=company.service
)
sources.issue_token(mails, by=None, now=clock.act_now(), token="{MAIL_TOKEN}")
"""
COUNT = """
    SELECT (SELECT count(*) FROM incidents_incident),
        (SELECT count(*) FROM incidents_timelineentry), (SELECT count(*) FROM rosters_message)
"""


@dataclass
class Installation:
    """One database, one Valkey, one mail server, and the programs that run on them."""

    environment: dict[str, str]
    logs: Path
    mail: Behavior
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def run(self, words: list[str], **changes: str) -> str:
        done = subprocess.run(
            words,
            cwd=ROOT,
            env={**self.environment, **changes},
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
        assert done.returncode == 0, done.stderr[-3000:]
        return done.stdout

    def start(self, name: str) -> None:
        with (self.logs / f"{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(
                command(name), cwd=ROOT, env=self.environment, stdout=log, stderr=log
            )

    def log(self, name: str) -> str:
        return (self.logs / f"{name}.log").read_text()

    def ask(self, path: str, data: Any = None, **headers: str) -> tuple[int, str]:
        """Ask the web server as a proxy in front of it would."""
        address = f"http://127.0.0.1:{self.environment['PORT']}{path}"
        behind_proxy = {"Host": HOST, "X-Forwarded-Proto": "https", **headers}
        body = json.dumps(data).encode() if data else None
        request = urllib.request.Request(address, body, behind_proxy)
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def alert(self, key: str) -> tuple[int, str]:
        labels = {"alertname": key, "service": "payments", "severity": "critical"}
        body = {
            "version": "4",
            "status": "firing",
            "groupKey": key,
            "alerts": [{"status": "firing", "labels": labels, "startsAt": "2026-11-21T02:13:04Z"}],
        }
        return self.ask("/api/v1/alerts/alertmanager", body, Authorization=f"Bearer {TOKEN}")

    def mailed(self) -> int:
        return len(self.mail.envelopes)


def mail_alert(installation: Installation) -> None:
    """One alert by e-mail, as soon as the door is open."""
    port = int(installation.environment["MAIL_DOOR_PORT"])

    def is_open() -> bool:
        with smtplib.SMTP("127.0.0.1", port, timeout=5) as line:
            return line.noop()[0] == 250

    wait_for("the mail door", is_open, lambda: installation.log("maildoor"))
    with smtplib.SMTP("127.0.0.1", port, timeout=20) as line:
        mail = b"Subject: CRITICAL: the disk is full\r\n\r\nIt is at 99 %."
        line.sendmail("monitor@example.com", f"{MAIL_TOKEN}@{HOST}", mail)


def wait_for(what: str, is_true: Any, log: Any = lambda: "") -> None:
    until = time.monotonic() + SECONDS
    while True:
        with suppress(OSError):
            if is_true():
                return
        assert time.monotonic() < until, f"{what}: {log()[-3000:]}"
        time.sleep(0.1)


@pytest.fixture
def installation(tmp_path: Path, django_db_setup: None) -> Iterator[Installation]:
    """An installation with its tables: compose.yaml's command made them for `tests.database`."""
    name = f"installed_{os.getpid()}"
    sockets = settings.PLACE.postgres_socket
    port, behavior = free_port(), Behavior()
    with ExitStack() as stack:
        server = stack.enter_context(
            psycopg.connect(host=str(sockets), user="postgres", dbname="postgres", autocommit=True)
        )
        server.execute(f"CREATE DATABASE {name}")
        stack.callback(server.execute, f"DROP DATABASE {name} WITH (FORCE)")
        database.bring_in_the_tables(sockets, name)
        redis_port = free_port()
        redis = subprocess.Popen(
            [
                str(valkey._program()),
                *("--port", str(redis_port), "--bind", "127.0.0.1", "--save", ""),
            ],
            cwd=tmp_path,
            stdout=subprocess.DEVNULL,
        )
        stack.callback(valkey.stop, redis)
        mail_port = stack.enter_context(mail_server.running(behavior))
        made = Installation(
            environment=environment(
                name,
                MUSTER_RUN_DIR=str(tmp_path / "run"),
                REDIS_URL=f"redis://127.0.0.1:{redis_port}/0",
                EMAIL_URL=f"smtp://127.0.0.1:{mail_port}",
                PORT=str(port),
                MAIL_DOOR_PORT=str(free_port()),
            ),
            logs=tmp_path,
            mail=behavior,
        )
        yield made
        for process in made.processes.values():
            process.kill()
            process.wait()


def test_an_installation_calls_survives_and_can_be_restored(installation: Installation) -> None:
    installation.run(command("migrate"), **PATIENT)
    installation.run([sys.executable, "manage.py", "collectstatic", "--noinput"])
    installation.run([sys.executable, "-c", POPULATE])
    for name in PROGRAMS:
        installation.start(name)
    wait_for(
        "the web server",
        lambda: installation.ask("/readyz")[0] == 200,
        lambda: installation.log("web"),
    )

    # The first person is mailed.
    assert installation.alert("CardErrorsHigh")[0] == 202
    wait_for("the first mail", lambda: installation.mailed() == 1)

    # A mail does the same.
    mail_alert(installation)
    wait_for(
        "the mail about a mail",
        lambda: installation.mailed() == 2,
        lambda: installation.log("maildoor"),
    )

    # Worker and beat die: the engine calls alone.
    for name in ("worker", "beat"):
        installation.processes[name].kill()
        installation.processes[name].wait()
    assert installation.alert("SearchIsSlow")[0] == 202
    wait_for(
        "the mail after the crash",
        lambda: installation.mailed() == 3,
        lambda: installation.log("engine"),
    )

    # Pages are served with their hashed files, over HTTPS only.
    status, page = installation.ask("/sign-in/")
    stylesheet = re.search(r'href="(/static/portal/portal\.[0-9a-f]+\.css)"', page)
    assert status == 200
    assert stylesheet
    assert installation.ask(stylesheet[1])[0] == 200

    # Every log line is one JSON object, and the token is in none of them.
    lines = [json.loads(line) for line in installation.log("web").splitlines()]
    posted = [line for line in lines if line.get("request", "").startswith("POST")]
    assert {line["code"] for line in posted} == {202}
    assert all(line["request_id"] for line in posted)
    logs = [installation.log(name) for name in PROGRAMS]
    assert not any(token in log for log in logs for token in (TOKEN, MAIL_TOKEN))

    # All end when they are asked to.
    enders = ("web", "engine", "maildoor")
    for name in enders:
        installation.processes[name].send_signal(signal.SIGTERM)
    assert [installation.processes[name].wait(30) for name in enders] == [0, 0, 0]

    # A dump holds everything.
    before = counted(installation)
    restore_into_itself(installation)
    assert counted(installation) == before
    installation.run([sys.executable, "manage.py", "migrate", "--check"])


def counted(installation: Installation) -> tuple[Any, ...] | None:
    """How many incidents, entries of their timelines and messages there are."""
    host, name = place_of(installation)
    with psycopg.connect(host=host, dbname=name, user="postgres") as database:
        return database.execute(COUNT).fetchone()


def place_of(installation: Installation) -> tuple[str, str]:
    """Where its database is: the folder of the socket, and the name."""
    address, _, name = installation.environment["DATABASE_URL"].rpartition("/")
    return address.partition("@/")[2], name


def restore_into_itself(installation: Installation) -> None:
    """Dump, drop everything, restore: as docs/operating.md says."""
    host, name = place_of(installation)
    where = ["--host", host, "--username", "postgres"]
    dump = str(installation.logs / "muster.dump")
    programs_of_postgres = postgres._programs()
    installation.run(
        [f"{programs_of_postgres}/pg_dump", *where, "--format=custom", f"--file={dump}", name]
    )
    installation.run(
        [
            f"{programs_of_postgres}/pg_restore",
            *where,
            *("--clean", "--if-exists", "--no-owner", "--single-transaction"),
            f"--dbname={name}",
            dump,
        ]
    )


def plain(words: list[str]) -> list[str]:
    """A command without the path of its program: what must be the same everywhere."""
    words = [str(word) for word in words]
    if Path(words[0]).name.startswith("python"):
        words = words[2:] if words[1] == "-m" else words[1:]
    return [Path(words[0]).name, *words[1:]]


@pytest.mark.parametrize("name", PROGRAMS)
def test_every_way_to_run_a_program_is_the_same_command(name: str) -> None:
    unit = (ROOT / f"docs/systemd/muster-{name}.service").read_text()
    [by_systemd] = re.findall(r"^ExecStart=(.+)$", unit, re.MULTILINE)
    [by_hand] = [one.command for one in programs.all_programs() if one.name == name]

    by_compose = plain(COMPOSE["services"][name]["command"])

    assert plain(by_systemd.split()) == by_compose
    assert plain(list(by_hand)) == by_compose


def test_the_image_serves_pages_by_default() -> None:
    [default] = re.findall(r"^CMD (\[.+\])$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)

    assert json.loads(default) == COMPOSE["services"]["web"]["command"]


def test_the_image_holds_every_package() -> None:
    dockerfile = (ROOT / "Dockerfile").read_text()
    wanted = {"config", "rosters", "runbooks", "incidents", "reviews", "templates"}

    assert wanted <= set(re.findall(r"^COPY (\w+) \1$", dockerfile, re.MULTILINE))
    assert re.search(r"^USER muster$", dockerfile, re.MULTILINE)


def test_the_tables_are_made_only_once_postgres_takes_connections_from_outside() -> None:
    """On its very first start it answers on its socket while it sets itself up, then ends."""
    asked = COMPOSE["services"]["postgres"]["healthcheck"]["test"]

    assert "--host=127.0.0.1" in asked
    assert COMPOSE["services"]["migrate"]["depends_on"] == {
        "postgres": {"condition": "service_healthy"}
    }


def test_the_image_holds_compiled_code() -> None:
    """A container writes nothing: what is not compiled in the image is compiled at each start."""
    dockerfile = (ROOT / "Dockerfile").read_text()

    assert "--no-compile" not in dockerfile
    [compiled] = re.findall(r"^RUN python -m compileall -q (.+)$", dockerfile, re.MULTILINE)
    assert {"config", "rosters", "runbooks", "incidents", "reviews"} <= set(compiled.split())
