"""HXL tags: only what the core lists know, where they say it belongs, over values that the standard's schema takes."""

import csv
import json
import os
import re
from pathlib import Path

import pytest

from exchange.codebook import codebook
from exchange.registry import REGISTRY

ROOT = Path(__file__).resolve().parents[2]
HXL = Path(os.environ.get("SIJIL_REAL_DATA", ROOT.parent / "shared" / "data")) / "hxl"
TAGGED = [(name, column) for name, columns in REGISTRY.items() for column in columns if column.hxl]
TAG = re.compile(r"#[a-z][a-z0-9_]*(\+[a-z][a-z0-9_]*)*")

needs_lists = pytest.mark.skipif(not HXL.is_dir(), reason="the real data are not there")


def table(name: str) -> dict[str, dict[str, str]]:
    with (HXL / name).open(encoding="utf-8", newline="") as file:
        header = next(csv.reader(file))
        return {row[0]: dict(zip(header, row, strict=True)) for row in csv.reader(file)}


@pytest.mark.parametrize(("name", "column"), TAGGED, ids=lambda one: getattr(one, "name", one))
def test_a_tag_is_written_as_one(name, column):
    assert TAG.fullmatch(column.hxl)


def test_every_export_has_tags_and_the_codebook_lists_them():
    assert {name for name, _ in TAGGED} == set(REGISTRY)
    document = "\n".join(codebook())
    assert all(f"`{column.hxl}`" in document for _, column in TAGGED)


@pytest.mark.realdata
@needs_lists
def test_every_tag_and_attribute_is_of_the_core_and_belongs_together():
    tags, attributes = table("core_hashtag.hxl.csv"), table("core_attribute.hxl.csv")
    assert (len(tags), len(attributes)) == (45, 71)
    wrong = []
    for name, column in TAGGED:
        tag, *given = re.findall(r"[#+][^#+]+", column.hxl)
        for attribute in given:
            allowed = attributes.get(attribute, {}).get("#valid_hashtags+list+partial", "nothing")
            if allowed and tag not in re.split(r",\s*", allowed):
                wrong.append((name, column.name, column.hxl, attribute))
        if tag not in tags:
            wrong.append((name, column.name, column.hxl, tag))
    assert wrong == []


@pytest.mark.realdata
@needs_lists
def test_values_are_of_the_kind_that_the_default_schema_demands():
    demands = {
        pattern.strip(): rule["#valid_datatype"]
        for rule in json.loads((HXL / "hxl-default-schema.json").read_text(encoding="utf-8"))
        if rule.get("#valid_severity") == "error"
        for pattern in rule["#valid_tag"].split(",")
    }
    assert "#date" in demands
    kinds = {"date": {"date"}, "number": {"integer", "number"}}
    for name, column in TAGGED:
        for pattern, demand in demands.items():
            if set(re.findall(r"[#+][^#+]+", pattern)) <= set(re.findall(r"[#+][^#+]+", column.hxl)):
                calendar_month = (name, column.name) == ("summary", "month")  # 2018-03: a date in HXL as well
                assert column.type in kinds[demand] or calendar_month, (name, column.name)
