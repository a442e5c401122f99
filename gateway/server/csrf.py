"""Prevention of cross-site request forgery.

A browser sends some requests for a foreign page without asking first (no preflight): GETs, and
POSTs whose content type is one of forms'. Such a request is refused unless it carries proof that
it was preflighted, or that no foreign page stands behind it.
"""

from __future__ import annotations

from collections.abc import Mapping

from gateway.errors import ClientError, Code
from gateway.server.negotiation import ContentType
from gateway.settings.serving import Csrf

_FORM_TYPES = frozenset(
    {"application/x-www-form-urlencoded", "multipart/form-data", "text/plain", ""}
)
_BROWSER_HEADERS = ("sec-fetch-site", "origin", "referer", "cookie")


def refuse_forgery(headers: Mapping[str, str], content_type: ContentType, settings: Csrf) -> None:
    """Raise `ClientError` (`CSRF_PREVENTION`) for a request that a foreign page may have caused."""
    if not settings.enabled or content_type.type not in _FORM_TYPES:
        return
    if any(headers.get(name.lower()) for name in settings.required_headers):
        return
    # Pages cannot set this header. `none` means that the user typed the address.
    if headers.get("sec-fetch-site") in ("same-origin", "none"):
        return
    if _is_no_browser(headers):
        return
    raise ClientError(
        "This request could come from a foreign page. Send a `content-type` of application/json, "
        f"or one of the headers {', '.join(settings.required_headers)}.",
        Code.CSRF_PREVENTION,
    )


def _is_no_browser(headers: Mapping[str, str]) -> bool:
    # Every browser names itself "Mozilla/..."; a page that changed that would cause a preflight.
    agent = headers.get("user-agent", "")
    return (
        bool(agent)
        and not agent.startswith("Mozilla/")
        and not any(name in headers for name in _BROWSER_HEADERS)
    )
