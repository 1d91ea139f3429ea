"""The Celery application: a driver of sweeps. What is due is a row, never a message."""

import os
import signal
from typing import Any

from celery import Celery
from celery.signals import setup_logging, worker_init, worker_process_init
from django.urls import get_resolver
from django_structlog.celery.steps import DjangoStructLogInitStep

from config.embedded import children
from config.portal import memory

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("muster")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.steps["worker"].add(DjangoStructLogInitStep)  # a task's lines carry its request's number


@setup_logging.connect  # type: ignore[untyped-decorator]  # Celery has no types
def keep_our_logging(**_: Any) -> None:
    """Leave logging as Django's settings made it: its handler masks tokens, Celery's would not."""


@worker_init.connect  # type: ignore[untyped-decorator]  # Celery has no types
def be_ready(**_: Any) -> None:
    """Have all there before the pool forks: no first call waits for it, and each process shares it.

    Wording a call asks for an address, and the first question reads every URLconf.
    """
    get_resolver().reverse_dict  # noqa: B018  # reading it reads every URLconf
    memory.settle()


@worker_process_init.connect  # type: ignore[untyped-decorator]  # Celery has no types
def follow_the_worker(**_: Any) -> None:
    """Let a pool process end with the worker that forked it, however that one ends."""
    children.send_me_when_parent_dies(signal.SIGKILL)
