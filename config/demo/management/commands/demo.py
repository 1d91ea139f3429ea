"""`manage.py demo`: the organisation of the embedded set-up, its past, and a story told live."""

import os
import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from config.demo import beginning, cast, live, progress
from config.demo.history import telling
from config.demo.outside import NotRunning, RunningPortal
from config.portal import clock
from rosters.models import Person

SIGN_IN = """Sign in at {url}/sign-in/
  as the administrator  amara@{host}
  or as first on call   nadia@{host}
  with the password     {password}
Every call of the demo lands on the message desk: {url}/desk/
"""

STORY = """A story in two minutes: from an alert to the published review, on {url}.
Sign in there as Amara and keep the Now page open beside this terminal.
"""
NOT_RUNNING = (
    "Muster is not running at {url}. Start it with `make run` in another terminal; on another port,"
    " say so here, too: `make demo PORT=8001`."
)
STOPPED = "Stopped. The incident of the story stays as it is: resolve it on its page."
GIVE_WAY = 10
"""The history lets everything else that runs go first."""


class Command(BaseCommand):
    help = "Make the demo organisation in an empty, embedded database; tell its past."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "part",
            nargs="?",
            choices=["begin", "history", "story"],
            default="begin",
            help="begin: who is there and what is open; history: the ninety days before it;"
            " story: one more incident, told live on the running portal",
        )
        parser.add_argument(
            "--share", type=float, default=1.0, help="how much of the history is told, up to 1"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        if not settings.EMBEDDED:
            raise CommandError("The demo lives in the embedded set-up only: unset DATABASE_URL.")
        if options["part"] == "history":
            self._tell_history(share=options["share"])
        elif options["part"] == "story":
            self._tell_story()
        else:
            self._begin()

    def _begin(self) -> None:
        if Person.objects.exists():
            raise CommandError("There are people already, so the demo was not made.")
        with transaction.atomic():  # everything, or nothing when it is interrupted
            beginning.make(clock=clock.act_now)
        text = SIGN_IN.format(
            url=settings.PLACE.ADDRESS,
            host=settings.DEMO_MAIL_HOST,
            password=settings.DEMO_PASSWORD,
        )
        note = settings.RUN_DIR / "demo-sign-in.txt"
        note.touch(mode=0o600)  # it holds a password, if only the demo's
        note.write_text(text)
        self.stdout.write(text.replace(settings.PLACE.ADDRESS, settings.PUBLIC_URL))

    def _tell_history(self, *, share: float) -> None:
        os.nice(GIVE_WAY)
        started = time.monotonic()
        with progress.shown(self.stdout) as report:
            told = telling.tell(share=share, report=report)
        if told:
            seconds = time.monotonic() - started
            self.stdout.write(f"The demo's history is written ({seconds:.0f} s).")
        else:
            self.stdout.write("The demo's history is there already.")

    def _tell_story(self) -> None:
        portal = RunningPortal(settings.PUBLIC_URL)
        try:
            portal.look()
            self.stdout.write(STORY.format(url=portal.url))
            players = cast.find(now=clock.act_now())
            teller = live.Teller(players, portal, self._say, time.sleep, clock.act_now)
            teller.tell()
        except NotRunning:
            raise CommandError(NOT_RUNNING.format(url=portal.url)) from None
        except live.NothingHappened as why:
            raise CommandError(f"{why} Look into the logs of the engine.") from None
        except KeyboardInterrupt:
            self.stdout.write(STOPPED)

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
