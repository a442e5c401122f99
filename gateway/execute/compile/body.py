"""Generating the code that writes request bodies: constant text with variables spliced in."""

from __future__ import annotations

from typing import Any, Final

from gateway.execute import wire_json
from gateway.execute.compile.source import Source
from gateway.plan.nodes import Fetch


def encoded(name: str, variables: Any, notes: dict[Any, Any]) -> bytes:
    """A client's variable as JSON text, encoded once for each request."""
    key = ("variable", name)
    text = notes.get(key)
    if text is None:
        text = notes[key] = wire_json.encode(variables[name])
    return bytes(text)


RUNTIME: Final = {"encode": wire_json.encode, "encoded": encoded}


def head(fetch: Fetch) -> bytes:
    """The body up to the variables, without the closing brace."""
    text = b'{"query":' + wire_json.encode(fetch.document)
    if fetch.operation_name is not None:
        text += b',"operationName":' + wire_json.encode(fetch.operation_name)
    return text


def _name(name: str) -> bytes:
    return wire_json.encode(name) + b":"


def body_writer(source: Source, fetch: Fetch) -> str:
    """The function that writes a fetch's body: `(V, N, representations...) -> bytes`."""
    name = source.fresh("body_")
    parameters = "".join(f", r{index}" for index in range(len(fetch.entities)))
    start = head(fetch)
    with source.block(f"def {name}(V, N{parameters}):"):
        if not fetch.entities and not fetch.variables:
            source.line(f"return {source.bind('body', start + b'}')}")
            return name
        opening = source.bind("head", start + b',"variables":{')
        own = _own(source, fetch)
        if not fetch.variables:
            source.line(f"return {opening} + {' + '.join(own)} + b'}}}}'")
            return name
        source.line("parts = []")
        for variable in fetch.variables:
            key = source.bind("key", _name(variable))
            with source.block(f"if {variable!r} in V:"):
                source.line(f"parts.append({key} + encoded({variable!r}, V, N))")
        if own:
            source.line(f"parts.append({' + '.join(own)})")
        with source.block("if not parts:"):
            source.line(f"return {source.bind('body', start + b'}')}")
        source.line(f"return {opening} + b','.join(parts) + b'}}}}'")
    return name


def _own(source: Source, fetch: Fetch) -> list[str]:
    """The plan's own variables, as expressions whose concatenation is `"a":...,"b":...`."""
    pieces: list[str] = []
    comma = b""
    for index, call in enumerate(fetch.entities):
        pieces += [source.bind("key", comma + _name(call.variable)), f"encode(r{index})"]
        comma = b","
        if call.include_variable is not None:
            pieces.append(source.bind("key", b"," + _name(call.include_variable)))
            pieces.append(f"(b'true' if r{index} else b'false')")
    return pieces
