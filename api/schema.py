"""The OpenAPI schema, made from the shapes of answers and from the filters, so that it cannot drift from either."""

import inspect
import types
import typing
from collections.abc import Iterator
from typing import Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter

from api.pagination import DEFAULT_SIZE, LARGEST_SIZE
from api.v1 import shapes

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
    if origin is typing.Annotated:
        return {"type": "string", "enum": list(arguments[1].allowed)}
    if origin in (types.UnionType, typing.Union):
        options = [schema_of(argument) for argument in arguments]
        if all(set(option) == {"type"} for option in options):
            return {"type": [option["type"] for option in options]}
        return {"anyOf": options}
    raise TypeError(f"no schema for {kind!r}")


def component(shape: Any) -> dict[str, Any]:
    """The schema of one shape. Every key is always there; nothing else is."""
    properties = {name: schema_of(kind) for name, kind in typing.get_type_hints(shape, include_extras=True).items()}
    return {
        "type": "object",
        "description": inspect.cleandoc(shape.__doc__ or "").removeprefix("dict() -> new empty dictionary"),
        "required": list(properties),
        "additionalProperties": False,
        "properties": properties,
    }


def all_shapes() -> Iterator[Any]:
    for member in vars(shapes).values():
        if typing.is_typeddict(member) and member.__module__.startswith(f"{shapes.__name__}."):
            yield member


def add_shapes(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """drf-spectacular's last hook: put the shapes among the components, and name the licence of the data."""
    components = result.setdefault("components", {}).setdefault("schemas", {})
    components.update({shape.__name__: component(shape) for shape in all_shapes()})
    components["Error"] = ERROR
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
            "results": {"type": "array", "items": schema_of(shape)},
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

    def get_tags(self) -> list[str]:
        return [self.path.removeprefix("/api/v1/").split("/")[0] or "api"]

    def get_override_parameters(self) -> list[Any]:
        formats = [renderer.format for renderer in self.view.get_renderers()]
        given = [parameter("format", "Form of the answer.", enum=formats)]
        if self.view.action != "list":
            return [*([parameter("as_of", AS_OF)] if self.view.as_of else []), *given]
        if self.view.parameters:
            return [*(parameter(name, meaning) for name, meaning in self.view.parameters.items()), *given]
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

    def get_response_serializers(self) -> Any:
        shape = self.view.shape
        if self.view.action == "list":
            whole = schema_of(self.view.page_shape) if self.view.page_shape else page_of(shape)
            answers: dict[Any, Any] = {(200, "application/json"): whole}
            if self.view.export:
                answers[(200, "text/csv")] = {"type": "string", "description": "See the codebook for the columns."}
        else:
            answers = {(200, "application/json"): schema_of(getattr(self.view, "detail_shape", None) or shape)}
        errors = {400: "A parameter is unknown or malformed."}
        if self.view.action != "list":
            errors |= {404: "There is no such row, or it is not public."}
            if self.view.gone:
                errors |= {410: "It was public and has been withdrawn; the detail is the reason."}
        return answers | {(status, "application/json"): {"$ref": "#/components/schemas/Error"} for status in errors}


TEXT: dict[str, Any] = {"type": "string", "minLength": 1}


def parameter(name: str, description: str, *, kind: Any = None, enum: list[str] | None = None) -> OpenApiParameter:
    return OpenApiParameter(name=name, type=kind or TEXT, location="query", description=description, enum=enum)
