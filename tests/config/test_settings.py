"""A missing setting stops the start with one sentence. Each case is a process of its own."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from config.settings import broker_url

ROOT = Path(__file__).resolve().parents[2]
INSTALLED = {
    "DATABASE_URL": "postgres://muster@db.example.com/muster",
    "REDIS_URL": "redis://redis.example.com/0",
    "SECRET_KEY": "a secret key for one test only, long enough for the check 0123456789",
    "PUBLIC_URL": "https://muster.example.com",
    "EMAIL_URL": "smtp://mail.example.com:25",
    "FIELD_KEYS": "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=",
}


def start(settings: dict[str, str], run_dir: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "config.embedded", "with-servers", "true"],
        cwd=ROOT,
        env={
            "PATH": os.environ["PATH"],
            "ENV_FILE": os.devnull,
            "MUSTER_RUN_DIR": str(run_dir),
            **settings,
        },
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    "missing", ["REDIS_URL", "SECRET_KEY", "PUBLIC_URL", "EMAIL_URL", "FIELD_KEYS"]
)
def test_missing_setting_is_named_in_one_sentence(missing: str, tmp_path: Path) -> None:
    settings = {name: value for name, value in INSTALLED.items() if name != missing}

    stopped = start(settings, tmp_path)

    assert stopped.returncode == 1
    assert stopped.stderr == (
        f"{missing} is not set: with DATABASE_URL Muster needs it too. See docs/settings.md.\n"
    )


@pytest.mark.parametrize(
    ("redis", "broker"),
    [
        ("redis://redis.example.com/1", "redis://redis.example.com/1"),
        ("rediss://:secret@redis.example.com/1", "rediss://:secret@redis.example.com/1"),
        ("unix:///run/redis.sock", "redis+socket:///run/redis.sock?virtual_host=0"),
        ("unix:///run/redis.sock?db=3", "redis+socket:///run/redis.sock?virtual_host=3"),
    ],
)
def test_wake_ups_reach_the_same_redis_as_the_cache(redis: str, broker: str) -> None:
    assert broker_url(redis) == broker


OIDC = {
    "OIDC_ISSUER": "https://login.example.com",
    "OIDC_CLIENT_ID": "muster",
    "OIDC_CLIENT_SECRET": "a secret",
}


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"FIELD_KEYS": "short"}, "Key 1 in FIELD_KEYS is no key"),
        ({"OIDC_ISSUER": "https://login.example.com"}, "OIDC_CLIENT_ID is not set"),
        ({**OIDC, "OIDC_ISSUER": "login.example.com"}, "OIDC_ISSUER must look like https://"),
        ({**OIDC, "OIDC_ISSUER": "http://login.example.com"}, "OIDC_ISSUER must look like https"),
        ({**OIDC, "OIDC_GROUPS": "ops"}, "OIDC_GROUPS holds “ops”"),
        ({**OIDC, "OIDC_GROUPS": "ops=Boss"}, "OIDC_GROUPS names “Boss”, which is no role"),
        ({"REQUIRE_SECOND_FACTOR": "boss"}, "REQUIRE_SECOND_FACTOR names “boss”"),
    ],
)
def test_a_wrong_part_of_signing_in_stops_the_start(
    more: dict[str, str], sentence: str, tmp_path: Path
) -> None:
    stopped = start(INSTALLED | more, tmp_path)

    assert stopped.returncode == 1
    assert stopped.stderr.startswith(sentence)
    assert stopped.stderr.endswith("See docs/settings.md.\n")
    assert stopped.stderr.count("\n") == 1


def test_a_sign_in_service_with_all_its_parts_starts(tmp_path: Path) -> None:
    groups = {
        "OIDC_GROUPS": "ops=Responder,leads=service-owner",
        "REQUIRE_SECOND_FACTOR": "auditor",
    }

    assert start(INSTALLED | OIDC | groups, tmp_path).returncode == 0


def test_complete_settings_start_no_servers_of_their_own(tmp_path: Path) -> None:
    assert start(INSTALLED, tmp_path).returncode == 0
    assert not (tmp_path / "postgres").exists()
    assert not (tmp_path / "secret-key").exists()
