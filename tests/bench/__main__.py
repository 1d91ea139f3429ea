"""`make bench`: every measurement, one after another, each on a fresh database.

`python -m tests.bench bench_pages` runs one of them.
"""

import importlib
import logging
import os
import pkgutil
import sys

import django
import psycopg
from django.core.management import call_command
from django.db import connection

import tests.bench
from config.portal import memory


def main(chosen: list[str]) -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    django.setup()
    logging.disable(logging.INFO)  # a line for each request would drown the figures
    call_command("migrate", verbosity=0)
    memory.settle()  # as a web worker does
    empty = connection.settings_dict["NAME"]
    for found in pkgutil.iter_modules(tests.bench.__path__):
        if found.name.startswith("bench_") and (not chosen or found.name in chosen):
            print(found.name, flush=True)
            _use_copy(of=empty, name=found.name)
            for line in importlib.import_module(f"tests.bench.{found.name}").measure():
                print(f"  {line}", flush=True)


def _use_copy(*, of: str, name: str) -> None:
    """From here on the connection leads to a copy of the empty database."""
    where = connection.settings_dict
    connection.close()
    with psycopg.connect(
        host=where["HOST"], user=where["USER"], dbname="postgres", autocommit=True
    ) as server:
        server.execute(f'CREATE DATABASE "{name}" TEMPLATE "{of}"')
    where["NAME"] = name


main(sys.argv[1:])
