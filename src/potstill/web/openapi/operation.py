"""One Operation Object (OpenAPI 3.1, 4.8.10): an endpoint with all it takes and answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from potstill.web.openapi.inputs import (
    caused,
    other_parameters,
    path_parameters,
    request_body,
    typed,
)
from potstill.web.openapi.responses import json_types, responses
from potstill.web.openapi.schema import Json, Schemas
from potstill.web.routing.endpoints import Endpoint
from potstill.web.routing.router import Route


def types_of(endpoint: Endpoint) -> list[Any]:
    """Every annotation of the endpoint that needs a schema."""
    signature = endpoint.signature
    return [*typed(signature.taken), *json_types(signature.returns)]


def operation(
    route: Route,
    endpoint: Endpoint,
    variables: Mapping[str, str],
    operation_id: str,
    schemas: Schemas,
) -> Json:
    """The endpoint, documented; `variables` are those of the path, as its template names them."""
    taken = endpoint.signature.taken
    converters = route.pattern.converters
    parameters = path_parameters(converters, taken, schemas)
    for parameter in parameters:
        parameter["name"] = variables[parameter["name"]]
    parameters += other_parameters(taken, schemas)
    body = request_body(taken, schemas)
    errors = caused(taken, converters)
    made: Json = {"operationId": operation_id}
    made |= {"summary": endpoint.summary} if endpoint.summary else {}
    made |= {"description": endpoint.description} if endpoint.description else {}
    made |= {"tags": list(endpoint.tags)} if endpoint.tags else {}
    made |= {"deprecated": True} if endpoint.deprecated else {}
    made |= {"parameters": parameters} if parameters else {}
    made |= {"requestBody": body} if body else {}
    made["responses"] = responses(endpoint.signature.returns, endpoint.method, errors, schemas)
    return made
