"""The application of one subgraph: FastAPI around the raw GraphQL endpoint.

    create_app(subgraph, verifier, open_backends) -> FastAPI

`/graphql` executes; `/health/live` answers while the process lives; `/health/ready` answers 200
once the backends are open. A system of record that is down does not make a subgraph unready: it
goes on answering from the others, with coded errors where data is missing.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

from fastapi import FastAPI
from fastapi.responses import JSONResponse
from starlette.routing import Route

from auth.signed_caller import CallerVerifier, verifier_from_environment
from subgraphs.serving.backends import Backends, OpenBackends, systems_of
from subgraphs.serving.endpoint import GraphQLEndpoint
from subgraphs.serving.schema import SubgraphSchema


@dataclass(frozen=True, slots=True)
class Subgraph:
    """A subgraph: its name (also the audience of signed callers), usual port and schema.

    `backends` makes what opens its backends from the environment's variables.
    """

    name: str
    port: int
    schema: SubgraphSchema
    backends: Callable[[Mapping[str, str]], OpenBackends] = systems_of


def app_from_environment(subgraph: Subgraph, environment: Mapping[str, str]) -> FastAPI:
    """The application as the environment's variables configure it (see `c2c subgraph --help`).

    Raises `SignedCallerSettingsError` or `BackendsSettingsError`, both ValueErrors.
    """
    verifier = verifier_from_environment(environment, subgraph.name)
    return create_app(subgraph, verifier, subgraph.backends(environment))


def create_app(
    subgraph: Subgraph, verifier: CallerVerifier, open_backends: OpenBackends
) -> FastAPI:
    """The ASGI application; `open_backends` is entered when it starts, left when it ends."""
    opened: list[Backends] = []

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with open_backends() as backends:
            opened.append(backends)
            try:
                yield
            finally:
                opened.clear()

    app = FastAPI(
        title=f"{subgraph.name} subgraph",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
    )

    @app.get("/health/live")
    async def live() -> dict[str, str]:
        return {"status": "live", "subgraph": subgraph.name}

    @app.get("/health/ready")
    async def ready() -> JSONResponse:
        state = "ready" if opened else "starting"
        return JSONResponse(
            {"status": state, "subgraph": subgraph.name}, status_code=200 if opened else 503
        )

    endpoint = GraphQLEndpoint(subgraph.schema, verifier, lambda: opened[0] if opened else None)
    app.router.routes.append(Route("/graphql", endpoint, methods=["POST"]))
    return app
