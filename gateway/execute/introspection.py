"""`__schema` and `__type`, answered at the gateway from its public schema."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from graphql import DocumentNode, GraphQLSchema, execute_sync, parse

from gateway.execute import wire_json
from gateway.execute.port import GraphQLError

_KEPT: Final = 64


class Introspection:
    """One plan's introspection operation; its answers are kept as JSON text, by variables."""

    def __init__(self, schema: GraphQLSchema, operation: str) -> None:
        self._schema = schema
        self._document: DocumentNode = parse(operation, no_location=True)
        self._answers: dict[bytes, tuple[dict[str, Any], list[GraphQLError]]] = {}

    def answer(self, variables: Mapping[str, Any]) -> tuple[dict[str, Any], list[GraphQLError]]:
        """The root fields, each as a JSON fragment, and errors."""
        key = wire_json.encode(dict(variables))
        known = self._answers.get(key)
        if known is None:
            if len(self._answers) >= _KEPT:
                self._answers.pop(next(iter(self._answers)))
            known = self._answers[key] = self._execute(variables)
        fields, errors = known
        return dict(fields), list(errors)

    def _execute(self, variables: Mapping[str, Any]) -> tuple[dict[str, Any], list[GraphQLError]]:
        result = execute_sync(self._schema, self._document, variable_values=dict(variables))
        fields = {
            key: None if value is None else wire_json.Fragment(wire_json.encode(value))
            for key, value in (result.data or {}).items()
        }
        errors: list[GraphQLError] = []
        for error in result.errors or ():
            entry: GraphQLError = {"message": error.message}
            if error.path:
                entry["path"] = list(error.path)
            errors.append(entry)
        return fields, errors
