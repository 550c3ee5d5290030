from typing import Any, Self

from django.db import models
from django.db.models.expressions import RawSQL
from django.db.models.functions import Concat
from django.utils.translation import gettext_lazy as _

from accounts.folding import Fold


class PlaceQuerySet(models.QuerySet["Place"]):
    def subtree(self, code: str) -> Self:
        """The place with this code, all that lies within it, and all that an own area covers."""
        return self.filter(pk__in=RawSQL("SELECT place_subtree(%s)", [code]))

    def matching(self, text: str) -> Self:
        """Places with this text in a name, in Arabic or Latin script, or in the code."""
        named = PlaceName.objects.annotate(folded=Fold("name")).filter(folded__contains=Fold(models.Value(text)))
        return self.annotate(folded=Fold(Place.SEARCHED)).filter(
            models.Q(folded__contains=Fold(models.Value(text))) | models.Q(pk__in=named.values("place"))
        )


class Place(models.Model):
    """An area or a point: an OCHA administrative area or community, or an area of our own.

    P-codes and administrative areas: OCHA COD-AB Syria v02 (CC BY 3.0 IGO).
    """

    class Precision(models.TextChoices):
        """What the coordinates stand for; the finest first."""

        SETTLEMENT = "settlement", _("settlement or neighbourhood")
        SUBDISTRICT = "subdistrict", _("centre of a subdistrict")
        DISTRICT = "district", _("centre of a district")
        GOVERNORATE = "governorate", _("centre of a governorate")
        COUNTRY = "country", _("centre of a country")
        AREA = "area", _("an area of our own")

    code = models.SlugField(
        _("code"),
        max_length=40,
        unique=True,
        help_text=_("Permanent code: the OCHA P-code where there is one, else a code of our own."),
    )
    pcode = models.CharField(
        _("P-code"),
        max_length=20,
        unique=True,
        null=True,
        blank=True,
        help_text=_("OCHA P-code, such as SY0101; empty for places of our own (null in JSON)."),
    )
    name = models.CharField(_("name"), max_length=200, help_text=_("Name in Latin script."))
    name_ar = models.CharField(
        _("Arabic name"), max_length=200, blank=True, help_text=_("Name in Arabic; empty when not known.")
    )
    admin_level = models.PositiveSmallIntegerField(
        _("administrative level"),
        null=True,
        blank=True,
        help_text=_(
            "0 country, 1 governorate, 2 district, 3 subdistrict; empty for settlements and areas of our own (null in JSON)."
        ),
    )
    within = models.ForeignKey(
        "self",
        verbose_name=_("within"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="contains",
        help_text=_("The next larger area that holds this one."),
    )
    covers: "models.ManyToManyField[Any, Any]" = models.ManyToManyField(
        "self",
        verbose_name=_("covers"),
        through="PlaceCoverage",
        symmetrical=False,
        related_name="covered_by",
        help_text=_("For an area of our own that no single larger area holds: the places it covers."),
    )
    latitude = models.DecimalField(
        _("latitude"),
        max_digits=8,
        decimal_places=6,
        null=True,
        blank=True,
        help_text=_("Degrees north, such as 33.4747 (WGS 84); empty when not known (null in JSON)."),
    )
    longitude = models.DecimalField(
        _("longitude"),
        max_digits=9,
        decimal_places=6,
        null=True,
        blank=True,
        help_text=_("Degrees east, such as 36.3037 (WGS 84); empty when not known (null in JSON)."),
    )
    precision = models.CharField(
        _("precision"),
        max_length=12,
        choices=Precision.choices,
        default=Precision.SETTLEMENT,
        help_text=_("What the place and its coordinates stand for."),
    )
    is_own = models.BooleanField(_("place of our own"), default=False, help_text=_("Not in the OCHA gazetteer."))
    is_provisional = models.BooleanField(
        _("until the gazetteer has it"),
        default=False,
        help_text=_("Our own only until the matching gazetteer entry is loaded."),
    )
    note = models.TextField(_("note"), blank=True, help_text=_("For analysts; never shown outside."))

    SEARCHED = Concat("name", models.Value(" "), "name_ar", models.Value(" "), "code", output_field=models.TextField())

    objects = PlaceQuerySet.as_manager()

    class Meta:
        verbose_name = _("place")
        verbose_name_plural = _("places")
        constraints = [
            models.CheckConstraint(
                name="place_has_both_coordinates_or_none",
                condition=models.Q(latitude__isnull=True, longitude__isnull=True)
                | models.Q(latitude__isnull=False, longitude__isnull=False),
                violation_error_message=_("Give both latitude and longitude, or neither."),
            ),
            models.CheckConstraint(
                name="place_is_on_earth",
                condition=models.Q(latitude__range=(-90, 90), longitude__range=(-180, 180))
                | models.Q(latitude__isnull=True),
                violation_error_message=_("Latitude lies between -90 and 90, longitude between -180 and 180."),
            ),
            models.CheckConstraint(
                name="place_pcode_is_not_empty",
                condition=~models.Q(pcode=""),
                violation_error_message=_("A place without a P-code has none, not an empty one."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.code})"


class PlaceName(models.Model):
    """Another way in which sources write a place's name."""

    place = models.ForeignKey(Place, on_delete=models.CASCADE, related_name="names")
    name = models.CharField(_("name"), max_length=200, help_text=_("As sources write it, in any script."))

    class Meta:
        verbose_name = _("other name of a place")
        verbose_name_plural = _("other names of places")
        constraints = [
            models.UniqueConstraint(fields=["place", "name"], name="place_has_a_name_once"),
        ]

    def __str__(self) -> str:
        return self.name


class PlaceCoverage(models.Model):
    """One place that an area of our own covers in part or whole."""

    area = models.ForeignKey(Place, on_delete=models.CASCADE, related_name="coverages")
    covered = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="covering")

    class Meta:
        verbose_name = _("covered place")
        verbose_name_plural = _("covered places")
        constraints = [
            models.UniqueConstraint(fields=["area", "covered"], name="area_covers_a_place_once"),
            models.CheckConstraint(
                name="area_does_not_cover_itself",
                condition=~models.Q(area=models.F("covered")),
                violation_error_message=_("An area cannot cover itself."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.area_id} covers {self.covered_id}"
