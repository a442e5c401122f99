"""The ASGI application: GraphQL on its own fast way, everything else through FastAPI."""

from __future__ import annotations

from fastapi import FastAPI, Response
from fastapi.responses import JSONResponse

from gateway.server.deployment import Gateway
from gateway.server.graphiql import GraphiqlPages
from gateway.server.http import ArrivedRequest, Receive, Scope, Send
from gateway.server.negotiation import negotiate
from gateway.server.operations import mount_invalidation, mount_metrics
from gateway.server.websocket import WebSocketEndpoint
from gateway.telemetry.metrics import Metrics
from gateway.telemetry.request import Telemetry


class Application:
    """Routes requests. The GraphQL endpoint is served without FastAPI's routing and middleware."""

    def __init__(
        self, gateway: Gateway, pages: GraphiqlPages, telemetry: Telemetry | None = None
    ) -> None:
        self._gateway = gateway
        self._pages = pages
        telemetry = telemetry or Telemetry()
        self.websocket = WebSocketEndpoint(gateway, telemetry)
        self.fastapi = _other_routes(gateway, pages, telemetry.metrics)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one ASGI connection."""
        deployment = self._gateway.current
        known = scope.get("path") == deployment.settings.supergraph.endpoint
        if known and scope["type"] == "websocket":
            await self.websocket(scope, receive, send)
            return
        if not known or scope["type"] != "http":
            await self.fastapi(scope, receive, send)
            return
        if scope["method"] == "GET" and self._wants_page(scope):
            await self._pages.index(deployment.settings)(scope, receive, send)
            return
        deployment.enter()
        try:
            await deployment.endpoint(scope, receive, send)
        finally:
            deployment.leave()

    def takes(self, path: bytes) -> bool:
        """Whether a request target is the GraphQL endpoint (see `http_protocol`)."""
        return path == self._gateway.current.target

    async def direct(self, request: ArrivedRequest) -> None:
        """Answer a POST to the GraphQL endpoint that has arrived whole."""
        deployment = self._gateway.current
        deployment.enter()
        try:
            await deployment.endpoint.direct(request)
        finally:
            deployment.leave()

    def _wants_page(self, scope: Scope) -> bool:
        if not self._gateway.current.settings.graphiql_enabled or scope["query_string"]:
            return False
        accept = next((value for name, value in scope["headers"] if name == b"accept"), b"")
        return negotiate(accept.decode("latin-1")).html_first


def _other_routes(gateway: Gateway, pages: GraphiqlPages, metrics: Metrics | None) -> FastAPI:
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None, title="gateway")
    health = gateway.current.settings.health_check
    if health.enabled:

        @app.get(f"{health.path}/live")
        async def live() -> Response:
            return JSONResponse({"status": "UP"})

        @app.get(f"{health.path}/ready")
        async def ready() -> Response:
            deployment = gateway.current
            ready = not gateway.draining
            body = {
                "status": "UP" if ready else "DRAINING",
                "version": deployment.version,
                "subgraphs": list(deployment.subgraphs),
                "lastReloadRefused": gateway.last_refusal is not None,
            }
            return JSONResponse(body, status_code=200 if ready else 503)

    first = gateway.current.settings
    if metrics is not None:
        mount_metrics(app, first.telemetry.metrics.prometheus.path, metrics)
    if first.response_cache.invalidation.shared_key is not None:
        mount_invalidation(app, gateway, first.response_cache.invalidation)
    pages.mount(app, lambda: gateway.current.settings)
    return app
