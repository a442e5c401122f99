"""Files from a client's form, through the pipeline, into a subgraph's form."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.errors import ClientError
from gateway.settings.serving import FileUploads
from gateway.transport.port import SubgraphRequest, SubgraphResponse
from gateway.uploads.files import UploadedFile
from gateway.uploads.forwarding import with_files
from gateway.uploads.reading import read_uploads
from tests.kit.local_subgraph import LocalSubgraph
from tests.server.gateway_kit import deployed, users

SDL = """
type Query { nothing: Int }
scalar Upload
input Attachment { title: String file: Upload! }
type Mutation { store(file: Upload!, more: [Upload!], attachment: Attachment): String }
"""
MUTATION = "mutation($file: Upload!, $more: [Upload!]) { store(file: $file, more: $more) }"
ON = {"file_uploads": {"enabled": True, "max_files": 3, "max_file_bytes": 1000}}
SAFE = {"graphql-require-preflight": "1"}


class Archive:
    """A subgraph that keeps the requests it gets."""

    def __init__(self) -> None:
        self.requests: list[SubgraphRequest] = []
        self.subgraph = LocalSubgraph("archive", SDL)
        self.subgraph.answer = self.answer  # type: ignore[method-assign]

    async def answer(self, request: SubgraphRequest) -> SubgraphResponse:
        self.requests.append(request)
        return SubgraphResponse(
            200, b'{"data":{"store":"kept"}}', (("content-type", "application/json"),)
        )

    def received(self) -> tuple[Any, dict[str, UploadedFile]]:
        """Operations and files of the last request, read as a subgraph would."""
        request = self.requests[-1]
        (content_type,) = [value for name, value in request.headers if name == "content-type"]
        assert content_type.startswith("multipart/form-data; boundary=")
        read = read_uploads(request.body, content_type.partition("boundary=")[2], FileUploads())
        return read.operations, dict(read.files)


def form(
    operations: Any, mapping: Any, **files: tuple[str, bytes, str]
) -> dict[str, tuple[str | None, bytes] | tuple[str, bytes, str]]:
    return {
        "operations": (None, json.dumps(operations).encode()),
        "map": (None, json.dumps(mapping).encode()),
        **files,
    }


async def send(
    archive: Archive, files: Any, settings: dict[str, Any] | None = None, **headers: str
) -> httpx.Response:
    given = {name.replace("_", "-"): value for name, value in headers.items()} or SAFE
    async with deployed(ON if settings is None else settings, [archive.subgraph]) as gateway:
        return await gateway.client.post(gateway.url, files=files, headers=given)


async def test_files_reach_the_subgraph() -> None:
    archive = Archive()
    operations = {"query": MUTATION, "variables": {"file": None, "more": [None, None]}}
    response = await send(
        archive,
        form(
            operations,
            {"a": ["variables.file", "variables.more.1"], "b": ["variables.more.0"]},
            a=('od"d\r\nname.txt', b"first \x00\xff", "text/plain"),
            b=("b.bin", b"\r\n--boundary", "application/octet-stream"),
        ),
    )
    assert response.json() == {"data": {"store": "kept"}}
    received, files = archive.received()
    variables = received["variables"]
    first, second = files[variables["file"]], files[variables["more"][0]]
    assert variables["more"][1] == variables["file"]
    assert first.content == b"first \x00\xff"
    assert first.content_type == "text/plain"
    assert (second.name, second.content) == ("b.bin", b"\r\n--boundary")
    assert ("apollo-require-preflight", "true") in archive.requests[-1].headers
    assert not archive.requests[-1].idempotent


async def test_files_within_input_objects() -> None:
    archive = Archive()
    query = "mutation($a: Attachment!, $f: Upload!) { store(file: $f, attachment: $a) }"
    variables = {"a": {"title": "t", "file": None}, "f": None}
    response = await send(
        archive,
        form(
            {"query": query, "variables": variables},
            {"0": ["variables.a.file", "variables.f"]},
            **{"0": ("x", b"content", "text/plain")},
        ),
    )
    assert response.json() == {"data": {"store": "kept"}}
    received, files = archive.received()
    assert files[received["variables"]["a"]["file"]].content == b"content"


async def test_uploads_are_off_by_default() -> None:
    response = await send(Archive(), form({}, {}), settings={})
    assert response.status_code == 415


async def test_a_form_without_proof_of_a_preflight_is_refused() -> None:
    archive = Archive()
    response = await send(archive, form({}, {}), user_agent="Mozilla/5.0")
    assert response.json()["errors"][0]["extensions"]["code"] == "CSRF_PREVENTION"


async def test_requests_without_files_are_sent_as_json() -> None:
    async with deployed(ON, [users()]) as gateway:
        response = await gateway.post("{ me { name } }")
    assert response.json() == {"data": {"me": {"name": "Ada"}}}


FILE = ("x", b"content", "text/plain")
OPERATIONS = {"query": MUTATION, "variables": {"file": None}}


@pytest.mark.parametrize(
    ("files", "status"),
    [
        ({"operations": (None, b"{}")}, 400),
        ({"map": (None, b"{}"), "operations": (None, b"{}")}, 400),
        (form(OPERATIONS, {"0": ["variables.file"]}), 400),
        (form(OPERATIONS, {}, **{"0": FILE}), 400),
        (form(OPERATIONS, [], **{"0": FILE}), 400),
        (form(OPERATIONS, {"0": "variables.file"}, **{"0": FILE}), 400),
        (form(OPERATIONS, {"0": []}, **{"0": FILE}), 400),
        (form(OPERATIONS, {"0": ["variables.other"]}, **{"0": FILE}), 400),
        (form(OPERATIONS, {"0": ["variables.file.deeper"]}, **{"0": FILE}), 400),
        (form(OPERATIONS, {"0": ["query"]}, **{"0": FILE}), 400),
        (
            form(
                {**OPERATIONS, "variables": {"file": 1}}, {"0": ["variables.file"]}, **{"0": FILE}
            ),
            400,
        ),
        (form(7, {"0": ["variables.file"]}, **{"0": FILE}), 400),
        (
            form(OPERATIONS, {"0": ["variables.file"]}, **{"0": ("x", b"y" * 1001, "a/b")}),
            413,
        ),
        (form(OPERATIONS, {}, **{str(n): FILE for n in range(4)}), 413),
    ],
)
async def test_what_breaks_the_specification_is_refused(files: Any, status: int) -> None:
    archive = Archive()
    response = await send(archive, files)
    assert response.status_code == status
    assert archive.requests == []


async def test_a_reference_cannot_be_guessed_or_written_by_a_client() -> None:
    archive = Archive()
    variables = {"file": None, "more": ["upload:" + "0" * 32]}
    await send(
        archive,
        form(
            {"query": MUTATION, "variables": variables},
            {"0": ["variables.file"]},
            **{"0": FILE},
        ),
    )
    received, files = archive.received()
    assert received["variables"]["more"] == ["upload:" + "0" * 32]
    assert len(files) == 1


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=300), st.sampled_from(["b", "", "--", "\x00", "x" * 80]))
def test_any_body_is_read_or_refused(body: bytes, boundary: str) -> None:
    for content in (body, b"--b\r\n" + body, b"--b\r\n" + body + b"\r\n--b--\r\n"):
        try:
            read_uploads(content, boundary, FileUploads())
        except ClientError as error:
            assert error.status in (400, 413)


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=20), st.text(max_size=20), st.binary(max_size=100))
def test_what_is_sent_on_is_read_back(name: str, content_type: str, content: bytes) -> None:
    reference = "upload:" + "a" * 32
    body = json.dumps({"query": "q", "variables": {"f": reference}}).encode()
    request = with_files(
        SubgraphRequest("s", "http://s/", body),
        {reference: UploadedFile(name, content_type, content)},
    )
    boundary = dict(request.headers)["content-type"].partition("boundary=")[2]
    read = read_uploads(request.body, boundary, FileUploads())
    ((found, file),) = read.files.items()
    assert read.operations == {"query": "q", "variables": {"f": found}}
    assert file.content == content
