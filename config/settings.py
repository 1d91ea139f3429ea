"""Settings. Everything that differs between installations comes from the environment.

Without DATABASE_URL this is the embedded set-up: Muster runs its own PostgreSQL and Valkey, makes
its own keys and shows outgoing messages on a desk. With it, .env.example says what else is needed.
"""

import importlib.util
import logging
import os
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import environ
import pghistory
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from config import identity_provider, signing_in
from config.embedded import place, secrets
from config.portal import logs
from config.portal.secrets import checked
from rosters.logic import throttle

BASE_DIR = Path(__file__).resolve().parent.parent

env = environ.Env()
env.read_env(os.environ.get("ENV_FILE") or BASE_DIR / ".env")

DATABASE_URL: str = env.str("DATABASE_URL", default="")
EMBEDDED = not DATABASE_URL
PLACE = place.of(BASE_DIR, os.environ)
RUN_DIR = PLACE.home


def broker_url(redis_url: str) -> str:
    """The same server in Celery's words, which has its own for a Unix socket and its database."""
    parts = urlsplit(redis_url)
    if parts.scheme != "unix":
        return redis_url
    database = parse_qs(parts.query).get("db", ["0"])[0]
    return f"redis+socket://{parts.path}?virtual_host={database}"


def required(name: str) -> str:
    """Return the variable, or stop the start with a sentence."""
    value: str = env.str(name, default="")
    if not value:
        raise ImproperlyConfigured(
            f"{name} is not set: with DATABASE_URL Muster needs it too. See docs/settings.md."
        )
    return value


# --- Identity of this installation -------------------------------------------------------------

DEBUG: bool = env.bool("DEBUG", default=False)
PORT: int = env.int("PORT", default=8000)
BIND: str = env.str("BIND", default="127.0.0.1")
PUBLIC_URL = (
    env.str("PUBLIC_URL", default=f"http://127.0.0.1:{PORT}")
    if EMBEDDED
    else required("PUBLIC_URL")
).rstrip("/")
_public = urlsplit(PUBLIC_URL)
if _public.scheme not in {"http", "https"} or not _public.hostname:
    raise ImproperlyConfigured(
        "PUBLIC_URL must look like https://muster.example.com. See docs/settings.md."
    )
IS_HTTPS = _public.scheme == "https"
SECRET_KEY = secrets.secret_key(RUN_DIR) if EMBEDDED else required("SECRET_KEY")
FIELD_KEYS = checked(
    env.list("FIELD_KEYS", default=[secrets.field_key(RUN_DIR)])
    if EMBEDDED
    else required("FIELD_KEYS").split(",")
)
ALLOWED_HOSTS: list[str] = [_public.hostname, *env.list("ALLOWED_HOSTS", default=[])]
if EMBEDDED:
    ALLOWED_HOSTS += ["127.0.0.1", "localhost", "[::1]"]
# Addresses or networks that may say who asks, and over what: the reverse proxy on this machine.
TRUSTED_PROXIES: list[str] = env.list(
    "TRUSTED_PROXIES", default=[] if EMBEDDED else ["127.0.0.1", "::1"]
)
DUTY_NAME: str = env.str("DUTY_NAME", default="Duty desk")
DUTY_PHONE: str = env.str("DUTY_PHONE", default="+44 20 7946 0000" if EMBEDDED else "")
CALL_LIST_DIR: str = env.str("CALL_LIST_DIR", default="")
DEADMAN_URL: str = env.str("DEADMAN_URL", default="")
# Hosts of one's own network whose calendars may fill a layer; others must be public and https.
CALENDAR_HOSTS: list[str] = env.list("CALENDAR_HOSTS", default=[])
# Hosts of one's own network that may be told of incidents; others must be public and https.
WEBHOOK_HOSTS: list[str] = env.list("WEBHOOK_HOSTS", default=[])
CONFIRM_HOSTS: tuple[str, ...] = ()  # what a sender wants opened is never inside our own network
# Mails for alert sources: where the mail door listens, and the domain of its addresses. 0: shut.
MAIL_DOOR_PORT: int = env.int("MAIL_DOOR_PORT", default=2525 if EMBEDDED else 0)
MAIL_DOOR_HOST: str = env.str("MAIL_DOOR_HOST", default="127.0.0.1")
MAIL_DOOR_DOMAIN: str = env.str(
    "MAIL_DOOR_DOMAIN", default="localhost" if EMBEDDED else _public.hostname
)
MAIL_DOOR_CERT: str = env.str("MAIL_DOOR_CERT", default="")
MAIL_DOOR_KEY: str = env.str("MAIL_DOOR_KEY", default="")

# --- Applications ------------------------------------------------------------------------------

INSTALLED_APPS = [
    # Before ours: what they add to the admin is taken out again there.
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.mfa",
    "allauth.usersessions",
    "config.portal",
    "config.front",
    "config.api",
    "rosters",
    "runbooks",
    "incidents",
    "reviews",
    "config.front.admin_app.MusterAdminConfig",  # django.contrib.admin with our own site
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_filters",
    "django_htmx",
    "django_tables2",
    "csp",
    "django_structlog",
    "pgtrigger",
    "pghistory",
]
if EMBEDDED:
    INSTALLED_APPS.append("config.demo")
    DEMO_MAIL_HOST = "demo.muster.example"
    DEMO_FIRST_INCIDENT = 2480  # of those that are open when the demo begins; its past comes before
    DEMO_PASSWORD = "muster-demo"  # noqa: S105  # shown on the sign-in page; of no use elsewhere
AUTH_USER_MODEL = "rosters.Person"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

MIDDLEWARE = [
    "config.health.probes_first",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.portal.request_log.numbered",
    "config.api.machines.doors_first",
    "config.portal.charset.utf8_only",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "config.front.account.middleware.keep_private",
    "config.front.account.middleware.SignInRequired",
    "config.front.account.middleware.SecondStepRequired",
    "config.front.account.clash.ClashAnswered",
    "config.front.errors.wrong_method",
    "config.portal.trail.remember_who",
    "config.portal.languages.Languages",
    "config.front.memory.channels_asked_once",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

# What stands on every page: one context processor for each app that has one.
_EVERY_PAGE = {
    "config.portal.context": "config.portal.context.portal",
    "incidents.context": "incidents.context.engine",
    "reviews.context": "reviews.context.reviews",
    "config.front.reader": "config.front.reader.reader",
    "config.front.tour": "config.front.tour.tour",
}
if EMBEDDED:
    _EVERY_PAGE["config.demo.progress"] = "config.demo.progress.demo"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["config.portal.tags.links", "django.templatetags.i18n"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                *(path for module, path in _EVERY_PAGE.items() if importlib.util.find_spec(module)),
            ],
        },
    },
]
DJANGO_TABLES2_TEMPLATE = "components/table.html"
FORM_RENDERER = "config.portal.forms_drawn.QuickSelects"

# --- Data --------------------------------------------------------------------------------------

# Migrations may take longer than any request may: `run` gives them STATEMENT_SECONDS=0.
_timeouts = {
    "statement_timeout": env.int("STATEMENT_SECONDS", default=15),
    "lock_timeout": env.int("LOCK_SECONDS", default=5),
    "idle_in_transaction_session_timeout": 15,
}
# Compiling a statement takes longer than any of ours runs, and the database guesses when by costs.
_session = "-c jit=off " + " ".join(f"-c {name}={seconds}s" for name, seconds in _timeouts.items())
_embedded_database = {
    "ENGINE": "django.db.backends.postgresql",
    "NAME": "muster",
    "USER": "postgres",
    "HOST": str(PLACE.postgres_socket),
}
DATABASES: dict[str, Any] = {
    "default": {
        **(_embedded_database if EMBEDDED else env.db_url("DATABASE_URL")),
        "CONN_MAX_AGE": 600,  # a new connection plans every statement anew
        "CONN_HEALTH_CHECKS": True,
    }
}
DATABASES["default"].setdefault("OPTIONS", {}).update(
    {
        "connect_timeout": 5,
        "application_name": "muster",
        "options": _session,
    }
)

# The audit trail reads its own rows by time and object: copies of foreign keys need no index.
PGHISTORY_FOREIGN_KEY_FIELD = pghistory.ForeignKey(db_index=False)

# Redis holds cache and wake-ups only. Nothing may wait for it, and nothing is lost with it.
REDIS_URL: str = env.str("REDIS_URL", default="") if EMBEDDED else required("REDIS_URL")
EMBEDDED_VALKEY = not REDIS_URL
REDIS_SECONDS = 2
CACHES: dict[str, Any] = {
    "default": {
        "BACKEND": "config.portal.cache.ForgivingRedisCache",
        "LOCATION": REDIS_URL or f"unix://{PLACE.valkey_socket}?db=1",
        "KEY_PREFIX": "muster",
        "OPTIONS": {
            "serializer": "config.portal.cache.ForgivingSerializer",
            "socket_timeout": REDIS_SECONDS,
            "socket_connect_timeout": REDIS_SECONDS,
        },
    }
}
SESSION_ENGINE = "django.contrib.sessions.backends.db"

# --- Work in the background --------------------------------------------------------------------

CELERY_BROKER_URL = broker_url(REDIS_URL or f"unix://{PLACE.valkey_socket}?db=0")
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None  # a worker waits for Redis for ever
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "socket_timeout": REDIS_SECONDS,
    "socket_connect_timeout": REDIS_SECONDS,
    "max_retries": 0,  # a request that only leaves a hint does not wait at all
}
CELERY_TIMEZONE = "UTC"
CELERY_ENABLE_UTC = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = False  # the rows are the truth: the next beat finds the work
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_SOFT_TIME_LIMIT = 50
CELERY_TASK_TIME_LIMIT = 60
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_SEND_TASK_EVENTS = False
# A worker reads by its own machine's clock when a wake-up was too old. So that a clock minutes off
# makes it drop none, this is long; a tick or a sweep that comes late finds nothing to do.
STALE_SECONDS = 600


def _every(seconds: int, task: str) -> dict[str, Any]:
    """Describe one interval. A wake-up that nobody took for long is dropped, so none pile up."""
    return {
        "task": task,
        "schedule": timedelta(seconds=seconds),
        "options": {"expires": STALE_SECONDS, "ignore_result": True},
    }


CELERY_BEAT_SCHEDULE = {
    "tick": _every(1, "muster.tick"),
    "carry": _every(1, "muster.carry"),
    "audit": _every(60, "muster.audit"),
    "sweep reviews": _every(15, "muster.sweep_reviews"),
    "call list": _every(60, "muster.call_list"),  # it writes when the old one is five minutes old
    "imports": _every(10, "muster.imports"),
    "weekly letters": _every(300, "muster.digests"),  # due on Mondays from nine, once
    "weekly letters of the rules": _every(300, "muster.proof_letters"),
    "purge drafts": _every(3600, "muster.purge_drafts"),
    "purge receipts": _every(3600, "muster.purge_receipts"),
    "carry webhooks": _every(5, "muster.carry_webhooks"),
    "carry rooms": _every(5, "muster.carry_rooms"),
    "shut out leavers": _every(60, "muster.shut_out_leavers"),
    "planned hand-overs": _every(60, "muster.planned_hand_overs"),
    "remind cover": _every(600, "muster.remind_cover"),
    "remind of shifts": _every(300, "muster.remind_shifts"),
    "shifts that change hands": _every(60, "muster.sweep_swaps"),
    "log shifts": _every(60, "muster.log_shifts"),
    "prove": _every(15, "muster.prove"),  # what changed since; all of it once a day
    "news of rules": _every(60, "muster.rule_news"),
    "who is new in a rule": _every(900, "muster.call_places"),
    "what a version changed": _every(3600, "muster.look_back"),
    "calendars": _every(60, "muster.calendars"),  # each is read again after half an hour
}

# --- Carriage ----------------------------------------------------------------------------------

CARRIERS = (
    dict.fromkeys(("email", "sms", "phone", "chat", "push"), "rosters.operations.desk.DeskCarrier")
    if EMBEDDED
    else {"email": "rosters.channels.smtp.SmtpCarrier"}
)
try:
    CONTACT_LIMITS = throttle.parsed(env.str("CONTACT_LIMITS", default=""))
except ValueError as error:
    raise ImproperlyConfigured(f"CONTACT_LIMITS: {error} See docs/settings.md.") from error
CARRIAGE_ANSWERS = "incidents.operations.replies.by_carrier"
CARRIAGE_READS = "incidents.operations.replies.hear_text"
CARRIER_HOSTS = frozenset(env.list("CARRIER_HOSTS", default=[]))
RULES_ASK = "incidents.queries.asked.of_services"
"""What the rules ask of the contact matrix; rosters reads it, and may not import incidents."""
RULES_CALL = "incidents.queries.cover.first_called"
"""Whom the rules call first, for the same reason."""
MESSAGES_ASK = {"notification": "incidents.queries.answering.why_not_wanted"}
"""Who says, by topic, why a message need not be sent again; rosters may not import them."""
MESSAGES_ANSWERED = {"notification": "incidents.queries.answering.answers"}
"""Who says, by topic, what the receivers of messages answered."""
GLOSSARY = "runbooks.queries.meanings"
"""Who says what our words mean; the look explains them and may not import apps."""
GLOSSARY_PAGE = "/glossary/"
CARRIAGE_FILLERS = {
    "answer_link": "incidents.operations.answers.mint_link",
    "reply_yes": "incidents.operations.replies.mint_yes",
    "reply_no": "incidents.operations.replies.mint_no",
    "code": "rosters.operations.verifying.mint_code",
    "confirm_link": "rosters.operations.confirming.mint_link",
}
if EMBEDDED:
    EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
else:
    vars().update(env.email_url_config(required("EMAIL_URL")))
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL: str = env.str("EMAIL_FROM", default=f"muster@{_public.hostname}")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# --- Signing in --------------------------------------------------------------------------------

LOGIN_URL = "sign_in"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "sign_in"
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
AUTH_PASSWORD_VALIDATORS: list[dict[str, Any]] = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
] + [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    }
]
PASSWORD_RESET_TIMEOUT = 60 * 60
SECOND_STEP_ROLES = identity_provider.roles(
    env.list("REQUIRE_SECOND_FACTOR", default=[]), variable="REQUIRE_SECOND_FACTOR"
)
IDENTITY_PROVIDER = identity_provider.from_environment(env, embedded=EMBEDDED)

vars().update(signing_in.settings_for(IDENTITY_PROVIDER))

# --- Safety ------------------------------------------------------------------------------------

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "base-uri": [NONE],
        "object-src": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
CSRF_FAILURE_VIEW = "config.front.account.views.csrf_failure"
CSRF_TRUSTED_ORIGINS = [f"{_public.scheme}://{_public.netloc}"]
SECURE_REFERRER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = IS_HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if IS_HTTPS else 0
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
X_FRAME_OPTIONS = "DENY"
SILENCED_SYSTEM_CHECKS = [
    "security.W005",  # sub-domains of the customer's host are not ours to promise HTTPS for
    "security.W021",  # nor is the browsers' preload list
]
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1000

# --- Time, language, static files --------------------------------------------------------------

USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("de", "Deutsch")]
LOCALE_PATHS = [BASE_DIR / "config" / "locale"]
FORMAT_MODULE_PATH = ["config.portal.formats"]
USE_I18N = True
STATIC_URL = "static/"
STATIC_ROOT = RUN_DIR / "static"
if EMBEDDED:  # no collectstatic before the first page; the empty folder keeps whitenoise quiet
    WHITENOISE_USE_FINDERS = True
    STATIC_ROOT.mkdir(parents=True, exist_ok=True)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if EMBEDDED
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

# --- Logging: to standard error, with every token masked -----------------------------------------

LOG_FORM: str = env.str("LOG_FORM", default=logs.LINE if EMBEDDED else logs.JSON)
if LOG_FORM not in logs.FORMS:
    raise ImproperlyConfigured("LOG_FORM must be json or line. See docs/settings.md.")
logs.configure()
LOGGING = logs.settings_for(LOG_FORM, level=env.str("LOG_LEVEL", default="INFO"))
DJANGO_STRUCTLOG_CELERY_ENABLED = True
DJANGO_STRUCTLOG_CELERY_DEFAULT_LOG_LEVEL = logging.DEBUG  # a tick each second is no news
METRICS_TOKEN: str = env.str("METRICS_TOKEN", default="")
