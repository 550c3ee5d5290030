"""The OpenAPI schema, made from the shapes of answers and from the filters, so that it cannot drift from either."""

import inspect
import types
import typing
from collections.abc import Iterator
from typing import Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter

from api.authentication import MaySubmit
from api.pagination import DEFAULT_SIZE, LARGEST_SIZE
from api.v1 import shapes
from api.v1.fields import keys_of
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
            return {"type": "string", "enum": list(limit.allowed)}
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


AS_OF = (
    "A day, to its end, or a time with its zone that has been: what was public then, as it was told then. It can be combined "
    "with incident, measure, population, claimant, basis, status, relation, has_conflict, kind and incident_type, where a "
    "list has them."
)


class ShapeSchema(AutoSchema):
    """Parameters from the view's filters, answers from its shape. Its views are ``PublicLists``."""

    view: Any

    def get_operation_id(self) -> str:
        noun = type(self.view).__name__.removesuffix("Lists").lower()
        return f"{noun}_{self.view.action}"

    def _is_list_view(self, serializer: Any = None) -> bool:
        """Never, for drf-spectacular: the shapes of lists say themselves that they are pages."""
        return False

    def get_auth(self) -> list[Any]:
        """Reading takes no token; submitting, and seeing what was submitted, does."""
        needed = any(isinstance(one, MaySubmit) for one in self.view.get_permissions())
        return [*super().get_auth(), *([] if needed else [{}])]

    def get_request_serializer(self) -> Any:
        options = [schema_of(shape) for shape in getattr(self.view, "request_shapes", ())]
        return {"application/json": {"oneOf": options}} if options else None

    def _get_request_body(self, direction: str = "request") -> Any:
        body = super()._get_request_body(direction)  # type: ignore[no-untyped-call]  # the library's
        return body and {"required": True, **body}

    def get_tags(self) -> list[str]:
        return [self.path.removeprefix("/api/v1/").split("/")[0] or "api"]

    def get_override_parameters(self) -> list[Any]:
        formats = [renderer.format for renderer in self.view.get_renderers()]
        given = [parameter("format", "Form of the answer; before Accept.", enum=formats)]
        if self.view.action == "create":
            return [*given, IDEMPOTENCY_KEY]
        if self.view.parameters:
            return [*(parameter(name, meaning) for name, meaning in self.view.parameters.items()), *given]
        given += self._of_columns()
        if self.view.action != "list":
            return [*([parameter("as_of", AS_OF)] if self.view.as_of else []), *given]
        filtering = [
            parameter(name, str(one.extra.get("help_text", ""))) for name, one in self.view.filters.base_filters.items()
        ]
        if self.view.as_of:
            filtering.append(parameter("as_of", AS_OF))
        if not self.view.paged:
            return [*filtering, *given]
        orders = [sign + name for name in (self.view.orders or self.view.filters.orders) for sign in ("", "-")]
        return [
            *filtering,
            parameter("ordering", f"Order of the list; {self.view.default_order} unless given.", enum=orders),
            parameter(
                "page_size",
                f"Rows a page, 1 to {LARGEST_SIZE}; {DEFAULT_SIZE} unless given.",
                kind={"type": "integer", "minimum": 1, "maximum": LARGEST_SIZE},
            ),
            parameter("cursor", "Where a page begins: as given in next and previous, not to be made up."),
            parameter("total", "true adds how many there are in all.", enum=["true", "false"]),
            *given,
        ]

    def _of_columns(self) -> list[Any]:
        """How to have less than all of each row, and tags."""
        listed, exported = self.view.action == "list", self.view.action == "list" and self.view.exported
        shape = self.view.shape if listed else self.view.detail_shape or self.view.shape
        meaning = "These keys of each row alone, by commas."
        if exported:
            meaning += " For files with columns, names of columns as well (codebook)."
        names = {"type": "array", "items": {"type": "string", "enum": keys_of(shape)}, "minItems": 1}
        found = [OpenApiParameter("fields", names, "query", description=meaning, style="form", explode=False)]
        if exported:
            tags = "true puts the HXL tags below the header: in csv, csv-safe and xlsx."
            found.append(parameter("hxl", tags, enum=["true", "false"]))
        return found

    def get_response_serializers(self) -> Any:
        answers: dict[Any, Any]
        shape = self.view.shape
        needed = any(isinstance(one, MaySubmit) for one in self.view.get_permissions())
        if self.view.action == "create":
            answers = {(status, "application/json"): schema_of(self.view.answer_shape) for status in (200, 201)}
            return answers | {(status, "application/json"): ERROR_REF for status in REFUSALS}
        if self.view.action == "list":
            whole = schema_of(self.view.page_shape) if self.view.page_shape else page_of(shape)
            answers = {(200, "application/json"): whole}
            for form in self.view.forms:
                for media_type in form.media_types:
                    if form.name in FILES:
                        answers[(200, media_type)] = FILES[form.name]
        else:
            answers = {(200, "application/json"): whole_or_some(self.view.detail_shape or shape)}
        errors = {400: "A parameter is unknown or malformed.", 406: "Accept names nothing that there is."}
        if needed:
            errors |= {401: "There is no token, or it is good for nothing.", 403: "The token may not submit."}
        if self.view.action != "list":
            errors |= {404: "There is no such row, or it is not public."}
            if self.view.gone:
                errors |= {410: "It was public and has been withdrawn; the detail is the reason."}
        return answers | {(status, "application/json"): ERROR_REF for status in errors}


TEXT: dict[str, Any] = {"type": "string", "minLength": 1}
ERROR_REF: dict[str, Any] = {"$ref": "#/components/schemas/Error"}
REFUSALS = (400, 401, 403, 406, 409, 413, 415, 422, 429)
"""How a submission is refused; docs/api.md says when."""
IDEMPOTENCY_KEY = OpenApiParameter(
    name="Idempotency-Key",
    type={"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
    location="header",
    description="Chosen by you, one for each submission, such as a UUID: sent again under it, the same body is answered as it "
    "was the first time, and nothing is recorded twice.",
)


def parameter(name: str, description: str, *, kind: Any = None, enum: list[str] | None = None) -> OpenApiParameter:
    return OpenApiParameter(name=name, type=kind or TEXT, location="query", description=description, enum=enum)
