"""Every address of the site."""

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

from accounts.admin.choices import Choices
from accounts.languages import choose_language_view

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="admin:index"), name="front"),
    path("api/v1/", include("api.v1.urls")),
    path("i18n/setlang/", choose_language_view, name="set_language"),
    path("admin/autocomplete/", admin.site.admin_view(Choices.as_view(admin_site=admin.site))),
    path("admin/second-factor/", include("accounts.urls")),
    path("admin/", admin.site.urls),
]

handler400 = "config.errors.refused"
handler500 = "api.errors.fault"
