"""What an invalidation request says: the body of the API and of the hook for business events.

    [{"kind": "subgraph", "subgraph": "billing"},
     {"kind": "type", "subgraph": "billing", "type": "Invoice"},
     {"kind": "cache_tag", "cache_tag": "customer-CUS-0001"}]

The form follows Apollo Router's invalidation endpoint. A business event (CloudEvents) is turned
into tags by the configured formats, e.g. `invoice.issued: ["invoice-{subject}"]`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from gateway.errors import ClientError, Code
from gateway.response_cache.tags import own_tag, subgraph_tag, type_tag

MAX_REQUESTS = 1_000


def tags_of_requests(body: Any) -> list[str]:
    """The tags that an invalidation request names. Raises `ClientError` (`BAD_REQUEST`)."""
    if not isinstance(body, list) or not 0 < len(body) <= MAX_REQUESTS:
        raise _refused(f"The body is a list of 1 to {MAX_REQUESTS} invalidations.")
    return [_tag(item, index) for index, item in enumerate(body)]


def _tag(item: Any, index: int) -> str:
    if not isinstance(item, dict):
        raise _refused(f"Invalidation {index} is not an object.")
    kind = item.get("kind")
    if kind == "subgraph":
        return subgraph_tag(_text(item, "subgraph", index))
    if kind == "type":
        return type_tag(_text(item, "subgraph", index), _text(item, "type", index))
    if kind == "cache_tag":
        return own_tag(_text(item, "cache_tag", index))
    raise _refused(f'Invalidation {index} has no kind "subgraph", "type" or "cache_tag".')


def _text(item: Mapping[str, Any], key: str, index: int) -> str:
    value = item.get(key)
    if not isinstance(value, str) or not value:
        raise _refused(f"Invalidation {index} needs a text `{key}`.")
    return value


def tags_of_event(event: Mapping[str, Any], formats: Mapping[str, Sequence[str]]) -> list[str]:
    """The tags that a business event invalidates: `{subject}` and `{data.x}` are filled in.

    A format whose values the event lacks names nothing.
    """
    tags = []
    for template in formats.get(str(event.get("type")), ()):
        text = _fill(template, event)
        if text is not None:
            tags.append(own_tag(text))
    return tags


def _fill(template: str, event: Mapping[str, Any]) -> str | None:
    result, rest = "", template
    while rest:
        before, opened, rest = rest.partition("{")
        result += before
        if not opened:
            break
        path, _, rest = rest.partition("}")
        value: Any = event
        for step in path.split("."):
            value = value.get(step) if isinstance(value, Mapping) else None
        if not isinstance(value, str | int) or isinstance(value, bool):
            return None
        result += str(value)
    return result


def _refused(message: str) -> ClientError:
    return ClientError(message, Code.BAD_REQUEST)
