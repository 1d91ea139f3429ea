"""Migrations match the models, and depend on each other only down the line of apps."""

import pytest
from django.core.management import call_command
from django.db.migrations.loader import MigrationLoader

from tests.project.sources import APPS_BOTTOM_UP


@pytest.mark.django_db
def test_no_model_change_lacks_its_migration() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=1)


def test_migrations_depend_only_on_apps_below() -> None:
    height = {app: number for number, app in enumerate(APPS_BOTTOM_UP)}
    loader = MigrationLoader(None)

    upwards = [
        f"{app}.{name} needs {needed}"
        for (app, name), migration in loader.disk_migrations.items()
        if app in height
        for needed, *_ in migration.dependencies
        if height.get(needed, -1) > height[app]
    ]

    assert upwards == []
