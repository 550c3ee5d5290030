"""The OpenAPI schema: what can be asked, from the filters, and what is answered, from the shapes; it cannot drift from either."""

from collections.abc import Iterator
from typing import Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse

from accounts.taking import IDENTIFIER, MOMENT, TEXT, TRUTH, Schema, code
from api.authentication import MaySubmit
from api.components import ERROR_REF, FILES, page_of, schema_of, whole_or_some
from api.pagination import DEFAULT_SIZE, LARGEST_SIZE, PAGE_SIZE
from api.v1.fields import keys_of

AS_OF = (
    "A day, to its end, or a time with its zone that has been: what was public then, as it was told then. It can be combined "
    "with incident, measure, population, claimant, basis, status, relation, has_conflict, kind and incident_type, where a "
    "list has them."
)
ERRORS = {
    400: "A parameter is unknown or malformed, or does not go with another.",
    401: "The token is good for nothing.",
    404: "There is no such row, or it is not public.",
    406: "Accept names nothing that there is.",
    410: "It was public and has been withdrawn, or at the time that was asked for; the detail is the reason.",
    429: "More requests than there may be in a minute.",
}
"""Why something is not read."""
REFUSALS = {
    400: "What was sent is not of the shape that is given here, or no JSON; nothing is recorded.",
    401: "There is no token, or it is good for nothing.",
    403: "The token may not submit.",
    406: ERRORS[406],
    409: "The Idempotency-Key was used for another body.",
    413: "The body is larger than 5 MB.",
    415: "The body is not application/json in UTF-8.",
    422: "The shape is right, and it cannot be recorded, such as a code that there is not; nothing is recorded.",
    429: "More submissions than there may be in a minute.",
}
"""How a submission is refused."""
RECORDED = {
    200: "Of a batch sent with per_row some are recorded, some refused; each result says which.",
    201: "All is recorded, and waits for review.",
}
IDEMPOTENCY_KEY = OpenApiParameter(
    name="Idempotency-Key",
    type={"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
    location="header",
    description="Chosen by you, one for each submission, such as a UUID: sent again under it, the same body is answered as it "
    "was the first time, and nothing is recorded twice.",
)
IF_NONE_MATCH = OpenApiParameter(
    name="If-None-Match",
    type={"type": "string"},
    location="header",
    description="The ETag of an answer that you have: 304 while nothing changed that you could see.",
)

EXAMPLE: dict[str, Any] = {
    "incident": "SJ-QD5GCH",
    "measure": "killed",
    "population": "palestinians",
    "as_of": "2018-04-22",
    "count": {"quantifier": "at_least", "value": 4, "stated": "at least four", "language": "en"},
    "claimant": "agps",
    "citations": [
        {
            "source": {
                "url": "https://news.example/2018/04/22/four",
                "title": "Four killed",
                "kind": "news_article",
                "published": "2018-04-22",
                "language": "en",
            },
            "relays": ["mina"],
            "locator": "third paragraph",
        }
    ],
}
EXAMPLES = {
    "claim": {"summary": "One claim", "value": EXAMPLE},
    "claims": {"summary": "Several", "value": {"mode": "per_row", "claims": [EXAMPLE | {"as_of": "2018-04-23"}]}},
}
STATE = {
    "operationId": "submission_list",
    "parameters": {"idempotency_key": "$request.header.Idempotency-Key"},
    "description": "What became of it.",
}
SHOWN = {"pk": "id", "scope": "id", "outside_code": "code"}
"""What a key is called in answers, where that is not its own name."""


def parameter(name: str, description: str, takes: Schema, *, enum: list[str] | None = None) -> OpenApiParameter:
    return OpenApiParameter(name=name, type=takes, location="query", description=description, enum=enum)


def header(name: str, description: str, takes: Schema, *statuses: int, required: bool = True) -> OpenApiParameter:
    """A header of the answers with these statuses."""
    return OpenApiParameter(
        name=name, type=takes, location="header", description=description, response=[*statuses], required=required
    )


class ShapeSchema(AutoSchema):
    """Parameters from the view's filters, answers from its shape. Its views are ``PublicLists``."""

    view: Any

    def get_operation_id(self) -> str:
        return f"{self._noun}_{self.view.action}"

    @property
    def _noun(self) -> str:
        return type(self.view).__name__.removesuffix("Lists").lower()

    @property
    def _tagged(self) -> bool:
        """Whether answers have a validator; if not for every reader."""
        return self.view.action != "create" and type(self.view).validated is not False

    @property
    def _needs_token(self) -> bool:
        return any(isinstance(one, MaySubmit) for one in self.view.get_permissions())

    def _is_list_view(self, serializer: Any = None) -> bool:
        """Never, for drf-spectacular: the shapes of lists say themselves that they are pages."""
        return False

    def get_auth(self) -> list[Any]:
        """Reading takes no token; submitting, and seeing what was submitted, does."""
        return [*super().get_auth(), *([] if self._needs_token else [{}])]

    def get_request_serializer(self) -> Any:
        options = [schema_of(shape) for shape in getattr(self.view, "request_shapes", ())]
        return {"application/json": {"oneOf": options}} if options else None

    def _get_request_body(self, direction: str = "request") -> Any:
        body = super()._get_request_body(direction)  # type: ignore[no-untyped-call]  # the library's
        for content in body["content"].values() if body else ():
            content["examples"] = EXAMPLES
        return body and {"required": True, **body}

    def get_tags(self) -> list[str]:
        return [self._tag or "api"]

    @property
    def _tag(self) -> str:
        return self.path.removeprefix("/api/v1/").split("/")[0]

    def get_operation(self, *given: Any) -> Any:
        """As drf-spectacular makes it; and a list leads to the rows in it, a submission to what became of it."""
        made = super().get_operation(*given)
        if made and self.view.action == "create":
            made["responses"]["201"]["links"] = {"state": STATE}
        if made and self.view.action == "list" and self.view.key:
            shown = SHOWN.get(self.view.key, self.view.key)
            key = {"key": f"$response.body#/results/0/{shown}"}
            link = {"operationId": f"{self._noun}_retrieve", "parameters": key}
            made["responses"]["200"]["links"] = {"first": link | {"description": "The first row of the page, alone."}}
        return made

    def get_override_parameters(self) -> list[Any]:
        return [*self._asked(), *self._headers()]

    def _asked(self) -> Iterator[Any]:
        """What can be asked for."""
        view = self.view
        if view.action == "retrieve":
            yield OpenApiParameter("key", IDENTIFIER if view.key_type == "uuid" else code(self._tag), "path")
        formats = [renderer.format for renderer in view.get_renderers()]
        yield parameter("format", "Form of the answer; before Accept.", TEXT, enum=formats)
        if view.action == "create":
            yield IDEMPOTENCY_KEY
            return
        if self._tagged:
            yield IF_NONE_MATCH
        if view.parameters:
            yield from (parameter(name, meaning, takes) for name, (takes, meaning) in view.parameters.items())
            return
        yield from self._of_columns()
        if view.as_of:
            yield parameter("as_of", AS_OF, MOMENT)
        if view.action == "list":
            filters = view.filters.base_filters
            yield from (parameter(name, one.meaning, one.takes) for name, one in filters.items())
            if view.paged:
                yield from self._of_pages()

    def _of_pages(self) -> Iterator[Any]:
        """Where a page begins, and how long it is."""
        orders = [sign + name for name in (self.view.orders or self.view.filters.orders) for sign in ("", "-")]
        yield parameter("ordering", f"Order of the list; {self.view.default_order} unless given.", TEXT, enum=orders)
        yield parameter("page_size", f"Rows a page, 1 to {LARGEST_SIZE}; {DEFAULT_SIZE} unless given.", PAGE_SIZE)
        told = "Where a page begins: as given in next and previous, not to be made up."
        yield parameter("cursor", told, TEXT | {"format": "cursor"})
        yield parameter("total", "true adds how many there are in all.", TRUTH)

    def _of_columns(self) -> Iterator[Any]:
        """How to have less than all of each row, and tags."""
        listed, exported = self.view.action == "list", self.view.action == "list" and self.view.exported
        shape = self.view.shape if listed else self.view.detail_shape or self.view.shape
        meaning = "These keys of each row alone, by commas."
        if exported:
            meaning += " For files with columns, names of columns as well (codebook)."
        names = {"type": "array", "items": {"type": "string", "enum": keys_of(shape)}, "minItems": 1}
        yield OpenApiParameter("fields", names, "query", description=meaning, style="form", explode=False)
        if exported:
            yield parameter("hxl", "true puts the HXL tags below the header: in csv, csv-safe and xlsx.", TRUTH)

    def _headers(self) -> Iterator[Any]:
        """The headers of answers."""
        statuses = self._statuses()
        if self._tagged:
            always = type(self.view).validated is True  # and not of some readers alone
            yield header("ETag", "To be sent as If-None-Match.", {"type": "string"}, 200, 304, required=always)
        if self.view.action == "list":
            told = "The addresses of the next and the previous page, where there are such."
            yield header("Link", told, {"type": "string"}, 200, required=False)
            if self.view.forms:
                told = "Of files: a name that a person recognises."
                yield header("Content-Disposition", told, {"type": "string"}, 200, required=False)
        if 301 in statuses:
            yield header("Location", "Where it is read.", {"type": "string", "format": "uri"}, 301)
        yield header("WWW-Authenticate", "How a token is shown.", {"type": "string"}, 401)
        yield header("Retry-After", "In how many seconds to come again.", {"type": "integer", "minimum": 0}, 429)

    def _statuses(self) -> dict[int, str]:
        """What is answered other than a success, and when."""
        view = self.view
        if view.action == "create":
            return REFUSALS
        statuses = {status: ERRORS[status] for status in (400, 401, 406, 429)}
        if self._tagged:
            statuses[304] = "You have it: nothing changed that you could see."
        if self._needs_token:
            statuses |= {status: REFUSALS[status] for status in (401, 403)}
        if view.action == "retrieve":
            statuses[404] = ERRORS[404]
            if view.gone:
                statuses[301] = "It was merged into another."
            if view.gone or view.as_of:
                statuses[410] = ERRORS[410]
        return statuses

    def get_response_serializers(self) -> Any:
        answers: dict[Any, Any] = {}
        if self.view.action == "create":
            for status, told in RECORDED.items():
                answers[status, "application/json"] = OpenApiResponse(schema_of(self.view.answer_shape), told)
        else:
            answers |= {(200, media_type): schema for media_type, schema in self._read().items()}
        for status, told in sorted(self._statuses().items()):
            body = None if status < 400 else ERROR_REF
            answers[status, "application/json"] = OpenApiResponse(body, told)
        return answers

    def _read(self) -> dict[str, Schema]:
        """What is read, by media type."""
        view = self.view
        if view.action != "list":
            return {"application/json": whole_or_some(view.detail_shape or view.shape)}
        whole = schema_of(view.page_shape) if view.page_shape else page_of(view.shape)
        files = {
            media_type: FILES[form.name] for form in view.forms for media_type in form.media_types if form.name in FILES
        }
        return {"application/json": whole, **files}
