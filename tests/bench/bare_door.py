"""The least that a door for alerts could do: check the key, write rows, commit. Nothing else.

A Django project of one view and no middleware, with SQL by hand: the bar that Muster's own door is
measured against, in the same run and on the same database.
"""

import hashlib
import json
import os
from urllib.parse import unquote, urlsplit

import django
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import connection, transaction
from django.http import HttpRequest, JsonResponse
from django.urls import path

TABLES = """
CREATE TABLE bare_key (digest text PRIMARY KEY, source int);
CREATE TABLE bare_alert (
  id bigserial PRIMARY KEY, source int, key text, seen int, body jsonb, UNIQUE (source, key)
);
CREATE TABLE bare_due (id bigserial PRIMARY KEY, alert bigint, due_at timestamptz);
CREATE INDEX ON bare_due (due_at);
CREATE TABLE bare_outbox (id bigserial PRIMARY KEY, alert bigint, kind text, body text);
"""
STORE = """
INSERT INTO bare_alert (source, key, seen, body) VALUES (%s, %s, 1, %s)
ON CONFLICT (source, key) DO UPDATE SET seen = bare_alert.seen + 1, body = excluded.body
RETURNING id, seen
"""

if not settings.configured and "BARE_DATABASE" in os.environ:
    _where = urlsplit(os.environ["BARE_DATABASE"])
    settings.configure(
        ALLOWED_HOSTS=["*"],
        ROOT_URLCONF=__name__,
        SECRET_KEY="bare",  # it signs nothing
        DATABASES={
            "default": {
                "ENGINE": "django.db.backends.postgresql",
                "HOST": unquote(_where.netloc),
                "USER": _where.query,
                "NAME": _where.path.lstrip("/"),
                "CONN_MAX_AGE": 60,
            }
        },
    )
    django.setup()


def take(request: HttpRequest) -> JsonResponse:
    """Each alert of the body: one row, and for a new one when it is due and two messages."""
    key = request.headers["Authorization"].partition(" ")[2]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT source FROM bare_key WHERE digest = %s",
            [hashlib.sha256(key.encode()).hexdigest()],
        )
        [source] = cursor.fetchone() or [0]
        for alert in json.loads(request.body)["alerts"]:
            cursor.execute(STORE, [source, alert["fingerprint"], json.dumps(alert)])
            pk, seen = cursor.fetchone() or (0, 0)
            if seen == 1:
                cursor.execute(
                    "INSERT INTO bare_due (alert, due_at) VALUES (%s, now() + interval '5 min')",
                    [pk],
                )
                cursor.execute(
                    "INSERT INTO bare_outbox (alert, kind, body)"
                    " VALUES (%s, 'call', 'a'), (%s, 'mail', 'b')",
                    [pk, pk],
                )
    return JsonResponse({"message": "Taken."}, status=202)


urlpatterns = [path("api/v1/alerts/alertmanager", take)]
application = get_wsgi_application() if "BARE_DATABASE" in os.environ else None
