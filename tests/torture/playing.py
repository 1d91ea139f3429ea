"""One seed: a fresh database, the run, what it showed."""

import argparse
import os
from pathlib import Path

import psycopg
from django.db import connection

from tests import database
from tests.torture import checks, ground
from tests.torture.conductor import Conductor, Plan

ASKED_FOR = ("incidents", "steps fired", "claims")


def play(seed: int, *, place: Path, of: argparse.Namespace) -> bool:
    """Whether nothing that must be true was broken."""
    place.mkdir()
    for name in ("taken", "accepted", "acted"):
        os.environ[f"TORTURE_{name.upper()}"] = str(place / name)
    os.environ["TORTURE_PAUSE"] = str(of.pause)
    name = f"torture_{os.getpid()}_{seed}"
    database.use_a_copy(name)
    ground.lay()
    conductor = Conductor(Plan(seed, seconds=of.seconds, every=of.every), place)
    conductor.run()
    found = checks.look(place)
    _say(seed, conductor, found)
    if not of.keep:
        _drop(name)
    return not found.violations and all(found.counts[one] for one in ASKED_FOR)


def _say(seed: int, conductor: Conductor, found: checks.Finding) -> None:
    happened = ", ".join(f"{name} {count}" for name, count in sorted(conductor.happened.items()))
    counts = ", ".join(f"{name} {count}" for name, count in found.counts.items() if count)
    print(f"seed {seed}: {len(found.violations)} violations", flush=True)
    print(f"  went wrong: {happened}")
    print(f"  came of it: {counts}")
    print(f"  a step was late by {found.lateness}")
    print(f"  first calls left after {found.handed_over}", flush=True)
    for violation in found.violations:
        print(f"  VIOLATION {violation}", flush=True)


def _drop(name: str) -> None:
    host = connection.settings_dict["HOST"]
    connection.close()
    with psycopg.connect(host=host, user="postgres", dbname="postgres", autocommit=True) as server:
        server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
