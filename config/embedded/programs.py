"""The programs that make up a running Muster, beside its servers."""

import os
import signal
import sys
from dataclasses import dataclass

from django.conf import settings
from django.core.management import get_commands

MANAGE = (sys.executable, str(settings.BASE_DIR / "manage.py"))
MAIL_DOOR = "maildoor"
CELERY = (sys.executable, "-m", "celery", "-A", "config")


@dataclass(frozen=True)
class Program:
    """One child of the supervisor.

    `stop_seconds` is what it gets to finish its work; `dying_wish` is the signal it gets when the
    supervisor is killed. Celery's programs wait for a broker that died with it, so they are
    killed: rows hold the truth, and every one of them may be killed at any instant.
    """

    name: str
    command: tuple[str, ...]
    stop_seconds: float
    dying_wish: signal.Signals = signal.SIGTERM


def all_programs() -> list[Program]:
    """Return the programs in the order in which they start, and stop."""
    web = ("-m", "gunicorn", "-c", "python:config.embedded.web", "config.wsgi:application")
    worker = ("-P", "prefork", "-c", "2", "--prefetch-multiplier", "1", "-l", "INFO")
    quiet = ("--without-gossip", "--without-mingle", "--without-heartbeat")
    # The schedule is plain intervals: nothing to remember, so no file that a crash could spoil.
    beat = ("--scheduler", "celery.beat:Scheduler", "-l", "INFO")
    programs = [
        Program("web", (sys.executable, *web), stop_seconds=8),
        Program("beat", (*CELERY, "beat", *beat), 5, signal.SIGKILL),
        Program("worker", (*CELERY, "worker", *worker, *quiet), 10, signal.SIGKILL),
    ]
    if has_command("engine"):
        programs.append(Program("engine", (*MANAGE, "engine", "run"), stop_seconds=5))
    if settings.MAIL_DOOR_PORT and has_command(MAIL_DOOR):
        programs.append(Program(MAIL_DOOR, (*MANAGE, MAIL_DOOR), stop_seconds=12))
    return programs


def has_command(name: str) -> bool:
    return name in get_commands()


def environment(**changes: str) -> dict[str, str]:
    """Return what a program of ours finds in its environment."""
    fixed = {"DJANGO_SETTINGS_MODULE": "config.settings", "PYTHONUNBUFFERED": "1"}
    return {**os.environ, **fixed, **changes}
