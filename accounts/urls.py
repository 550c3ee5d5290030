"""The pages of the second factor."""

from django.urls import path

from accounts.admin import second_factor

app_name = "second_factor"
urlpatterns = [
    path("", second_factor.overview, name="overview"),
    path("verify/", second_factor.verify, name="verify"),
    path("enrol/", second_factor.enrol, name="enrol"),
    path("codes/", second_factor.codes, name="codes"),
]
