"""A PostgreSQL and a Valkey for the tests alone, started once; and the installed browser."""

import contextlib
import importlib
import itertools
import os
import shutil
from collections.abc import Iterator
from typing import Any

import hypothesis
import psycopg
import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import Group
from django.core.cache import caches
from django.db import connection

from config.embedded import servers

pytest_plugins = ["tests.browser"]

# How fast a busy machine makes its examples says nothing about us.
hypothesis.settings.register_profile(
    "steady", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("steady")

SERVERS = pytest.StashKey[contextlib.ExitStack]()
NAMES_OF_CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
CHROMIUM = next((found for name in NAMES_OF_CHROMIUM if (found := shutil.which(name))), None)
NO_CHROMIUM = "no Chromium is installed; this installs it: sudo apt-get install chromium"
CACHE_OF_THE_RUN = f"{settings.CACHES['default']['KEY_PREFIX']}-{os.getpid()}"
NUMBERS = itertools.count()
LONG = frozenset(
    {
        "test_production.py",
        "test_access.py",
        "test_presses.py",
        "test_pages.py",
        "test_growth.py",
        "test_browser.py",
        "test_keyboard.py",
        "test_weight.py",
    }
)
MAY_SKIP = os.environ.get("MUSTER_REQUIRE_BROWSER") != "1"


def is_worker(config: pytest.Config) -> bool:
    return hasattr(config, "workerinput")


def pytest_configure(config: pytest.Config) -> None:
    """Start the servers on xdist's controller; its workers find them through the environment."""
    if is_worker(config) or config.option.help or config.option.version:
        return
    stack = config.stash[SERVERS] = contextlib.ExitStack()
    stack.callback(shutil.rmtree, settings.RUN_DIR, ignore_errors=True)
    stack.enter_context(servers.running(settings.PLACE, servers.Wanted(careless=True)))


def pytest_unconfigure(config: pytest.Config) -> None:
    if stack := config.stash.get(SERVERS, None):
        stack.close()


def _commits(item: pytest.Item) -> bool:
    """Whether the test commits: pytest-django runs these after all others, and so do we."""
    mark = item.get_closest_marker("django_db")
    is_marked = mark is not None and bool(mark.kwargs.get("transaction"))
    return is_marked or not {"live_server", "transactional_db"}.isdisjoint(
        getattr(item, "fixturenames", ())
    )


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what drives a browser, and skip it where there is none; what takes long comes first.

    Two workers that share the tests end together only if no long one is left for the end.
    """
    items.sort(key=lambda item: (_commits(item), item.path.name not in LONG))
    for item in items:
        if "page" in getattr(item, "fixturenames", ()) or item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.browser)
            if CHROMIUM is None and MAY_SKIP:
                item.add_marker(pytest.mark.skip(reason=NO_CHROMIUM))


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Where CI asks for everything, a skipped test fails the run."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if not MAY_SKIP and reporter and reporter.stats.get("skipped"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None) -> Iterator[None]:
    """End what a thread of a test left connected: the database is dropped after this."""
    yield
    found = connection.settings_dict
    with psycopg.connect(host=found["HOST"], user="postgres", dbname="postgres") as server:
        server.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s",
            [found["NAME"]],
        )


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Drive the Chromium that is installed; as root it runs only without its sandbox."""
    if CHROMIUM is None:
        pytest.fail(NO_CHROMIUM)
    flags = ["--no-sandbox"] if os.geteuid() == 0 else []
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": flags}


@pytest.fixture(autouse=True)
def _a_cache_of_its_own() -> None:
    """No test counts what another one tried: each has names of its own in the one Valkey.

    Emptying the cache would not do. It takes away what other workers count just then; and while
    Valkey is slow to answer, ours forgets to empty instead of failing.
    """
    prefix = f"{CACHE_OF_THE_RUN}-{next(NUMBERS)}"
    caches.settings["default"]["KEY_PREFIX"] = prefix  # of instances that other threads make
    caches["default"].key_prefix = prefix
    vars(caches["default"]).pop("resume_at", None)  # nor does what failed before make it pause


@pytest.fixture(autouse=True)
def _roles_are_there(request: pytest.FixtureRequest, _django_db_helper: None) -> None:
    """Every role has its group, also after a test that committed and so emptied every table.

    Workers that take tests from one another run some after those.
    """
    if _uses_the_database(request.node) and not Group.objects.exists():
        for name, step in (
            ("0004_roles", "lay_out"),
            ("0005_contact_matrix", "let_owners_keep_hours"),
        ):
            getattr(importlib.import_module(f"rosters.migrations.{name}"), step)(apps, None)


def _uses_the_database(item: pytest.Item) -> bool:
    names = {"db", "transactional_db", "live_server"}
    return item.get_closest_marker("django_db") is not None or not names.isdisjoint(
        getattr(item, "fixturenames", ())
    )
