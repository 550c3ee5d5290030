"""Every address of the site."""

from django.contrib import admin
from django.urls import include, path

from accounts.admin.choices import Choices

urlpatterns = [
    path("api/v1/", include("api.v1.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("admin/autocomplete/", admin.site.admin_view(Choices.as_view(admin_site=admin.site))),
    path("admin/second-factor/", include("accounts.urls")),
    path("admin/", admin.site.urls),
]

handler400 = "config.errors.refused"
handler500 = "api.errors.fault"
