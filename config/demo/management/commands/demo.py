"""`manage.py demo`: the first organisation of the embedded set-up."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from config.demo import people, rules, story
from config.portal import clock
from rosters.models import Person

SIGN_IN = """Sign in at {url}/sign-in/
  as the administrator  amara@{host}
  or as first on call   nadia@{host}
  with the password     {password}
Every call of the demo lands on the message desk: {url}/desk/
"""


class Command(BaseCommand):
    help = "Make the demo organisation in an empty, embedded database."

    def handle(self, *_args: Any, **_options: Any) -> None:
        if not settings.EMBEDDED:
            raise CommandError("The demo lives in the embedded set-up only: unset DATABASE_URL.")
        if Person.objects.exists():
            raise CommandError("There are people already, so the demo was not made.")
        make()
        text = SIGN_IN.format(
            url=settings.PUBLIC_URL, host=people.MAIL_HOST, password=people.PASSWORD
        )
        (settings.RUN_DIR / "demo-sign-in.txt").write_text(text)
        self.stdout.write(text)


@transaction.atomic
def make() -> None:
    """Everything, or nothing when it is interrupted."""
    now = clock.act_now()
    cast = people.build(now=now)
    rules.build(cast, now=now)
    story.tell(cast, now=clock.act_now())
