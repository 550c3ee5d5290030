"""What the admin shows of persons. A name above public is fetched for those who may see it, and each reading is logged."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from accounts.versions import with_version
from incidents.admin import words
from incidents.admin.reading import through
from sources.disclosure import Disclosure
from sources.merged import WHICH, meant, with_merged
from victims.conflicts import conflicting, stated
from victims.models import Link, NameRead, PersonRecord, PersonRelay, Victim
from victims.services.links import STANDING
from victims.services.names import Reader, above_public, note_reading

SEE = "victims.see_names"


def name_level(request: HttpRequest) -> Disclosure:
    """How far this person's reading of names goes."""
    return Disclosure.RESTRICTED if request.user.has_perm(SEE) else Disclosure.PUBLIC


def noted(request: HttpRequest, records: Iterable[Any]) -> None:
    """Log that these records, fetched for this person, are shown; of those alone that show a name above public."""
    user: Any = request.user
    note_reading(above_public(records), reader=Reader(NameRead.Door.ADMIN, user), at=timezone.now())


def whole(records: "QuerySet[PersonRecord]", level: Disclosure) -> "QuerySet[PersonRecord]":
    """Records with all that a page shows of them; names as far as the level goes."""
    found: QuerySet[PersonRecord] = (
        with_version(records.with_names(level))  # type: ignore[attr-defined]  # a RecordQuerySet
        .select_related(
            "claimant__merged_into", "incident", *with_merged("source", WHICH), "source__kind", "place", "cause"
        )
        .prefetch_related(
            Prefetch("relays", PersonRelay.objects.select_related("organization__merged_into").order_by("position")),
            Prefetch("links", Link.objects.select_related("victim")),
        )
    )
    return found


@dataclass(frozen=True, slots=True)
class PersonLine:
    """One record in a table, or on a page of its own, for a reader. Made of what ``whole`` fetched."""

    row: Any
    by: Any

    @property
    def withheld(self) -> bool:
        """Whether something of the person is not shown to this reader."""
        return not (self.row.names.all() or self.row.shown_description or self.row.shown_stated)

    @property
    def called(self) -> SafeString:
        """The names as written, else the description, else that they are withheld."""
        names = [name.text for name in self.row.names.all()] or [self.row.shown_description]
        if not any(names):
            return format_html("<em>{}</em>", _("name withheld"))
        return format_html_join(" · ", "<bdi>{}</bdi>", ((name,) for name in names if name))

    @property
    def victim(self) -> Victim | None:
        return next((link.victim for link in self.row.links.all()), None)

    @property
    def claimant(self) -> str:
        return words.named(self.row.claimant)

    @property
    def source(self) -> Any:
        return meant(self.row.source)

    @property
    def publisher(self) -> str:
        return words.named(self.source.publisher)

    @property
    def through(self) -> list[str]:
        return through(self.row.relays.all(), self.by)

    @property
    def age(self) -> str:
        row = self.row
        stated = f"{row.age} {row.get_age_unit_display()}" if row.age is not None else ""
        return words.listed(part for part in (stated, str(row.get_age_band_display())) if part)

    @property
    def born(self) -> str:
        return words.date(self.row.born)

    @property
    def fate_date(self) -> str:
        return words.date(self.row.fate_date)

    @property
    def place(self) -> str:
        return words.named(self.row.place)

    @property
    def cause(self) -> str:
        return words.named(self.row.cause)

    @property
    def disclosure_of_name(self) -> str:
        return str(Disclosure(self.row.name_level).label)

    def facts(self) -> list[tuple[str, str, str]]:
        """The attributes with their labels, in the order of the page: key, label, words (empty when not stated)."""
        row, field = self.row, PersonRecord._meta.get_field
        given = {
            "fate": str(row.get_fate_display()),
            "fate_date": self.fate_date,
            "place": self.place,
            "cause": self.cause,
            "age": self.age,
            "born": self.born,
            "sex": str(row.get_sex_display()),
            "civil_status": str(row.get_civil_status_display()),
            "occupation": row.occupation,
            "group": row.group,
        }
        return [(key, str(field(key).verbose_name), value) for key, value in given.items()]  # type: ignore[union-attr]  # plain columns


@dataclass(frozen=True, slots=True)
class Comparison:
    """One attribute of several records side by side."""

    label: str
    values: list[str]
    conflicts: bool


def side_by_side(lines: list[PersonLine]) -> list[Comparison]:
    """The attributes that at least one of the records states; marked where those that stand cannot all be right."""
    marked = set(conflicting([stated(line.row) for line in lines if line.row.status in STANDING]))
    if "age_band" in marked:
        marked.add("age")  # they stand in one row
    facts = [line.facts() for line in lines]
    return [
        Comparison(row[0][1], [value for _key, _label, value in row], row[0][0] in marked)
        for row in zip(*facts, strict=True)
        if any(value for _key, _label, value in row)
    ]
