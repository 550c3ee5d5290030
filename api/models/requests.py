from django.db import models
from django.utils.translation import gettext_lazy as _


class RequestCount(models.Model):
    """How many requests a client made in a minute; what is older is thrown away."""

    pk = models.CompositePrimaryKey("client", "minute")
    client = models.CharField(max_length=100)
    minute = models.DateTimeField()
    number = models.PositiveIntegerField()

    class Meta:
        db_table = "api_requests"
        verbose_name = _("count of requests")
        verbose_name_plural = _("counts of requests")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.client} at {self.minute}: {self.number}"
