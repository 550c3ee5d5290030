from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ApiConfig(AppConfig):
    name = "api"
    verbose_name = _("API")

    def ready(self) -> None:
        from accounts.attribution import after_commit  # models are loaded by now
        from api.editions.keeping import keep_up_if_free

        after_commit(keep_up_if_free)
