from django.apps import AppConfig

from config.naming import translate_names


class ConfigConfig(AppConfig):
    """Holds the project's own commands; no models."""

    name = "config"

    def ready(self) -> None:
        translate_names()
