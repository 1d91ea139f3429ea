"""A real installation: its environment, and the commands of compose.yaml without containers."""

import os
import sys
from typing import Any

import yaml
from cryptography.fernet import Fernet
from django.conf import settings

HOST = "muster.example.com"
COMPOSE: dict[str, Any] = yaml.safe_load((settings.BASE_DIR / "compose.yaml").read_text())
PATIENT = {"STATEMENT_SECONDS": "0", "LOCK_SECONDS": "60"}
"""What compose.yaml adds for the service that migrates."""


def command(name: str) -> list[str]:
    """The command of one service of compose.yaml, by this Python instead of the image's."""
    first, *rest = COMPOSE["services"][name]["command"]
    return {
        "python": [sys.executable],
        "gunicorn": [sys.executable, "-m", "gunicorn"],
        "celery": [sys.executable, "-m", "celery"],
    }[first] + [str(word) for word in rest]


def environment(database: str, **changes: str) -> dict[str, str]:
    """What its programs find in their environment, with this database at the tests' server."""
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(settings.BASE_DIR),
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "ENV_FILE": os.devnull,
        "MUSTER_RUN_DIR": str(settings.RUN_DIR / "installed"),
        "DATABASE_URL": f"postgres://postgres@/{settings.PLACE.postgres_socket}/{database}",
        "REDIS_URL": "redis://127.0.0.1:1/0",  # nobody is there
        "SECRET_KEY": "a secret key for one test only, long enough 0123456789 abcdefgh",
        "FIELD_KEYS": Fernet.generate_key().decode(),
        "PUBLIC_URL": f"https://{HOST}",
        "EMAIL_URL": "smtp://127.0.0.1:1",
        **changes,
    }
