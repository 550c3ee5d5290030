from typing import Any, Self

from django.db import models
from django.utils.translation import gettext_lazy as _


class HistoryQuerySet(models.QuerySet["HistoryEntry"]):
    def of(self, row: models.Model) -> Self:
        """The versions of one row, oldest first."""
        return self.filter(table_name=row._meta.db_table, row_id=str(row.pk)).order_by("pk")

    def latest_of(self, table: str, key: object) -> int:
        """The number of a row's latest entry; 0 when it has none."""
        latest = self.filter(table_name=table, row_id=str(key)).order_by("-pk").values_list("pk", flat=True).first()
        return latest or 0


class HistoryEntry(models.Model):
    """One version of one row of any domain table, written by database triggers and by nothing else.

    The application role may read this table and nothing more; the trigger function runs as the owner.
    """

    class Operation(models.TextChoices):
        INSERT = "insert", _("recorded")
        UPDATE = "update", _("changed")
        DELETE = "delete", _("deleted")

    id = models.BigAutoField(primary_key=True)
    table_name = models.CharField(max_length=63)
    row_id = models.CharField(max_length=64)
    operation = models.CharField(max_length=6, choices=Operation.choices)
    at = models.DateTimeField(help_text=_("When, by the database's clock at the start of the transaction."))
    # No constraint: users are never deleted, and a check per history row would be paid on every write.
    actor = models.ForeignKey(
        "accounts.User",
        on_delete=models.DO_NOTHING,
        null=True,
        db_constraint=False,
        db_index=False,
        related_name="+",
        help_text=_("Who; empty when a database client wrote without saying."),
    )
    login = models.CharField(max_length=63, help_text=_("The database login that wrote."))
    reason = models.TextField(help_text=_("Why, in the words of whoever wrote."))
    transaction = models.BigIntegerField(help_text=_("Groups the rows that were written together."))
    row = models.JSONField(
        help_text=_("The row after the change (before it, for a deletion); an absent column was null.")
    )

    objects = HistoryQuerySet.as_manager()

    class Meta:
        db_table = "history_entry"
        verbose_name = _("history entry")
        verbose_name_plural = _("history entries")
        default_permissions = ("view",)
        indexes = [
            # The versions of one row, in order.
            models.Index(fields=["table_name", "row_id", "id"], name="history_of_row"),
        ]

    def __str__(self) -> str:
        return f"{self.table_name} {self.row_id} {self.operation}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        raise TypeError("History is written by the database alone.")

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise TypeError("History is append-only.")
