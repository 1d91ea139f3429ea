"""Gunicorn's configuration: `gunicorn -c python:config.embedded.web config.wsgi:application`."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.urls import get_resolver

from config.embedded.worker import LONGEST_LINE
from config.portal import memory

_host = f"[{settings.BIND}]" if ":" in settings.BIND else settings.BIND

bind = f"{_host}:{settings.PORT}"
worker_class = "config.embedded.worker.PlainWorker"
limit_request_line = LONGEST_LINE  # a page with many filters has a long address
workers = 2
threads = 4
timeout = 30
graceful_timeout = 5
keepalive = 5
# Heartbeat files belong in memory: on a slow disk they make workers look dead.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108
control_socket_disable = True
# Only these may say for whom they ask, and whether it came in over HTTPS.
forwarded_allow_ips = ",".join(settings.TRUSTED_PROXIES)
# Through the same masking handler as everything else; no access log.
_logging: dict[str, Any] = settings.LOGGING
logconfig_dict = {
    **_logging,
    "loggers": {
        **_logging["loggers"],
        "gunicorn.error": {"level": "INFO", "propagate": True},
        "gunicorn.access": {"level": "CRITICAL", "propagate": False},
    },
}


def post_worker_init(_worker: object) -> None:
    """Every address is known, and what is there from now on stays for good."""
    get_resolver().reverse_dict  # noqa: B018  # reading it reads every URLconf
    memory.settle()
