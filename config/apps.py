from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """Holds the project's own commands; no models."""

    name = "config"
