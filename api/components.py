"""The components of the OpenAPI schema: what is sent and answered, made from the shapes, so that it cannot drift from them."""

import inspect
import types
import typing
from collections.abc import Iterator
from typing import Any

from api.v1 import shapes
from api.v1.shapes.basic import Words
from api.v1.shapes.limits import Rows

PRIMITIVES: dict[Any, dict[str, Any]] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    float: {"type": "number"},
    bool: {"type": "boolean"},
    type(None): {"type": "null"},
}

ERROR: dict[str, Any] = {
    "type": "object",
    "description": "Every error has this shape; attr names the parameter it concerns, or is null.",
    "required": ["type", "errors"],
    "additionalProperties": False,
    "properties": {
        "type": {"type": "string", "enum": ["validation_error", "client_error", "server_error"]},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["code", "detail", "attr"],
                "additionalProperties": False,
                "properties": {
                    "code": {"type": "string"},
                    "detail": {"type": "string"},
                    "attr": {"type": ["string", "null"]},
                },
            },
        },
    },
}


def schema_of(kind: Any) -> dict[str, Any]:
    """The JSON schema of a type used in shapes; another shape by reference."""
    if kind in PRIMITIVES:
        return dict(PRIMITIVES[kind])
    if typing.is_typeddict(kind):
        return {"$ref": f"#/components/schemas/{kind.__name__}"}
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin is list:
        return {"type": "array", "items": schema_of(arguments[0])}
    if origin is typing.NotRequired:
        return schema_of(arguments[0])
    if origin is typing.Annotated:
        limit = arguments[1]
        if isinstance(limit, Words):
            titled = {"title": limit.title} if limit.title else {}
            return {"type": "string", **titled, "enum": list(limit.allowed)}
        return limit.schema(schema_of(typing.get_args(arguments[0])[0])) if isinstance(limit, Rows) else limit.schema()
    if origin in (types.UnionType, typing.Union):
        options = [schema_of(argument) for argument in arguments]
        if all(set(option) == {"type"} for option in options):
            return {"type": [option["type"] for option in options]}
        return {"anyOf": options}
    raise TypeError(f"no schema for {kind!r}")


def component(shape: Any) -> dict[str, Any]:
    """The schema of one shape. Every key is there, but of what is sent those that may be left out; nothing else is."""
    properties = {name: schema_of(kind) for name, kind in typing.get_type_hints(shape, include_extras=True).items()}
    return {
        "type": "object",
        "description": inspect.cleandoc(shape.__doc__ or "").removeprefix("dict() -> new empty dictionary"),
        "required": [name for name in properties if name in shape.__required_keys__],
        "additionalProperties": False,
        "properties": properties,
    }


def some_of(shape: Any) -> dict[str, Any]:
    """The schema of an answer of which ``fields`` names some keys: the same, but none is promised."""
    whole = component(shape)
    del whole["required"]
    return whole | {
        "description": f"Of {shape.__name__}, the keys that `fields` names, in the same order.",
        "minProperties": 1,
    }


def whole_or_some(shape: Any) -> dict[str, Any]:
    """A whole row; or, where ``fields`` was given, some of its keys. Whoever does not give it need not read on."""
    return {"anyOf": [schema_of(shape), {"$ref": f"#/components/schemas/{some_name(shape)}"}]}


def some_name(shape: Any) -> str:
    return f"SomeOf{shape.__name__}"


def selectable() -> Iterator[Any]:
    """The shapes of which ``fields`` can name keys: of rows of lists, and of rows alone."""
    from api.v1.urls import LISTS, WHOLE  # which are made of what imports this

    for lists in (*LISTS.values(), *WHOLE.values()):
        if lists.page_shape is None:
            yield lists.shape
            if lists.detail_shape:
                yield lists.detail_shape


POSITION: dict[str, Any] = {
    "type": "array",
    "items": {"type": "number"},
    "minItems": 2,
    "maxItems": 2,
    "description": "Longitude and latitude, in degrees (WGS 84).",
}
COLLECTION: dict[str, Any] = {
    "type": "object",
    "description": "A FeatureCollection (RFC 7946): a feature a row, its properties the columns of the export (codebook). "
    "The geometry is null where nobody knows where.",
    "required": ["type", "features"],
    "additionalProperties": False,
    "properties": {
        "type": {"type": "string", "const": "FeatureCollection"},
        "features": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["type", "geometry", "properties"],
                "additionalProperties": False,
                "properties": {
                    "type": {"type": "string", "const": "Feature"},
                    "id": {"type": "string"},
                    "geometry": {
                        "anyOf": [
                            {"type": "null"},
                            *(
                                {
                                    "type": "object",
                                    "required": ["type", "coordinates"],
                                    "additionalProperties": False,
                                    "properties": {
                                        "type": {"type": "string", "const": kind},
                                        "coordinates": coordinates,
                                    },
                                }
                                for kind, coordinates in (
                                    ("Point", POSITION),
                                    ("MultiPoint", {"type": "array", "items": POSITION}),
                                )
                            ),
                        ]
                    },
                    "properties": {
                        "type": "object",
                        "additionalProperties": {"type": ["string", "number", "boolean", "null"]},
                    },
                },
            },
        },
    },
}
ERROR_REF: dict[str, Any] = {"$ref": "#/components/schemas/Error"}
FILES: dict[str, dict[str, Any]] = {
    "jsonl": {"type": "string", "description": "A row a line, each the object that the list answers for it."},
    "csv": {
        "type": "string",
        "description": "See the codebook for the columns. With `profile=csv-safe`, for spreadsheets.",
    },
    "xlsx": {"type": "string", "format": "binary", "description": "One sheet with the columns of the codebook."},
    "geojson": {"$ref": "#/components/schemas/FeatureCollection"},
}


def all_shapes() -> Iterator[Any]:
    for member in vars(shapes).values():
        if typing.is_typeddict(member) and member.__module__.startswith(f"{shapes.__name__}."):
            yield member


def add_shapes(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """drf-spectacular's last hook: put the shapes among the components, and name the licence of the data."""
    components = result.setdefault("components", {}).setdefault("schemas", {})
    components.update({shape.__name__: component(shape) for shape in all_shapes()})
    components.update({some_name(shape): some_of(shape) for shape in selectable()})
    components |= {"Error": ERROR, "FeatureCollection": COLLECTION}
    return result


def page_of(shape: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "required": ["next", "previous", "results"],
        "additionalProperties": False,
        "properties": {
            "next": {"type": ["string", "null"], "format": "uri", "description": "Address of the next page."},
            "previous": {"type": ["string", "null"], "format": "uri", "description": "Address of the page before."},
            "total": {"type": "integer", "description": "How many there are in all, if asked for."},
            "redacted": {
                "type": "array",
                "items": {"type": "string"},
                "description": "With as_of: what was public then, and has been restricted since.",
            },
            "results": {"type": "array", "items": whole_or_some(shape)},
        },
    }
