"""What surrounds every sandbox system: access, faults, the count of calls, the switchboard.

The switchboard lives under `/sandbox/` and answers to the admin key in `X-Sandbox-Key` only:
GET/DELETE `/sandbox/calls`, GET/POST/DELETE `/sandbox/faults`, GET `/sandbox/health` (the one
path that needs no key).
"""

from __future__ import annotations

import asyncio
import hmac
import re
import threading
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from subgraphs.systems_of_record.records.common import System
from subgraphs.systems_of_record.sandbox.access import TokenIssuer
from subgraphs.systems_of_record.sandbox.faults import Fault, FaultKind, FaultSwitches
from subgraphs.systems_of_record.sandbox.feed import DISORDERED

_WRITES = frozenset({"POST", "PATCH", "PUT", "DELETE"})
_IDENTIFIER = re.compile(r"\('?[^)]*\)|(?<=/)[A-Z]{3}-[A-Za-z0-9-]+")


@dataclass(frozen=True, slots=True)
class Manner:
    """How a system says what every system has to say.

    `is_write` tells a write from a read that is sent as POST.
    """

    system: System
    token_path: str
    token_body: Callable[[str, float], Mapping[str, object]]
    unauthorised: Callable[[], Response]
    throttled: Callable[[float | None], Response]
    failure: Callable[[int, str, str], Response]
    is_write: Callable[[str, str], bool]


class CallCounter:
    """Counts the calls that reached a system, by method and path with the ids left out."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._lock = threading.Lock()

    def note(self, method: str, path: str) -> None:
        """Count one call."""
        with self._lock:
            self._counts[f"{method} {_IDENTIFIER.sub('{id}', path)}"] += 1

    def counts(self) -> dict[str, int]:
        """Calls by operation since the last reset; token requests are not among them."""
        with self._lock:
            return dict(sorted(self._counts.items()))

    def total(self) -> int:
        """All calls since the last reset."""
        with self._lock:
            return self._counts.total()

    def reset(self) -> None:
        """Start counting anew."""
        with self._lock:
            self._counts.clear()


class Shell:
    """The ASGI application of one sandbox system, around the application of its manner."""

    def __init__(self, app: ASGIApp, manner: Manner, issuer: TokenIssuer, admin_key: str) -> None:
        self.manner = manner
        self.faults = FaultSwitches()
        self.calls = CallCounter()
        self._app = app
        self._issuer = issuer
        self._admin_key = admin_key

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope, receive)
        if request.url.path.startswith("/sandbox/"):
            response = await self._switchboard(request)
            await response(scope, receive, send)
            return
        await self._serve(request, scope, receive, send)

    async def _serve(self, request: Request, scope: Scope, receive: Receive, send: Send) -> None:
        method, path = request.method, request.url.path
        if path != self.manner.token_path:
            self.calls.note(method, path)
        if slow := self.faults.take(FaultKind.SLOW, method, path):
            await asyncio.sleep(slow.seconds or 0)
        if self.faults.take(FaultKind.DROP, method, path):
            await _break_off(send)
            return
        refusal = await self._refuse(request)
        if refusal is not None:
            await refusal(scope, receive, send)
            return
        if self.faults.take(FaultKind.DISORDERED_EVENTS, method, path):
            scope[DISORDERED] = True
        if self.manner.is_write(method, path) and await self._spoil(scope, receive, send):
            return
        await self._app(scope, receive, send)

    async def _refuse(self, request: Request) -> Response | None:
        method, path = request.method, request.url.path
        if self.faults.take(FaultKind.DOWN, method, path):
            return self.manner.failure(503, "SERVICE_UNAVAILABLE", "The system is down.")
        if path == self.manner.token_path:
            return await self._token(request)
        if self.faults.take(FaultKind.EXPIRED_TOKEN, method, path):
            self._issuer.forget()
        if not self._issuer.verify(request.headers.get("authorization")):
            return self.manner.unauthorised()
        if throttle := self.faults.take(FaultKind.THROTTLE, method, path):
            return self.manner.throttled(throttle.seconds)
        conditional = any(h in request.headers for h in ("if-match", "if-none-match"))
        if conditional and self.faults.take(FaultKind.STALE_VERSION, method, path):
            return self.manner.failure(412, "PRECONDITION_FAILED", "The object has changed.")
        if self.faults.take(FaultKind.MALFORMED, method, path):
            return Response('{"value": [{"Id": "', media_type="application/json")
        return None

    async def _spoil(self, scope: Scope, receive: Receive, send: Send) -> bool:
        method, path = scope["method"], scope["path"]
        if self.faults.take(FaultKind.ERROR_AFTER_WRITE, method, path):
            await self._app(scope, receive, _swallow)
            response = self.manner.failure(500, "UNEXPECTED", "An unexpected error occurred.")
            await response(scope, receive, send)
            return True
        if self.faults.take(FaultKind.LOST_ANSWER, method, path):
            await self._app(scope, receive, _swallow)
            await _break_off(send)
            return True
        return False

    async def _token(self, request: Request) -> Response:
        async with request.form(max_fields=10) as form:
            fields = {key: value for key, value in form.items() if isinstance(value, str)}
        token = self._issuer.issue(fields, request.headers.get("authorization"))
        if request.method != "POST" or token is None:
            return Response('{"error":"invalid_client"}', 401, media_type="application/json")
        body = orjson.dumps(self.manner.token_body(token, self._issuer.lifetime))
        headers = {"cache-control": "no-store"}
        return Response(body, media_type="application/json", headers=headers)

    async def _switchboard(self, request: Request) -> Response:
        what = request.url.path.removeprefix("/sandbox/")
        if what == "health":
            return _json({"system": self.manner.system.value, "status": "ok"})
        given = request.headers.get("x-sandbox-key", "")
        if not hmac.compare_digest(given.encode(), self._admin_key.encode()):
            return Response(status_code=403)
        match what, request.method:
            case "calls", "GET":
                return _json({"total": self.calls.total(), "operations": self.calls.counts()})
            case "calls", "DELETE":
                self.calls.reset()
            case "faults", "GET":
                return _json([asdict(fault) for fault in self.faults.active()])
            case "faults", "POST":
                return await self._switch_on(request)
            case "faults", "DELETE":
                self.faults.clear()
            case _:
                return Response(status_code=404)
        return Response(status_code=204)

    async def _switch_on(self, request: Request) -> Response:
        try:
            body = orjson.loads(await request.body())
            body["methods"] = tuple(body.get("methods", ()))
            fault = Fault(**{**body, "kind": FaultKind(body["kind"])})
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            return _json({"error": f"no fault: {error}"}, 400)
        self.faults.add(fault)
        return Response(status_code=204)


def writes_by_method(method: str, path: str) -> bool:
    """The usual rule: GET and HEAD read, everything else writes."""
    return method in _WRITES


def _json(body: object, status: int = 200) -> Response:
    return Response(orjson.dumps(body), status, media_type="application/json")


async def _swallow(message: Message) -> None:
    return None


async def _break_off(send: Send) -> None:
    """Announce more bytes than are sent: the server then has to cut the connection."""
    headers = [(b"content-length", b"1000"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b"{", "more_body": True})
