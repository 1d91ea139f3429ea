from django.apps import AppConfig


class ApiConfig(AppConfig):
    """The API as a whole; it has no rows of its own."""

    name = "config.api"
    label = "api"
