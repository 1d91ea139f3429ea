"""`make torture`: seed after seed, each on a fresh database. ARGS="--seed 7" plays one again.

The seed decides what goes wrong and when, and what each person would like to do; the order in
which the machine lets the processes run is its own.
"""

import argparse
import contextlib
import os
import shutil
import sys
import tempfile
from pathlib import Path

import django


def main() -> int:
    chosen = _parse()
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.torture.settings"
    place = Path(tempfile.mkdtemp(prefix="muster-torture-"))
    os.environ["TORTURE_VALKEY"] = str(place / "valkey.sock")
    with contextlib.ExitStack() as stack:
        if not chosen.keep:
            stack.callback(shutil.rmtree, place, ignore_errors=True)
        django.setup()
        if "MUSTER_TORTURE_JOINS" not in os.environ:
            _own_servers(stack)
        from tests.torture import playing  # noqa: PLC0415  # needs setup

        seeds = [chosen.seed] if chosen.seed is not None else range(1, chosen.seeds + 1)
        failed = [
            seed for seed in seeds if not playing.play(seed, place=place / str(seed), of=chosen)
        ]
    for seed in failed:
        print(f'seed {seed} failed; again: make torture ARGS="--seed {seed}"', flush=True)
    return 1 if failed else 0


def _own_servers(stack: contextlib.ExitStack) -> None:
    from django.conf import settings  # noqa: PLC0415  # needs setup

    from config.embedded import servers  # noqa: PLC0415

    stack.callback(shutil.rmtree, settings.RUN_DIR, ignore_errors=True)
    stack.enter_context(
        servers.running(settings.PLACE, servers.Wanted(valkey=False, careless=True))
    )


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.torture", description=__doc__)
    parser.add_argument("--seed", type=int, help="play this one seed")
    parser.add_argument("--seeds", type=int, default=5, help="play seeds 1 to this one")
    parser.add_argument("--seconds", type=float, default=30.0, help="of trouble, for each seed")
    parser.add_argument("--every", type=float, default=0.35, help="seconds between two troubles")
    parser.add_argument("--pause", type=float, default=0.25, help="seconds between two alerts")
    parser.add_argument("--keep", action="store_true", help="keep logs")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
