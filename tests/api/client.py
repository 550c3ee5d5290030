"""Reading the API as an outsider does."""

import csv
import io
from typing import Any

from django.test import Client

V1 = "/api/v1/"


def get(path: str, expect: int = 200, /, **parameters: Any) -> Any:
    """The JSON answer to a GET under the API's address."""
    response = Client().get(f"{V1}{path}", parameters)
    assert response.status_code == expect, (path, parameters, response.content[:400])
    return response.json()


def results(path: str, **parameters: Any) -> list[dict[str, Any]]:
    return get(path, **({"page_size": 1000} | parameters))["results"]


def rows(path: str, **parameters: Any) -> list[dict[str, str]]:
    """The CSV answer, one dictionary a row."""
    response = Client().get(f"{V1}{path}", {"format": "csv", **parameters})
    assert response.status_code == 200, response.content[:400]
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    return list(csv.DictReader(io.StringIO(b"".join(response.streaming_content).decode("utf-8"), newline="")))


def complaint(path: str, **parameters: Any) -> dict[str, Any]:
    """The first error of a 400."""
    body = get(path, 400, **parameters)
    assert body["type"] == "validation_error"
    return body["errors"][0]
