"""The tests' databases: migrated once, then copied for each worker; emptied by deleting rows.

The one that is copied also keeps what tests ask for again and
again: in the schema `seeds` the rows that migrations leave behind, in `small_world` the rows of the
small company. Putting either back is one statement.
"""

import fcntl
import gc
import os
import pickle
import subprocess
from hashlib import sha256

import psycopg
from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from psycopg import sql

from config.embedded import postgres
from tests import world

MIGRATED = "test_migrated"
LOCK = settings.RUN_DIR / "tests.lock"
WORLD = settings.RUN_DIR / "world.pickle"
KEPT = settings.BASE_DIR / ".run" / "tests"
"""Migrating takes most of a minute, so what it made is kept from run to run."""
TABLES = """
    SELECT tablename FROM pg_tables
    WHERE schemaname = 'public' AND tablename <> 'django_migrations' ORDER BY tablename
"""
COLUMNS = """
    SELECT column_name, data_type FROM information_schema.columns
    WHERE table_schema = 'public' AND table_name = %s AND is_generated = 'NEVER'
    ORDER BY ordinal_position
"""
# Rows are put back as they were: no trigger writes them into the audit trail a second time.
QUIETLY = "LANGUAGE plpgsql SET session_replication_role = replica"
MANY = 5000


def use_a_copy(name: str) -> None:
    """Lead Django's connections to a fresh copy of the migrated database."""
    world.copy = migrated()
    with psycopg.connect(
        host=connection.settings_dict["HOST"], user="postgres", dbname="postgres", autocommit=True
    ) as server:
        server.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
                sql.Identifier(name), sql.Identifier(MIGRATED)
            )
        )
    _lead_to(name)


def empty() -> None:
    """Leave only what migrations left, after a test that committed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT seeds.restore()")


def migrated() -> bytes:
    """Have the database that is copied, made by whoever asks first; what it keeps in Python."""
    with LOCK.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not WORLD.exists():
            usual = connection.settings_dict["NAME"]
            _make()
            _lead_to(usual)
    return WORLD.read_bytes()


def _lead_to(name: str) -> None:
    connection.close()
    connection.settings_dict["NAME"] = settings.DATABASES["default"]["NAME"] = name


def _make() -> None:
    _lead_to("postgres")
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {MIGRATED}")
    _lead_to(MIGRATED)
    _migrate()
    _keep_the_seeds()
    kept = _keep_the_world()
    WORLD.with_suffix(".new").write_bytes(kept)
    WORLD.with_suffix(".new").rename(WORLD)


def _migrate() -> None:
    """Bring in the tables; those that a run made before from the very same migrations, if any."""
    dump = KEPT / f"{_print_of_migrations()}.dump"
    if dump.exists():
        _run("pg_restore", "--no-owner", f"--dbname={MIGRATED}", str(dump))
        return
    gc.disable()  # models of each state of each migration: hardly anything of it is garbage
    call_command("migrate", verbosity=0, interactive=False)
    gc.enable()
    connection.close()
    KEPT.mkdir(parents=True, exist_ok=True)
    for old in KEPT.iterdir():
        old.unlink()
    new = dump.with_suffix(f".{os.getpid()}")
    _run("pg_dump", "--format=custom", f"--file={new}", MIGRATED)
    new.rename(dump)


def _print_of_migrations() -> str:
    """The same only for the same migrations, what they import of ours, and the same packages."""
    ours = settings.BASE_DIR
    files = [*ours.glob("*/migrations/*.py"), *ours.glob("config/portal/*.py")]
    found = sha256()
    for path in sorted([*files, ours / "requirements.txt"]):
        found.update(f"{path.relative_to(ours)}\0".encode() + path.read_bytes())
    return found.hexdigest()


def _run(program: str, *arguments: str) -> None:
    """One of PostgreSQL's own programs, at the tests' server."""
    where = ["--host", connection.settings_dict["HOST"], "--username", "postgres"]
    path = postgres._programs() / program  # there are no others on a fresh machine
    subprocess.run([path, *where, *arguments], check=True)  # ours, and no shell


def _keep_the_seeds() -> None:
    seeds = with_rows()
    put_back = _keep("seeds", seeds)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            CREATE FUNCTION seeds.restore() RETURNS void {QUIETLY} AS $$
            DECLARE
                _name text;
                _some boolean;
                _many boolean;
            BEGIN
                FOR _name IN {TABLES} LOOP
                    EXECUTE format('SELECT EXISTS (SELECT FROM public.%I), EXISTS (
                        SELECT FROM public.%I OFFSET {MANY})', _name, _name)
                    INTO _some, _many;
                    IF _many THEN
                        EXECUTE format('TRUNCATE public.%I CASCADE', _name);
                    ELSIF _some THEN
                        EXECUTE format('DELETE FROM public.%I', _name);
                    END IF;
                END LOOP;
                {put_back};
            END $$
            """
        )


def _keep_the_world() -> bytes:
    """Build the small company, keep its rows, take them away; its objects are returned."""
    seeded = with_rows()
    with transaction.atomic():
        made = world.make()
    rows = [name for name in with_rows() if name not in seeded]
    put_back = _keep("small_world", rows)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            CREATE FUNCTION small_world.load(timestamptz, date) RETURNS void {QUIETLY}
            AS $$
            BEGIN
                {put_back};
            END $$
            """
        )
    empty()
    return pickle.dumps(made)


def _keep(schema: str, tables: list[str]) -> str:
    """Copy the tables' rows into a schema; the statements that put them back."""
    put_back = []
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE SCHEMA {schema}")
        for name in tables:
            cursor.execute(f'CREATE TABLE {schema}."{name}" AS TABLE public."{name}"')
            cursor.execute(COLUMNS, [name])
            columns = cursor.fetchall()
            names = ", ".join(f'"{column}"' for column, _ in columns)
            values = ", ".join(_moved(column, kind) for column, kind in columns)
            if schema == "seeds":
                values = names
            put_back.append(
                f'INSERT INTO public."{name}" ({names}) SELECT {values} FROM {schema}."{name}"'
            )
    return ";\n".join(put_back)


def _moved(column: str, kind: str) -> str:
    """The column; where it holds the world's now or its first day, the ones that are asked for."""
    if kind == "timestamp with time zone":
        return f"""CASE WHEN "{column}" = '{world.NOW}' THEN $1 ELSE "{column}" END"""
    if kind == "date":
        day = world.first_day(world.NOW)
        return f"""CASE WHEN "{column}" = '{day}' THEN $2 ELSE "{column}" END"""
    return f'"{column}"'


def with_rows() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(TABLES)
        names = [name for (name,) in cursor.fetchall()]
        found = []
        for name in names:
            cursor.execute(f'SELECT EXISTS (SELECT FROM public."{name}")')
            if cursor.fetchone()[0]:
                found.append(name)
    return found
