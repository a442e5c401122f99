"""Reading uploads (GraphQL multipart request specification)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from gateway.errors import ClientError, Code
from gateway.execute import wire_json
from gateway.settings.serving import FileUploads
from gateway.uploads.files import UploadedFile, new_reference

_MAX_HEADER_BYTES = 4096


@dataclass(slots=True)
class _Part:
    headers: dict[str, str] = field(default_factory=dict)
    content: bytearray = field(default_factory=bytearray)
    name: str = ""
    file_name: str | None = None


@dataclass(frozen=True, slots=True)
class Uploads:
    """The decoded `operations`, files replaced by references, and the files by reference."""

    operations: Any
    files: Mapping[str, UploadedFile]


def read_uploads(body: bytes, boundary: str, settings: FileUploads) -> Uploads:
    """Take a multipart/form-data body apart.

    Raises `ClientError`: 400 `BAD_REQUEST` for what breaks the specification, 413
    `REQUEST_TOO_LARGE` for a file beyond the bounds.
    """
    parts = _Collector(settings).parse(body, boundary)
    if len(parts) < 2 or parts[0].name != "operations" or parts[1].name != "map":
        raise _malformed("The parts `operations` and `map` must come first.")
    operations = _decode(parts[0], "operations")
    mapping = _decode(parts[1], "map")
    files = _files(parts[2:], settings)
    if not isinstance(mapping, dict) or set(mapping) != set(files):
        raise _malformed("`map` must name each file once, and no other.")
    referenced: dict[str, UploadedFile] = {}
    for name, paths in mapping.items():
        if not isinstance(paths, list) or not paths:
            raise _malformed("`map` must give each file a list of paths.")
        reference = new_reference()
        referenced[reference] = files[name]
        for path in paths:
            _place(operations, path, reference)
    return Uploads(operations, referenced)


def _files(parts: list[_Part], settings: FileUploads) -> dict[str, UploadedFile]:
    files: dict[str, UploadedFile] = {}
    for part in parts:
        if part.file_name is None or part.name in files:
            raise _malformed("Each further part must be a file with a name of its own.")
        if len(files) >= settings.max_files:
            raise _too_large(f"The request has more than the {settings.max_files} files allowed.")
        content_type = part.headers.get("content-type", "application/octet-stream")
        files[part.name] = UploadedFile(part.file_name, content_type, bytes(part.content))
    return files


def _place(operations: Any, path: Any, reference: str) -> None:
    """Put a reference where the path leads to; null must stand there."""
    if not isinstance(path, str) or not path.startswith("variables."):
        raise _malformed("The paths of `map` must begin with `variables.`.")
    *steps, last = path.split(".")
    holder = operations
    for step in steps:
        holder = _step(holder, step)
    if _step(holder, last) is not None:
        raise _malformed("The paths of `map` must lead to null.")
    holder[int(last) if isinstance(holder, list) else last] = reference


def _step(holder: Any, step: str) -> Any:
    if isinstance(holder, dict) and step in holder:
        return holder[step]
    if isinstance(holder, list) and step.isascii() and step.isdigit() and len(step) < 7:
        index = int(step)
        if index < len(holder):
            return holder[index]
    raise _malformed("A path of `map` leads nowhere.")


class _Collector:
    """Gathers the parts within bounds while the parser reads."""

    def __init__(self, settings: FileUploads) -> None:
        self._settings = settings
        self._parts: list[_Part] = []
        self._name = b""
        self._value = b""
        self._header_bytes = 0

    def parse(self, body: bytes, boundary: str) -> list[_Part]:
        """All parts of a body."""
        parser = MultipartParser(
            boundary.encode("latin-1"),
            {
                "on_part_begin": self._begin,
                "on_header_field": self._header_field,
                "on_header_value": self._header_value,
                "on_header_end": self._header_end,
                "on_headers_finished": self._headers_finished,
                "on_part_data": self._data,
            },
        )
        try:
            parser.write(body)
            parser.finalize()
        except FormParserError:
            raise _malformed("The multipart body is malformed.") from None
        return self._parts

    def _begin(self) -> None:
        if len(self._parts) >= self._settings.max_files + 2:
            raise _too_large(
                f"The request has more than the {self._settings.max_files} files allowed."
            )
        self._parts.append(_Part())
        self._header_bytes = 0

    def _header_field(self, data: bytes, start: int, end: int) -> None:
        self._name += self._bounded(data[start:end])

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += self._bounded(data[start:end])

    def _bounded(self, piece: bytes) -> bytes:
        self._header_bytes += len(piece)
        if self._header_bytes > _MAX_HEADER_BYTES:
            raise _malformed("A part has too many header bytes.")
        return piece

    def _header_end(self) -> None:
        name, value = self._name.decode("latin-1").lower(), self._value.decode("latin-1")
        self._parts[-1].headers[name] = value
        self._name = self._value = b""

    def _headers_finished(self) -> None:
        part = self._parts[-1]
        _, options = parse_options_header(part.headers.get("content-disposition", ""))
        part.name = options.get(b"name", b"").decode("utf-8", "replace")
        if b"filename" in options:
            part.file_name = options[b"filename"].decode("utf-8", "replace")

    def _data(self, data: bytes, start: int, end: int) -> None:
        content = self._parts[-1].content
        if len(content) + end - start > self._settings.max_file_bytes:
            raise _too_large(
                f"A file has more than the {self._settings.max_file_bytes} bytes allowed."
            )
        content += data[start:end]


def _decode(part: _Part, name: str) -> Any:
    try:
        return wire_json.decode_exact(bytes(part.content))
    except wire_json.MalformedJSONError:
        raise _malformed(f"The part `{name}` is not JSON.") from None


def _malformed(message: str) -> ClientError:
    return ClientError(message, Code.BAD_REQUEST)


def _too_large(message: str) -> ClientError:
    return ClientError(message, Code.REQUEST_TOO_LARGE, status=413)
