"""What was submitted through the API, by which token, and what was answered: never shown outside but to who submitted."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Token
from incidents.models import Claim

Q = models.Q
LONGEST_KEY = 255


class Submission(models.Model):
    """A request that had something recorded. Written once, answered once in the same transaction, and kept for good.

    The row is written before anything else: whoever comes with the same key meanwhile waits for this one.
    """

    token = models.ForeignKey(Token, on_delete=models.PROTECT, related_name="submissions", db_index=False)
    key = models.CharField(max_length=LONGEST_KEY, null=True)  # noqa: DJ001  null is none, of which there may be many
    """The Idempotency-Key, as its sender chose it."""
    digest = models.CharField(max_length=64)
    """Of the body: the same key means the same body."""
    at = models.DateTimeField()
    status = models.PositiveSmallIntegerField(null=True)
    answer = models.TextField(null=True)  # noqa: DJ001  null is not answered yet
    """As it was sent, letter for letter."""

    class Meta:
        verbose_name = _("submission")
        verbose_name_plural = _("submissions")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["token", "key"], name="submission_has_its_key"),
            models.CheckConstraint(
                name="submission_is_answered_whole",
                condition=Q(status__isnull=True, answer__isnull=True) | Q(status__isnull=False, answer__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.token_id}: {self.key or self.pk}"


class SubmittedClaim(models.Model):
    """A claim that came with a submission, and at which place among its rows."""

    claim = models.OneToOneField(Claim, on_delete=models.PROTECT, primary_key=True, related_name="submitted")
    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="claims")
    number = models.PositiveSmallIntegerField()
    digest = models.CharField(max_length=64)
    """Of the row as it was sent, by which it is known again."""

    class Meta:
        verbose_name = _("submitted claim")
        verbose_name_plural = _("submitted claims")
        default_permissions = ()
        indexes = [
            # Whether the same was sent before.
            models.Index(fields=["digest"], name="submitted_claim_known_again"),
        ]

    def __str__(self) -> str:
        return f"{self.submission_id}.{self.number}"
