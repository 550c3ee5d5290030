"""What the database's triggers say when they refuse, told in the reader's language.

Each pattern is a message of a trigger with names for what it fills in. The database says it in English, with its own names
of tables, columns and states; people are told those of the admin. A test holds the patterns to the triggers that there are.
"""

import re
from functools import cache
from typing import Any

from django.apps import apps
from django.db import models
from django.utils.translation import gettext, gettext_noop

from accounts.telling import listed

SAID: tuple[str, ...] = (
    # every room
    gettext_noop("table %(table)s is never truncated"),
    gettext_noop("%(operation)s of %(table)s is refused: %(why)s"),
    gettext_noop("%(row)s would contain itself (%(table)s)"),
    gettext_noop("place %(row)s would lie within itself"),
    gettext_noop("token %(row)s is revoked, and never changed or deleted"),
    gettext_noop("scope %(row)s keeps its identity"),
    gettext_noop("edition %(row)s is what was outside, and is never changed or deleted"),
    gettext_noop("submission %(row)s was answered, and is never changed or deleted"),
    # organizations and sources
    gettext_noop("%(table)s %(row)s: what is merged leads straight to a record that is not merged itself"),
    gettext_noop("%(table)s %(row)s: what is merged is never more restricted than what it leads to"),
    gettext_noop("%(table)s %(row)s: a protected individual is merged with protected individuals alone"),
    gettext_noop("%(table)s %(row)s was merged into another: name that one"),
    gettext_noop("%(table)s %(row)s was withdrawn: name another"),
    gettext_noop("%(table)s %(row)s: what is still named is not withdrawn (%(what)s)"),
    # what is said, and where
    gettext_noop("%(table)s %(row)s was submitted and is never deleted"),
    gettext_noop("%(table)s %(row)s was submitted: %(columns)s can no longer change"),
    gettext_noop("%(table)s %(row)s was accepted: by whom and when can no longer change"),
    gettext_noop("%(table)s %(row)s: who recorded it can no longer change"),
    gettext_noop("%(table)s %(row)s is entered as a draft or as proposed, and decided later"),
    gettext_noop("%(table)s %(row)s has no citation"),
    gettext_noop("%(table)s %(row)s: what is %(was)s cannot become %(becomes)s"),
    gettext_noop("citation %(row)s belongs to a submitted assertion and is never changed or deleted"),
    gettext_noop("relay %(row)s belongs to a submitted assertion and is never changed or deleted"),
    gettext_noop("derivation %(row)s belongs to a submitted claim and is never changed or deleted"),
    gettext_noop("the chain of citation %(row)s is not whole: its relays are not those it was recorded with"),
    gettext_noop("citation %(row)s stands already: a later one comes after it"),
    # terms
    gettext_noop("claim %(row)s: measure %(measure)s counts people, so a population is needed"),
    gettext_noop("claim %(row)s: measure %(measure)s counts no people, so a population cannot be given"),
    gettext_noop("measure %(row)s is used by claims: whether it counts people can no longer change"),
    gettext_noop("coding rule %(row)s is used by claims: its words and bounds can no longer change"),
    gettext_noop("population %(row)s is used by claims: its dimensions can no longer change"),
    gettext_noop("population %(row)s is used by claims: it stays a part of %(broader)s"),
    # incidents
    gettext_noop("%(row)s is an event: only a situation has parts"),
    gettext_noop("%(row)s has parts and so remains a situation"),
    gettext_noop("%(row)s: a reference is permanent"),
    gettext_noop("%(row)s was published: when can no longer change"),
    gettext_noop("%(row)s was published and is withdrawn, never deleted"),
    gettext_noop("%(row)s is published: it changes when a revision of it is approved"),
    gettext_noop("%(row)s is published: its places, kinds and situations change when a revision is approved"),
    gettext_noop("%(row)s becomes what the approved revision holds and nothing else: %(incident_columns)s"),
    gettext_noop("%(row)s is entered as a draft, and published later by somebody else"),
    gettext_noop("a revision is opened as a draft, and decided later by somebody else"),
    gettext_noop("revision %(row)s is given up, never deleted"),
    gettext_noop("revision %(row)s stays as it was submitted or decided"),
    gettext_noop("comment %(row)s was said and stays"),
    gettext_noop("comment %(row)s is about a row, and goes where that goes"),
    gettext_noop("merge %(row)s stays as it was decided; it can be undone once"),
    gettext_noop("merge %(row)s: a merge is entered as standing, and taken back later"),
    gettext_noop("merge %(row)s: the incident was not %(was)s"),
    gettext_noop("merge %(row)s: what it leads to is merged itself"),
    gettext_noop("merge %(row)s: what is merged leads to another incident, and nothing else does"),
    gettext_noop("%(row)s: what is merged leads to another incident, and nothing else does"),
    gettext_noop("%(row)s: what was merged returns to what it was, when the merge is taken back"),
    gettext_noop("figure %(row)s: a figure begins as proposed"),
    gettext_noop("figure %(row)s stays as it was proposed: it is superseded, never edited or deleted"),
    gettext_noop("figure %(row)s is decided on: what it rests on is never edited"),
    gettext_noop("figure %(row)s: claim %(claim)s is about another incident"),
    # persons
    gettext_noop("person record %(row)s was submitted: its names and chain can no longer change"),
    gettext_noop("person record %(row)s has neither a name nor a description"),
    gettext_noop("person record %(row)s is not accepted: its name stays restricted"),
    gettext_noop("person record %(row)s is of a child, or of one who may be alive: the name is decided one by one"),
    gettext_noop("person record %(row)s is a draft: it is linked when it is submitted"),
    gettext_noop("a decision about a name supersedes one about the same record"),
    gettext_noop("a decision about a link supersedes one about the same record and victim"),
)  # fmt: skip

WHY: tuple[str, ...] = (
    gettext_noop("a user is deactivated, never deleted"),
    gettext_noop("history is append-only"),
    gettext_noop("a code is permanent"),
    gettext_noop("what is merged stays as it is until the merge is taken back"),
    gettext_noop("what is withdrawn stays as it is"),
    gettext_noop("what a figure rests on is never edited"),
    gettext_noop("what was outside stays as it was"),
    gettext_noop("what was submitted stays as it was"),
    gettext_noop("the log of transitions is append-only"),
    gettext_noop("a victim has only its permanent reference; links are decided, and taken back"),
    gettext_noop("a decision about a link is superseded by another, never edited"),
    gettext_noop("a decision about a name is superseded by another, never edited"),
    gettext_noop("the log of readings is append-only"),
)  # fmt: skip
"""The reasons that ``refuse_change`` is given."""

OPERATIONS = {"INSERT": gettext_noop("entry"), "UPDATE": gettext_noop("change"), "DELETE": gettext_noop("deletion")}
INCIDENT = "incidents_incident"
NAME = re.compile(r"%\((\w+)\)s")


def bare(pattern: str) -> str:
    """A pattern as the trigger has it: with a bare % for each value."""
    return NAME.sub("%", pattern)


def told(message: str) -> str:
    """What a trigger said, in the reader's language; as it is where no pattern fits."""
    for pattern, said in _readers():
        found = pattern.fullmatch(message)
        if found is not None:
            values = found.groupdict()
            table = values.get("table") or INCIDENT
            return gettext(said) % {name: _value(name, text, table) for name, text in values.items()}
    return message


@cache
def _readers() -> list[tuple[re.Pattern[str], str]]:
    """Each pattern as one that reads; first those that say most, so that none is taken for a vaguer one."""
    ordered = sorted(SAID, key=lambda said: len(NAME.sub("", said)), reverse=True)
    return [(_reader(said), said) for said in ordered]


def _reader(pattern: str) -> re.Pattern[str]:
    pieces = NAME.split(pattern)  # words and names in turn
    return re.compile(
        "".join(f"(?P<{piece}>.+?)" if number % 2 else re.escape(piece) for number, piece in enumerate(pieces)),
        re.DOTALL,
    )


def _value(name: str, text: str, table: str) -> str:
    if name == "table":
        return table_name(text)
    if name in {"columns", "incident_columns"}:
        return column_names(table, text)
    if name in {"was", "becomes"}:
        return gettext(text.replace("_", " "))
    if name == "operation":
        return gettext(OPERATIONS.get(text, text))
    if name == "why":
        return gettext(text)
    return text


@cache
def _models() -> dict[str, type[models.Model]]:
    return {model._meta.db_table: model for model in apps.get_models(include_auto_created=True)}


def table_name(table: str) -> str:
    """What a table holds, as the admin calls it."""
    model = _models().get(table)
    return str(model._meta.verbose_name) if model is not None else table


def column_names(table: str, columns: str) -> str:
    """Columns, separated by commas, as the admin calls them."""
    model = _models().get(table)
    fields: dict[str, Any] = {}
    if model is not None:
        fields = {name: field for field in model._meta.get_fields() if hasattr(field, "verbose_name")
                  for name in (field.name, getattr(field, "column", None) or field.name)}  # fmt: skip
    return listed(
        str(fields[name].verbose_name) if name in fields else name for name in columns.replace('"', "").split(", ")
    )
