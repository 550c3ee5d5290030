"""What holds for every answer under the API's address: compressed where that is asked for, and open to scripts of any site
as far as anybody may read it."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.utils.cache import patch_vary_headers

PREFIX = "/api/"
EXPOSED = "Link, ETag, Retry-After, Content-Disposition, Deprecation, Sunset"
A_DAY = "86400"


class ApiHeaders:
    """Headers of every answer, and the answer to a browser that asks what it may send.

    Tokens are not for scripts of other sites: a browser is told not to send them.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.path.startswith(PREFIX):
            return self.get_response(request)
        if request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers:
            response: HttpResponseBase = HttpResponse(status=204)
            response["Access-Control-Allow-Methods"] = "GET, HEAD, OPTIONS"
            response["Access-Control-Allow-Headers"] = "Accept, If-None-Match"
            response["Access-Control-Max-Age"] = A_DAY
        else:
            response = self.get_response(request)
            response["Access-Control-Expose-Headers"] = EXPOSED
            with_token = "Authorization" in request.headers
            response.setdefault("Cache-Control", "private, no-cache" if with_token else "public, no-cache")
            patch_vary_headers(response, ["Accept", "Authorization"])
        response["Access-Control-Allow-Origin"] = "*"
        return response


class ApiCompression(GZipMiddleware):
    """Compresses the API's answers alone: a page of the admin holds secrets beside what its visitor typed."""

    def process_response(self, request: HttpRequest, response: Any) -> Any:
        return super().process_response(request, response) if request.path.startswith(PREFIX) else response
