"""`manage.py policies export|plan|apply|schema`: rules as a file that people review."""

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from config.portal import clock
from config.portal.refusals import Refused
from incidents.intake import policy_file
from incidents.intake.policy_file import PolicyFile, Unreadable
from incidents.operations import policy_files
from incidents.operations.policy_files import Outcome, Unfit
from incidents.queries import policy_files as reading
from rosters.models import Person

DIFFERS = 2
"""The exit code of a plan that would change something, as CI asks with --check."""


class Command(BaseCommand):
    help = "Policies, routes and promised times as one YAML file: write it, plan it, apply it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        acts = parser.add_subparsers(dest="act", required=True)
        acts.add_parser("export", help="Write what holds now.")
        acts.add_parser("schema", help="Write the JSON Schema of the file, for editors.")
        for act, what in (
            ("plan", "Say what the file would change."),
            ("apply", "Let the file hold from now on, all of it or nothing."),
        ):
            one = acts.add_parser(act, help=what)
            one.add_argument("file", help="The file, or - for what is piped in.")
            one.add_argument("--by", required=True, help="The e-mail address of whoever does it.")
            one.add_argument(
                "--agreed-by",
                help="Of the second person, where a service of tier 1 goes by what changes.",
            )
            if act == "plan":
                one.add_argument(
                    "--check", action="store_true", help=f"End with {DIFFERS} if it would change."
                )

    def handle(self, *_args: Any, **options: Any) -> None:
        if options["act"] == "export":
            self.stdout.write(policy_file.write(reading.as_file()), ending="")
            return
        if options["act"] == "schema":
            self.stdout.write(json.dumps(policy_file.schema(), indent=2, ensure_ascii=False))
            return
        file, by = _file(options["file"]), _person(options["by"])
        agreed_by = _person(options["agreed_by"]) if options["agreed_by"] else None
        act = policy_files.plan if options["act"] == "plan" else policy_files.apply
        try:
            outcome = act(file, by=by, now=clock.act_now(), agreed_by=agreed_by)
        except Unfit as unfit:
            raise CommandError(_list("Nothing was changed.", unfit.problems)) from None
        except Refused as refused:
            raise CommandError(str(refused)) from None
        self._say(outcome, is_plan=options["act"] == "plan")
        if options.get("check") and outcome.changes:
            sys.exit(DIFFERS)

    def _say(self, outcome: Outcome, *, is_plan: bool) -> None:
        for change in outcome.changes:
            self.stdout.write(_list(f"{change.about}", change.lines))
        if outcome.left:
            names = ", ".join(outcome.left)
            self.stdout.write(f"Not in the file, and left as they are: {names}.")
        if not outcome.changes:
            self.stdout.write("The file says what holds already. Nothing changes.")
        elif is_plan:
            self.stdout.write("This is what would change. “apply” does it.")
        else:
            self.stdout.write("It holds from now on. Open incidents keep the rule they began with.")


def _file(name: str) -> PolicyFile:
    try:
        text = sys.stdin.read() if name == "-" else Path(name).read_text(encoding="utf-8")
    except OSError as error:
        raise CommandError(f"{name} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise CommandError(f"{name} is not a text in UTF-8.") from None
    try:
        return policy_file.read(text)
    except Unreadable as unreadable:
        raise CommandError(_list("The file cannot be read.", unreadable.problems)) from None


def _person(email: str) -> Person:
    rows = Person.objects.filter(email=Person.normalize_email(email), left_at=None)
    found: Person | None = rows.first()
    if found is None:
        raise CommandError(f"Nobody has the e-mail address {email}.")
    return found


def _list(head: str, lines: tuple[str, ...]) -> str:
    return "\n".join([head, *(f"  - {line}" for line in lines)])
