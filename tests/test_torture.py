"""The torture run's short form: one seed, ten seconds of trouble. `make torture` plays many."""

import os
import random
import re
import subprocess
import sys

from django.conf import settings

from tests import database
from tests.torture import schedule

SECONDS = 120  # two cores that also run the other tests


def test_nothing_is_lost_and_nothing_is_said_twice_whatever_is_killed() -> None:
    database.migrated()

    done = subprocess.run(
        [sys.executable, "-m", "tests.torture", "--seed", "7", "--seconds", "8"],
        cwd=settings.BASE_DIR,
        env={**os.environ, "MUSTER_TORTURE_JOINS": "1"},
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )

    said = done.stdout + done.stderr[-3000:]
    assert done.returncode == 0, said
    assert "seed 7: 0 violations" in said
    assert int(re.findall(r"deaths (\d+)", said)[0]) > 5, said


def test_a_seed_plays_the_same_trouble_again() -> None:
    random.seed(1)
    first = schedule.faults(7, seconds=30, every=0.3)
    random.seed(2)

    assert schedule.faults(7, seconds=30, every=0.3) == first
    assert schedule.faults(8, seconds=30, every=0.3) != first


def test_what_begins_to_go_wrong_also_ends() -> None:
    for seed in range(20):
        found = schedule.faults(seed, seconds=30, every=0.3)
        for begin, end in (("stop", "go"),):
            begun = [one for one in found if one.kind == begin]
            ended = [one for one in found if one.kind == end]
            assert len(begun) == len(ended)
        valkey = [one.what for one in found if one.kind == "valkey"]
        assert valkey.count("down") == valkey.count("up")
