from django.apps import AppConfig


class DemoConfig(AppConfig):
    """The first organisation of the embedded set-up; not installed anywhere else."""

    name = "config.demo"
    label = "demo"
