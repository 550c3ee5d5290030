"""What a person keeps at their desk: lists they look at often, and when they last looked in."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class SavedList(models.Model):
    """A list with its search and filters, under a name of the person's own. Nobody else sees it."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_lists", db_index=False
    )
    list = models.CharField(max_length=100, help_text=_("The list, by app and model."))
    name = models.CharField(_("name"), max_length=100, help_text=_("What this person calls it."))
    query = models.CharField(max_length=2000, help_text=_("The part of the address that searches and filters."))

    class Meta:
        verbose_name = _("saved list")
        verbose_name_plural = _("saved lists")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["user", "list", "name"],
                name="saved_list_has_a_name_once",
                violation_error_message=_("You have a list of this name: choose another, or forget that one first."),
            ),
            models.CheckConstraint(
                name="saved_list_has_a_name",
                condition=~models.Q(name=""),
                violation_error_message=_("Give the list a name."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Visit(models.Model):
    """When a person last looked at the first page."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="visit", primary_key=True
    )
    at = models.DateTimeField(help_text=_("When this person last looked in."))

    class Meta:
        verbose_name = _("visit")
        verbose_name_plural = _("visits")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.user_id}: {self.at:%Y-%m-%d %H:%M}"
