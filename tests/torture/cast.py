"""Who takes part: each is a process of its own, forked from one that has everything loaded."""

import http
import json
import logging
import os
import random
import signal
import sys
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from celery.apps import beat as _beat  # noqa: F401  # loaded before anything is forked
from celery.apps import worker as _worker  # noqa: F401  # likewise
from celery.worker import request as celery_request
from django.db import Error, close_old_connections, connection
from django.test import Client

from config.celery import app
from config.embedded import children
from config.portal import clock
from config.portal.refusals import Refused
from incidents.enums import HoldKind, Promise
from incidents.management.commands import engine as engine_command
from incidents.models import Incident, Notification
from incidents.operations import answers, lifecycle, pacemaker, updates
from incidents.operations.judgment import holding, severity
from incidents.operations.updates import UpdateText
from rosters.models import Person
from rosters.operations import carriage, pulse
from tests.torture.carrier import append
from tests.world import TOKEN

logger = logging.getLogger("torture")

Act = Callable[[Incident, Person, random.Random], object]


def ticking(_dice: random.Random) -> None:
    """A process that does nothing but tick."""
    while True:
        _try(lambda: pacemaker.run_ticks(runner="torture", clock=clock.act_now))
        time.sleep(0.2)


def carrying(_dice: random.Random) -> None:
    """A process that does nothing but carry."""
    while True:
        _try(_carry)
        time.sleep(0.1)


def _carry() -> None:
    carriage.carry_all(clock=clock.act_now)
    pulse.beat("carry", runner="torture", now=clock.act_now())


def engine(_dice: random.Random) -> None:
    """`manage.py engine run`, as it is."""
    engine_command.Command().handle(action="run")


def worker(dice: random.Random) -> None:
    """A Celery worker on a machine whose clock is minutes off."""
    _shift_the_clock(timedelta(seconds=dice.uniform(-240, 240)))
    app.Worker(
        hostname=f"torture-{os.getpid()}@localhost",
        pool="solo",
        loglevel="ERROR",
        without_gossip=True,
        without_mingle=True,
        without_heartbeat=True,
        quiet=True,
    ).start()


def beat(dice: random.Random) -> None:
    """Celery's beat, on such a machine too."""
    _shift_the_clock(timedelta(seconds=dice.uniform(-240, 240)))
    app.Beat(scheduler_cls="celery.beat:Scheduler", loglevel="ERROR", quiet=True).run()


def _shift_the_clock(off: timedelta) -> None:
    """Whatever Celery decides by the machine's clock, it decides by a wrong one."""

    class Shifted(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> datetime:  # type: ignore[override]
            return datetime.now(tz) + off

    celery_request.datetime = Shifted
    right = app.now
    app.now = lambda: right() + off


def door(dice: random.Random) -> None:
    """Somebody's monitoring sends alerts, again when it is not answered."""
    client = Client(
        headers={"host": "127.0.0.1", "authorization": f"Bearer {TOKEN}"},
        raise_request_exception=False,
    )
    pause = float(os.environ["TORTURE_PAUSE"])
    while True:
        key = f"{os.getpid()}-{uuid4().hex[:8]}"
        labels = {
            "alertname": key,
            "service": f"service-{dice.randrange(6)}",
            "severity": dice.choice(["critical", "warning"]),
        }
        alert = {"status": "firing", "labels": labels, "fingerprint": key}
        body = json.dumps({"version": "4", "groupKey": key, "alerts": [alert]})
        answer = client.post("/api/v1/alerts/alertmanager", body, content_type="application/json")
        if answer.status_code == http.HTTPStatus.ACCEPTED:
            append(os.environ["TORTURE_ACCEPTED"], f"{key}\n")
        time.sleep(dice.uniform(0, 2 * pause))


def person(dice: random.Random) -> None:
    """Somebody who does this and that to whatever is open."""
    while True:
        _try(lambda: _do_something(dice))
        time.sleep(dice.uniform(0, 0.6))


def _do_something(dice: random.Random) -> None:
    found = list(Incident.objects.open().order_by("-pk").values_list("pk", flat=True)[:40])
    if not found:
        return
    incident = Incident.objects.select_related("service").get(pk=dice.choice(found))
    team = incident.service.owner_team_id if incident.service else None
    people = Person.objects.filter(memberships__team=team)
    name = dice.choices(list(ACTS), weights=[weight for _act, weight in ACTS.values()])[0]
    who = dice.choice(list(people.order_by("pk")))
    try:
        ACTS[name][0](incident, who, dice)
    except Refused:
        return
    append(os.environ["TORTURE_ACTED"], f"{name}\n")


def _contain(incident: Incident, who: Person, _dice: random.Random) -> None:
    now = clock.act_now()
    lifecycle.contain(incident, by=who, at=now, now=now)


def _resolve(incident: Incident, who: Person, _dice: random.Random) -> None:
    now = clock.act_now()
    lifecycle.resolve(incident, by=who, at=now, now=now)


def _update(incident: Incident, who: Person, _dice: random.Random) -> None:
    text = UpdateText("Some notice.", "We know.", "We mend.")
    updates.post(incident, text, key=uuid4(), by=who, now=clock.act_now())


def _promote(incident: Incident, who: Person, dice: random.Random) -> None:
    asked = severity.Change(incident.severity, dice.choice([1, 2, 3]), "It looks like that.")
    severity.change(incident, asked, by=who, now=clock.act_now())


def _hold(incident: Incident, who: Person, dice: random.Random) -> None:
    now = clock.act_now()
    kind = dice.choice([HoldKind.HOLD, HoldKind.SNOOZE])
    until = now + timedelta(seconds=dice.choice([20, 60]))
    holding.hold(incident, holding.Asked(kind, until, "We wait."), by=who, now=now)


def _pass_on(incident: Incident, _who: Person, dice: random.Random) -> None:
    called = Notification.objects.filter(incident=incident, answer="").filter(
        run__clock__promise=Promise.ACKNOWLEDGE
    )
    found = list(called.select_related("run__clock", "incident", "person").order_by("pk"))
    if found:
        answers.pass_on(dice.choice(found), now=clock.act_now())


ACTS: dict[str, tuple[Act, int]] = {
    "acknowledge": (lambda i, w, _: lifecycle.acknowledge(i, by=w, now=clock.act_now()), 5),
    "hand back": (lambda i, w, _: lifecycle.hand_back(i, by=w, now=clock.act_now()), 4),
    "contain": (_contain, 2),
    "undo": (lambda i, w, _: lifecycle.undo_contain(i, by=w, now=clock.act_now()), 2),
    "resolve": (_resolve, 1),
    "update": (_update, 3),
    "promote": (_promote, 3),
    "hold": (_hold, 2),
    "pass on": (_pass_on, 3),
    "command": (lambda i, w, _: lifecycle.take_command(i, by=w, now=clock.act_now()), 1),
}

PARTS: dict[str, Callable[[random.Random], None]] = {
    "tick": ticking,
    "carry": carrying,
    "engine": engine,
    "worker": worker,
    "beat": beat,
    "door": door,
    "person": person,
}


def _try(act: Callable[[], object]) -> None:
    """What a lost connection breaks is tried again with a new one."""
    try:
        close_old_connections()
        act()
    except Error as error:
        logger.warning("%s", str(error).strip().splitlines()[0])
        connection.close()
    except Exception:
        logger.exception("torture: a process met what it should not")


def start(part: str, *, seed: str, logs: Path) -> int:
    """A process that plays this part until it is killed; its number."""
    pid = os.fork()
    if pid:
        return pid
    try:
        children.send_me_when_parent_dies(signal.SIGKILL)
        output = os.open(logs / f"{part}.log", os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        os.dup2(output, 1)
        os.dup2(output, 2)
        random.seed(seed)
        PARTS[part](random.Random(seed))
    except BaseException:
        logger.exception("torture: %s ended", part)
    finally:
        sys.stderr.flush()
        os._exit(1)
