from django.apps import AppConfig


class FrontConfig(AppConfig):
    """Pages that show several apps at once."""

    name = "config.front"
    label = "front"
