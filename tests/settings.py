"""The settings under test: the embedded set-up, whatever the shell or a .env file says."""

import os
import sys
import tempfile
from pathlib import Path

# Variables of the person who runs the tests must not lead them to their database.
for _name in (
    "DATABASE_URL",
    "REDIS_URL",
    "PUBLIC_URL",
    "ALLOWED_HOSTS",
    "PORT",
    "DEBUG",
    "MAIL_DOOR_PORT",
):
    os.environ.pop(_name, None)
os.environ["ENV_FILE"] = os.devnull
# The many processes that tests start need not compile every module anew; nor need the next run.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False
if "MUSTER_TEST_RUN" not in os.environ:  # xdist's workers inherit the controller's
    os.environ["MUSTER_TEST_RUN"] = tempfile.mkdtemp(prefix="muster-test-")
os.environ["MUSTER_RUN_DIR"] = os.environ["MUSTER_TEST_RUN"]

from config.settings import *  # noqa: E402, F403
from config.settings import CACHES, DATABASES, TEMPLATES  # noqa: E402
from tests.strict_templates import UnknownVariable  # noqa: E402

TEMPLATES[0]["OPTIONS"]["string_if_invalid"] = UnknownVariable()
# A busy machine may let a test wait in the middle of its transaction.
DATABASES["default"]["OPTIONS"]["options"] += " -c idle_in_transaction_session_timeout=0"
CACHES["default"]["KEY_PREFIX"] = os.environ.get("PYTEST_XDIST_WORKER", "alone")
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"

# whitenoise warns of a folder that is not there
STATIC_ROOT = Path(os.environ["MUSTER_TEST_RUN"]) / "static"
STATIC_ROOT.mkdir(exist_ok=True)

# Playwright's loop runs in the tests' own thread; Django would take it for a mistake.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
