from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IncidentsConfig(AppConfig):
    name = "incidents"
    verbose_name = _("Incidents and claims")

    def ready(self) -> None:
        """Scopes are kept in the transaction that writes the claims."""
        # As Django documents: models are there only once every app is loaded.
        from accounts.attribution import before_end
        from incidents.scopes.keeping import refresh_due

        before_end(refresh_due)
