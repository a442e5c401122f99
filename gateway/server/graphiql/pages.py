"""The page, its files and its configuration."""

from __future__ import annotations

import html
import json
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from fastapi import FastAPI, Request
from fastapi.responses import FileResponse, HTMLResponse, JSONResponse, Response

from gateway.settings import Settings

LOGGER = logging.getLogger("gateway.server")
PREFIX = "/graphiql"
BUILT = Path(__file__).parent / "dist"

_HEADERS = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; worker-src 'self' blob:; connect-src 'self'; "
        "style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "no-cache",
}
_TYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".ttf": "font/ttf",
    ".woff2": "font/woff2",
    ".svg": "image/svg+xml",
    ".map": "application/json",
}
_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>GraphiQL</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="{prefix}/files/main.css">
</head>
<body>
<div id="graphiql" data-endpoint="{endpoint}" data-configuration="{prefix}/configuration">
Loading&hellip;</div>
<script type="module" src="{prefix}/files/main.js"></script>
</body>
</html>
"""
_MISSING = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>GraphiQL is not built</title></head>
<body>
<h1>GraphiQL is not built</h1>
<p>Its files are made from an npm package, which needs Node.js 20 or newer. Install Node.js (on
Debian: <code>apt-get install nodejs npm</code>), then run <code>make setup</code> and load this
page again.</p>
<p>Everything else works without it: send GraphQL requests to <code>{endpoint}</code>.</p>
</body>
</html>
"""


class GraphiqlPages:
    """Serves the built files. `built` is the folder that the build script writes."""

    def __init__(self, built: Path = BUILT) -> None:
        self._built = built

    def index(self, settings: Settings) -> Response:
        """The page, or how to get it."""
        endpoint = html.escape(settings.supergraph.endpoint)
        if not (self._built / "main.js").is_file():
            return HTMLResponse(_MISSING.format(endpoint=endpoint), headers=_HEADERS)
        return HTMLResponse(_PAGE.format(endpoint=endpoint, prefix=PREFIX), headers=_HEADERS)

    def mount(self, app: FastAPI, settings: Callable[[], Settings]) -> None:
        """Add the routes of the page's files. They do not exist while GraphiQL is off."""

        @app.get(PREFIX + "/files/{name}")
        def file(name: str) -> Response:
            path = self._built / name
            known = path.suffix in _TYPES and path.parent == self._built and path.is_file()
            if not settings().graphiql_enabled or not known:
                return Response(status_code=404)
            return FileResponse(path, media_type=_TYPES[path.suffix], headers=_HEADERS)

        @app.get(PREFIX + "/configuration")
        def configuration(request: Request) -> Response:
            current = settings()
            if not current.graphiql_enabled:
                return Response(status_code=404)
            presets = _presets(current) if _names_this_machine(request) else {}
            return JSONResponse(
                {"presets": presets, "explain": current.plan_exposed}, headers=_HEADERS
            )


def _names_this_machine(request: Request) -> bool:
    """Whether the page was asked for by a loopback name.

    A foreign page can make a name of its own lead to this machine (DNS rebinding) and would then
    read the presets' tokens as its own.
    """
    try:
        host = urlsplit(f"//{request.headers.get('host', '')}").hostname or ""
    except ValueError:
        return False
    return host in ("localhost", "::1") or host.startswith("127.")


def _presets(settings: Settings) -> dict[str, Any]:
    """Named header sets; read each time, because demonstration tokens are renewed."""
    path = settings.graphiql.header_presets
    if path is None or not settings.development:
        return {}
    try:
        value = json.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        LOGGER.warning("the header presets of GraphiQL cannot be read: %s", error)
        return {}
    if not isinstance(value, dict):
        return {}
    return {str(name): headers for name, headers in value.items() if isinstance(headers, dict)}
