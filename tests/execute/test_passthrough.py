"""One request whose answer is the client's: bytes in, bytes out, and never anything broken."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.errors import Code
from gateway.execute.port import ErrorPolicy, ExecutionContext
from gateway.transport.port import SubgraphResponse, TransportError
from tests.execute.plans import Script, of, out, plan, prepare, root, wire

ME = plan(
    of("Query", out("me", "User", of("User", out("n", "String", source="name")))),
    root(0, "users", wire("me", "User", wire("name"))),
    passthrough="{me{n:name}}",
)
OPEN = ErrorPolicy(all=True)
GOOD = b'{"data":{"me":{"n":"Ann \\"errors\\" {"}}}'


async def answer(reply, variables=None, policy=OPEN):
    script = Script({"{me{n:name}}": reply})
    result = await prepare(ME, script).run(ExecutionContext(variables or {}, errors=policy))
    return result, script


@pytest.mark.parametrize("body", [b'{"data":{"me":{"n":"x"}}}', b' {\n"data" : {"me":null} } \n'])
async def test_a_plain_answer_is_passed_on_as_it_is(body) -> None:
    result, script = await answer(body, {"a": 1})
    assert result.body() is body
    assert json.loads(result.data) == json.loads(body)["data"]
    assert script.asked == [("{me{n:name}}", {"a": 1})]
    extended = json.loads(result.body([{"message": "m"}], {"x": 1}))
    assert extended == {**json.loads(body), "errors": [{"message": "m"}], "extensions": {"x": 1}}


async def test_errors_and_extensions_take_the_parsed_way() -> None:
    reply = {
        "data": {"me": None},
        "errors": [{"message": "no", "path": ["me"], "locations": [{}]}],
        "extensions": {"cost": 1},
    }
    result, _ = await answer(reply)
    assert json.loads(result.body()) == {
        "data": {"me": None},
        "errors": [
            {"message": "no", "path": ["me"], "extensions": {"code": "DOWNSTREAM_SERVICE_ERROR"}}
        ],
    }
    assert result.extensions[0].extensions == {"cost": 1}
    result, _ = await answer(reply, policy=ErrorPolicy())
    assert "no" not in [error["message"] for error in result.errors]


@pytest.mark.parametrize(
    ("reply", "code"),
    [
        (TransportError(Code.GATEWAY_TIMEOUT, ""), "GATEWAY_TIMEOUT"),
        (SubgraphResponse(502, b"bad gateway"), "SUBREQUEST_HTTP_ERROR"),
        (b'{"data":{"me":{"n":"x"}}', "SUBREQUEST_MALFORMED_RESPONSE"),
        (b'{"data":[]}', "SUBREQUEST_MALFORMED_RESPONSE"),
    ],
)
async def test_failures_are_told_as_for_any_plan(reply, code) -> None:
    result, _ = await answer(reply)
    assert json.loads(result.data) == {"me": None}
    assert [error["extensions"]["code"] for error in result.errors] == [code]


async def test_an_answer_of_another_status_is_read() -> None:
    result, _ = await answer(SubgraphResponse(400, GOOD))
    assert json.loads(result.data) == json.loads(GOOD)["data"]


@given(st.data())
async def test_cut_and_garbled_answers_never_reach_the_client(data) -> None:
    body = bytearray(GOOD)
    cut = data.draw(st.integers(0, len(body)))
    result, _ = await answer(bytes(body[:cut]))
    json.loads(result.body())


@given(
    st.dictionaries(
        st.sampled_from(["data", "errors", "extensions", "x"]),
        st.recursive(
            st.none() | st.text('errors"{}[]\\', max_size=9) | st.integers(),
            lambda below: (
                st.lists(below, max_size=3)
                | st.dictionaries(st.sampled_from(["errors", "me", "n"]), below)
            ),
        ),
    )
)
async def test_any_json_gives_a_response(payload) -> None:
    result, _ = await answer(payload)
    body = json.loads(result.body())
    assert body["data"] is None or isinstance(body["data"], dict)
    assert set(body) <= {"data", "errors", "x"}
