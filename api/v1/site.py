"""The pages about the API itself: its root, schema, docs and codebook, and the answer where there is nothing."""

from typing import Any

from csp.decorators import csp_update
from django.http import Http404
from django.urls import reverse
from django.utils.decorators import method_decorator
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.parameters import check_names
from exchange.registry import REGISTRY


@extend_schema(exclude=True)
class RootView(APIView):
    """What there is."""

    renderer_classes = [JSONRenderer]

    def get(self, request: Request) -> Response:
        check_names(request.query_params, ("format",))
        from api.v1.urls import LISTS, WHOLE

        here = request.build_absolute_uri(reverse("v1:root"))
        return Response({name: f"{here}{name}/" for name in (*LISTS, *WHOLE, "codebook", "schema", "docs")})


@extend_schema(exclude=True)
class CodebookView(APIView):
    """Every column of every export: its name, type, meaning and HXL tag."""

    renderer_classes = [JSONRenderer]

    def get(self, request: Request) -> Response:
        check_names(request.query_params, ("format",))
        return Response(
            {
                name: [
                    {"name": column.name, "type": column.type, "meaning": column.meaning, "hxl": column.hxl}
                    for column in columns
                ]
                for name, columns in REGISTRY.items()
            }
        )


@extend_schema(exclude=True)
class SchemaView(SpectacularAPIView):
    """The OpenAPI 3.1 schema."""


@extend_schema(exclude=True)
@method_decorator(csp_update({"style-src": ["'unsafe-inline'"]}), name="dispatch")
class DocsView(SpectacularSwaggerSplitView):
    """The schema as a page that works without a network. Its viewer sets styles on elements."""

    url_name = "v1:schema"
    http_method_names = ["get", "head"]


@extend_schema(exclude=True)
class UnknownView(APIView):
    """Under the API's address everything is answered in the API's form, also what is not there."""

    renderer_classes = [JSONRenderer]

    def get(self, request: Request, **kwargs: Any) -> Response:
        raise Http404

    post = put = patch = delete = get
