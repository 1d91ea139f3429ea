"""`python -m config.embedded`: run Muster, or one command with its servers around it."""

import argparse
import os
import signal
import subprocess
import sys

import django
from django.core.exceptions import ImproperlyConfigured

from config.embedded import children
from config.embedded.errors import CannotStart


def main(arguments: list[str]) -> int:
    chosen = _parse(arguments)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    try:
        django.setup()
        if chosen.action == "run":
            return _run(stop_with_parent=chosen.stop_with_parent)
        return _with_servers(chosen.command)
    except (CannotStart, ImproperlyConfigured) as refusal:
        print(refusal, file=sys.stderr)
        return 1


def _parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m config.embedded", description=__doc__)
    actions = parser.add_subparsers(dest="action", required=True)
    run = actions.add_parser("run", help="start everything and keep it running until Ctrl-C")
    run.add_argument(
        "--stop-with-parent",
        action="store_true",
        help="also stop when the program that started this one dies (Linux)",
    )
    around = actions.add_parser("with-servers", help="start the servers around one command")
    around.add_argument("command", nargs="+", help="for example: -- ./manage.py shell")
    return parser.parse_args(arguments)


def _run(*, stop_with_parent: bool) -> int:
    from config.embedded import supervisor  # noqa: PLC0415  # reads settings

    if stop_with_parent:
        children.send_me_when_parent_dies(signal.SIGTERM)
    supervisor.run()
    return 0


def _with_servers(command: list[str]) -> int:
    """Return the command's exit code. Servers that already run here are used as they are."""
    from django.conf import settings  # noqa: PLC0415  # needs setup

    from config.embedded import lock, servers  # noqa: PLC0415

    wanted = servers.Wanted(postgres=settings.EMBEDDED, valkey=settings.EMBEDDED_VALKEY)
    try:
        with (
            lock.held(settings.PLACE.lock_file, f"for {command[0]}"),
            servers.running(settings.PLACE, wanted),
        ):
            return _call(command)
    except lock.Taken:
        return _call(command)


def _call(command: list[str]) -> int:
    """Run a command in our terminal; stop signals are the command's to answer, not ours."""
    child = subprocess.Popen(  # noqa: S603  # what the caller typed
        command, preexec_fn=children.die_with_parent(signal.SIGTERM)
    )
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the terminal sends it to both
    signal.signal(signal.SIGTERM, lambda *_: child.terminate())
    return child.wait()


sys.exit(main(sys.argv[1:]))
