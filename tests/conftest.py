"""A PostgreSQL and a Valkey for the tests alone, started once; and the installed browser."""

import contextlib
import gc
import itertools
import os
import shutil
import subprocess
import sys
from collections.abc import Generator, Iterator
from typing import Any

import hypothesis
import pytest
from django.conf import settings
from django.core.cache import caches
from django.test import TransactionTestCase
from pytest_django.plugin import DjangoDbBlocker
from whitenoise.middleware import WhiteNoiseMiddleware

from config.embedded import servers
from tests import database

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
HAS_A_COPY = pytest.StashKey[bool]()
TESTS = itertools.count(1)
NUMBERS = itertools.count()
MIGRATE = "import django; django.setup(); from tests import database; database.migrated()"
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
    database.leave_unattended()
    if config.option.numprocesses:
        _migrate_meanwhile(stack)


def _migrate_meanwhile(stack: contextlib.ExitStack) -> None:
    """While workers look for tests, make the database that each of them will copy."""
    migrating = stack.enter_context(
        subprocess.Popen(
            [sys.executable, "-c", MIGRATE],
            cwd=settings.BASE_DIR,
            env={**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"},
        )
    )
    stack.callback(migrating.kill)


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


def pytest_collection_finish() -> None:
    """Nothing that stands by now will be garbage: looking through it again and again takes long."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Where CI asks for everything, a skipped test fails the run."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if not MAY_SKIP and reporter and reporter.stats.get("skipped"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None, object, object]:
    """When the test has rolled back or deleted all that it wrote, the tables may be tidied."""
    result = yield
    if item.config.stash.get(HAS_A_COPY, False):
        database.after_a_test(next(TESTS))
    return result


@pytest.fixture(scope="session")
def django_db_setup(
    request: pytest.FixtureRequest,
    django_test_environment: None,
    django_db_blocker: DjangoDbBlocker,
) -> Iterator[None]:
    """A database of this process alone; it goes with the server. Committed rows are deleted."""
    with pytest.MonkeyPatch.context() as patch, django_db_blocker.unblock():
        database.use_a_copy(f"test_{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}")
        request.config.stash[HAS_A_COPY] = True
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda _test: database.empty())
        # A fresh line to the database would have to learn every table and plan anew.
        patch.setattr(TransactionTestCase, "_should_reload_connections", lambda _test: False)
        yield


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Drive the Chromium that is installed; as root it runs only without its sandbox."""
    if CHROMIUM is None:
        pytest.fail(NO_CHROMIUM)
    flags = ["--no-sandbox"] if os.geteuid() == 0 else []
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": flags}


@pytest.fixture(scope="session", autouse=True)
def _static_files_are_looked_for_once() -> Iterator[None]:
    """Each `Client` makes the middleware anew, and it would walk through every app's folder."""
    look_for_them = WhiteNoiseMiddleware.add_files_from_finders
    found: dict[tuple[Any, ...], dict[str, Any]] = {}

    def add_them(middleware: WhiteNoiseMiddleware) -> None:
        of_settings = (middleware.static_prefix, middleware.static_root, middleware.max_age)
        if of_settings not in found:
            look_for_them(middleware)
            found[of_settings] = dict(middleware.files)
        middleware.files.update(found[of_settings])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(WhiteNoiseMiddleware, "add_files_from_finders", add_them)
        yield


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
def _a_process_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test finds what the process still has in mind from another: that a wake-up was sent just
    now or failed, how many requests a source sent, what the settings of another company were."""
    from config.portal import queue  # noqa: PLC0415  # here, since settings are there by now
    from incidents.operations import rates  # noqa: PLC0415
    from incidents.queries import remembered  # noqa: PLC0415

    monkeypatch.setattr(queue, "_bell", queue._Bell())
    monkeypatch.setattr(rates, "_counts", {})
    monkeypatch.setattr(remembered, "_latest", remembered._Standing(""))
