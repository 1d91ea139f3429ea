"""The tests' databases: migrated once, then copied for each worker; emptied by deleting rows.

The one that is copied also keeps what tests ask for again and
again: in the schema `seeds` the rows that migrations leave behind, in `small_world` the rows of the
small company. Putting either back is one statement.
"""

import fcntl
import os
import pickle
import shutil
import subprocess
from hashlib import sha256
from pathlib import Path

import psycopg
from django.conf import settings
from django.db import connection, transaction
from psycopg import sql

from config.embedded import postgres
from tests import installation, planner, world

MIGRATED = "test_migrated"
MADE = "test_made"
LOCK = settings.RUN_DIR / "tests.lock"
WORLD = settings.RUN_DIR / "world.pickle"
DUMP = settings.RUN_DIR / "tables.dump"
KEPT = settings.BASE_DIR / ".run" / "tests"
"""Migrating takes most of a minute, so what it made is kept from run to run."""
TABLES = """
    SELECT tablename FROM pg_tables
    WHERE schemaname = 'public' AND tablename <> 'django_migrations' ORDER BY tablename
"""
WRITTEN = """
    SELECT relname FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND pg_relation_size(oid) > 0
    AND relname <> 'django_migrations' AND to_regclass('seeds.' || quote_ident(relname)) IS NULL
"""
COLUMNS = """
    SELECT column_name, data_type FROM information_schema.columns
    WHERE table_schema = 'public' AND table_name = %s AND is_generated = 'NEVER'
    ORDER BY ordinal_position
"""
# Rows are put back as they were: no trigger writes them into the audit trail a second time.
QUIETLY = "LANGUAGE plpgsql SET session_replication_role = replica"
MANY = 5000
TESTS_BEFORE_TIDYING = 50
# In the middle of a test autovacuum finds pages and no row that counts, since none is committed:
# from then on the planner takes the table for empty, and joins ninety rows of each of five tables
# one by one. So what it does in life is done between two tests.
UNATTENDED = "ALTER SYSTEM SET autovacuum = off"
UNTIDY = """
    SELECT oid::regclass::text FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND pg_relation_size(oid) > 16384
    AND NOT EXISTS (
        SELECT FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid() AND xact_start IS NOT NULL
    )
"""


def use_a_copy(name: str) -> None:
    """Lead Django's connections to a fresh copy of the migrated database."""
    world.copy = migrated()
    with _server("postgres") as server:
        server.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
                sql.Identifier(name), sql.Identifier(MIGRATED)
            )
        )
    _lead_to(name)


def leave_unattended() -> None:
    """Have nobody else count or clean up rows while tests run; once, before there are any."""
    with _server("postgres") as server:
        server.execute(UNATTENDED)
        server.execute("SELECT pg_reload_conf()")


def after_a_test(number: int) -> None:
    """Now and then, give back the pages of rows that tests rolled back, and count what is left.

    Not while a fixture of a whole module is in the middle of its transaction.
    """
    if number % TESTS_BEFORE_TIDYING and not planner.is_renewed:
        return
    planner.is_renewed = False
    with _server(settings.DATABASES["default"]["NAME"]) as server:
        if names := [name for (name,) in server.execute(UNTIDY)]:
            server.execute(f"VACUUM {', '.join(names)}")


def empty() -> None:
    """Leave only what migrations left, after a test that committed.

    The line stays for the next test, so it loses what this one may have set or locked on it.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT seeds.restore(), pg_advisory_unlock_all()")
        cursor.execute("UNLISTEN *; RESET ALL")


def migrated() -> bytes:
    """Have the database that is copied, made by whoever asks first; what it keeps in Python."""
    with LOCK.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not WORLD.exists():
            usual = connection.settings_dict["NAME"]
            _make()
            _lead_to(usual)
    return WORLD.read_bytes()


def _server(name: str) -> psycopg.Connection:
    place = str(settings.PLACE.postgres_socket)
    return psycopg.connect(host=place, user="postgres", dbname=name, autocommit=True)


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


def bring_in_the_tables(socket: Path, name: str) -> None:
    """Have in this empty database what migrations make; somebody asked for `migrated` before."""
    _run("pg_restore", "--no-owner", f"--dbname={name}", str(DUMP), socket=socket)


def _migrate() -> None:
    """Make the tables; those that a run made before from the very same migrations, if any."""
    kept = KEPT / f"{_print_of_migrations()}.dump"
    if not kept.exists():
        _make_the_tables(kept)
    shutil.copy(kept, DUMP)  # another run may renew what is kept
    bring_in_the_tables(settings.PLACE.postgres_socket, MIGRATED)


def _make_the_tables(kept: Path) -> None:
    """Migrate an empty database: once, by the command of every installation and of `make run`.

    So each run from a bare machine shows that the command works; nothing else need migrate again.
    """
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {MADE}")
    subprocess.run(
        installation.command("migrate"),
        cwd=settings.BASE_DIR,
        env=installation.environment(MADE, **installation.PATIENT),
        stdout=subprocess.DEVNULL,
        check=True,
    )
    KEPT.mkdir(parents=True, exist_ok=True)
    for old in KEPT.iterdir():
        old.unlink()
    new = kept.with_suffix(f".{os.getpid()}")
    _run("pg_dump", "--format=custom", f"--file={new}", MADE)
    new.rename(kept)


def _print_of_migrations() -> str:
    """The same only for the same migrations, what they import of ours, and the same packages."""
    ours = settings.BASE_DIR
    files = [*ours.glob("*/migrations/*.py"), *ours.glob("config/portal/*.py")]
    command = [ours / name for name in ("compose.yaml", "manage.py", "config/settings.py")]
    found = sha256()
    for path in sorted([*files, *command, ours / "requirements.txt"]):
        found.update(f"{path.relative_to(ours)}\0".encode() + path.read_bytes())
    return found.hexdigest()


def _run(program: str, *arguments: str, socket: Path = settings.PLACE.postgres_socket) -> None:
    """One of PostgreSQL's own programs, at the tests' server if no other is named."""
    where = ["--host", str(socket), "--username", "postgres"]
    path = postgres._programs() / program  # there are no others on a fresh machine
    subprocess.run([path, *where, *arguments], check=True)  # ours, and no shell


def _keep_the_seeds() -> None:
    """What `empty` calls: looks only into tables with a page, renews only seeds that differ."""
    put_back = _keep("seeds", with_rows())
    renew = "\n".join(
        f"""
        IF EXISTS (TABLE seeds."{name}" EXCEPT TABLE public."{name}")
            OR EXISTS (SELECT FROM public."{name}" OFFSET (SELECT count(*) FROM seeds."{name}"))
        THEN
            DELETE FROM public."{name}";
            {insert};
        END IF;
        """
        for name, insert in put_back.items()
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            CREATE FUNCTION seeds.restore() RETURNS void {QUIETLY} AS $$
            DECLARE
                _name text;
                _some boolean;
                _many boolean;
            BEGIN
                FOR _name IN {WRITTEN} LOOP
                    EXECUTE format('SELECT EXISTS (SELECT FROM public.%I), EXISTS (
                        SELECT FROM public.%I OFFSET {MANY})', _name, _name)
                    INTO _some, _many;
                    IF _many THEN
                        EXECUTE format('TRUNCATE public.%I CASCADE', _name);
                    ELSIF _some THEN
                        EXECUTE format('DELETE FROM public.%I', _name);
                    END IF;
                END LOOP;
                {renew}
            END $$
            """
        )


def _keep_the_world() -> bytes:
    """Build the small company, keep its rows, take them away; its objects are returned."""
    seeded = with_rows()
    with transaction.atomic():
        made = world.make()
    rows = [name for name in with_rows() if name not in seeded]
    put_back = ";\n".join(_keep("small_world", rows).values())
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


def _keep(schema: str, tables: list[str]) -> dict[str, str]:
    """Copy the tables' rows into a schema; by table, the statement that puts them back."""
    put_back = {}
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
            put_back[name] = (
                f'INSERT INTO public."{name}" ({names}) SELECT {values} FROM {schema}."{name}"'
            )
    return put_back


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
