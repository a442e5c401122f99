"""From a client's text to an `Operation`: parse, limits, validation. Cached by text."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass

from graphql import GraphQLSchema, OperationDefinitionNode

from gateway.document.cache import SingleFlightCache
from gateway.document.limits import check_limits, measure_operation
from gateway.document.operation import (
    Operation,
    bytes_of,
    fragments_of,
    read_operation,
    select_operation,
)
from gateway.document.parse import parse_document
from gateway.document.validate import ValidationOptions, validate_document
from gateway.errors import ClientError
from gateway.settings.serving import Limits

_REFUSED_BYTES = 2_000


@dataclass(frozen=True, slots=True)
class _Refused:
    """A text that was refused before; the same text will be refused again without work."""

    error: ClientError


class DocumentReader:
    """Reads documents against one schema.

    Work on a text seen for the first time happens on `executor`, so that a large document does not
    hold up other requests. `capacity` bounds what is kept, in bytes.
    """

    def __init__(
        self,
        schema: GraphQLSchema,
        limits: Limits,
        options: ValidationOptions,
        executor: Executor,
        capacity: int,
        report: Callable[[str], None] | None = None,
    ) -> None:
        self._schema = schema
        self._limits = limits
        self._options = options
        self._executor = executor
        self.cache: SingleFlightCache[tuple[str, str | None], Operation | _Refused] = (
            SingleFlightCache(capacity, _size, report)
        )

    def known(self, text: str, operation_name: str | None) -> Operation | None:
        """The operation, if the text was read before and is valid. The hot path: no await."""
        found = self.cache.get((text, operation_name))
        return found if isinstance(found, Operation) else None

    async def read(self, text: str, operation_name: str | None) -> Operation:
        """The operation that a request means. Raises `ClientError` with a code of its own."""
        key = (text, operation_name)
        found = self.cache.get(key)
        if found is None:
            found = await self.cache.compute(key, lambda: self._in_thread(text, operation_name))
        if isinstance(found, Operation):
            return found
        raise found.error.with_traceback(None)

    async def _in_thread(self, text: str, operation_name: str | None) -> Operation | _Refused:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._executor, self._judge, text, operation_name)

    def _judge(self, text: str, operation_name: str | None) -> Operation | _Refused:
        try:
            return self.read_now(text, operation_name)
        except ClientError as error:
            return _Refused(error)

    def read_now(self, text: str, operation_name: str | None) -> Operation:
        """The same without cache, in the calling thread."""
        document = parse_document(text, self._limits)
        # Spreads in circles are found cheaply here, before the library's rules walk them.
        fragments = fragments_of(document)
        for each in document.definitions:
            if isinstance(each, OperationDefinitionNode):
                measure_operation(each, fragments)
        definition = select_operation(document, operation_name)
        measure = check_limits(definition, fragments, self._limits)
        validate_document(self._schema, document, self._options)
        return read_operation(self._schema, document, definition, measure)


def _size(key: tuple[str, str | None], value: Operation | _Refused) -> int:
    return len(key[0]) + _REFUSED_BYTES if isinstance(value, _Refused) else bytes_of(key[0])
