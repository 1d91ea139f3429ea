"""`make bench`: every measurement, one after another, on a fresh database."""

import importlib
import os
import pkgutil

import django
from django.core.management import call_command

import tests.bench


def main() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    django.setup()
    call_command("migrate", verbosity=0)
    for found in pkgutil.iter_modules(tests.bench.__path__):
        if found.name != "__main__":
            print(found.name)
            for line in importlib.import_module(f"tests.bench.{found.name}").measure():
                print(f"  {line}")


main()
