"""What was outside, in which words, from when to when: the editions of every record, for readers of each level.

They follow from the rows: ``api.editions`` makes them once a change is committed, numbers them, and can make them anew.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

Q = models.Q


class Edition(models.Model):
    """A record as readers of a level could read it, from one change to the next; or that it was no longer there.

    Numbers are given in the order of commitment, for each level apart, so that whoever has seen one has seen all before it,
    and no number tells of what is hidden at the level.
    """

    class Kind(models.TextChoices):
        """In this order, in which what a record names comes before it."""

        PLACE = "place", _("place")
        MEASURE = "measure", _("measure")
        POPULATION = "population", _("population")
        CAUSE = "cause", _("cause")
        PARTY = "party", _("party")
        ORGANIZATION = "organization", _("organization")
        SOURCE = "source", _("source")
        INCIDENT = "incident", _("incident")
        CLAIM = "claim", _("claim")
        RESPONSIBILITY = "responsibility", _("responsibility claim")
        FIGURE = "figure", _("figure")
        VICTIM = "victim", _("victim")

    class Action(models.TextChoices):
        """What became of the record."""

        CREATED = "created", _("created")
        UPDATED = "updated", _("updated")
        WITHDRAWN = "withdrawn", _("withdrawn")
        MERGED = "merged", _("merged")
        REDACTED = "redacted", _("redacted")

    level = models.PositiveSmallIntegerField()
    number = models.BigIntegerField()
    kind = models.CharField(max_length=14, choices=Kind.choices)
    row = models.CharField(max_length=36)
    """The row's own key, which is told to nobody."""
    key = models.CharField(max_length=100)
    """By what it is known outside."""
    about = models.CharField(max_length=100, blank=True)
    """The incident that it is about, by reference, where it is about one."""
    at = models.DateTimeField()
    until = models.DateTimeField(null=True)
    action = models.CharField(max_length=9, choices=Action.choices)
    into = models.CharField(max_length=100, null=True)  # noqa: DJ001  null is not merged
    reason = models.TextField(blank=True)
    digest = models.UUIDField(null=True)
    """Of the text; null when there was none."""

    class Meta:
        verbose_name = _("edition")
        verbose_name_plural = _("editions")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["level", "number"], name="edition_has_its_number"),
            models.UniqueConstraint(
                fields=["kind", "row", "level"], condition=Q(until__isnull=True), name="one_edition_is_current"
            ),
            models.CheckConstraint(
                name="edition_is_whole",
                condition=Q(action__in=["created", "updated"], digest__isnull=False, into__isnull=True)
                | Q(action="withdrawn", digest__isnull=True, into__isnull=True)
                | Q(action="merged", digest__isnull=True, into__isnull=False)
                | Q(action="redacted", into__isnull=True),
            ),
        ]
        indexes = [
            # What a record was at a time.
            models.Index(fields=["kind", "row", "level", "at"], name="edition_of_a_time"),
            models.Index(fields=["about", "kind", "level"], name="edition_about", condition=~Q(about="")),
        ]

    def __str__(self) -> str:
        return f"{self.level}/{self.number}: {self.kind} {self.key} {self.action}"


class EditionText(models.Model):
    """The words of editions, once each: JSON as the API answers it, its own address without the beginning.

    Of victims there is none: what may be read of a name is decided anew each time.
    """

    digest = models.UUIDField(primary_key=True)
    body = models.TextField()

    class Meta:
        verbose_name = _("text of an edition")
        verbose_name_plural = _("texts of editions")
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.digest)


class EditionDue(models.Model):
    """A record that is to be looked at again; written by triggers in the transaction that changes something of it."""

    kind = models.CharField(max_length=14)
    row = models.CharField(max_length=60)

    class Meta:
        verbose_name = _("record that is due")
        verbose_name_plural = _("records that are due")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.kind} {self.row}"


class EditionClock(models.Model):
    """The day for which editions were made last: what holds from a day on, or until one, is looked at when it comes.

    And the program by which they are told: another one may tell the same rows in other words.
    """

    day = models.DateField()
    program = models.CharField(max_length=32, blank=True, default="", db_default="")

    class Meta:
        verbose_name = _("day of the editions")
        verbose_name_plural = _("days of the editions")
        default_permissions = ()
        constraints = [models.CheckConstraint(name="editions_have_one_day", condition=Q(id=1))]

    def __str__(self) -> str:
        return str(self.day)
