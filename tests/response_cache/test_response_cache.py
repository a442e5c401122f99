"""The cache between the executor and the subgraphs, by what a client of it can see."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from gateway.errors import Code
from gateway.response_cache.cache_control import Freshness, Scope
from gateway.response_cache.memory import MemoryStore
from gateway.response_cache.tags import TagTemplates, own_tag, subgraph_tag, type_tag
from gateway.response_cache.transport import CachePolicy, ResponseCache
from gateway.transport.port import SubgraphRequest, SubgraphResponse, TransportError

ENTITIES = (
    "query($r: [_Any!]!, $n: Int) { _entities(representations: $r) { ... on P { name(n: $n) } } }"
)
ROOT = "{ products { id } }"


class Subgraph:
    """Answers entities by their id and counts what it was asked."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self.headers: dict[str, str] = {}
        self.broken: Exception | SubgraphResponse | None = None
        self.errors: list[dict[str, Any]] = []
        self.version = 1

    async def send(self, request: SubgraphRequest) -> SubgraphResponse:
        payload = json.loads(request.body)
        self.asked.append(payload)
        if isinstance(self.broken, Exception):
            raise self.broken
        if self.broken is not None:
            return self.broken
        answer: dict[str, Any] = {"data": self._data(payload)}
        if self.errors:
            answer["errors"] = self.errors
        return SubgraphResponse(200, json.dumps(answer).encode(), tuple(self.headers.items()))

    def _data(self, payload: Mapping[str, Any]) -> dict[str, Any]:
        given = payload.get("variables") or {}
        if "r" in given:
            return {"_entities": [self._entity(item) for item in given["r"]]}
        return {"products": [{"id": str(self.version)}]}

    def _entity(self, item: Mapping[str, Any]) -> Any:
        return None if item["id"] == "none" else {"name": f"{item['id']}v{self.version}"}

    async def close(self) -> None:
        pass

    def ids(self) -> list[list[str]]:
        return [[item["id"] for item in asked["variables"]["r"]] for asked in self.asked]


class Clock:
    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def subgraph() -> Subgraph:
    return Subgraph()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def told() -> list[tuple[str, str, int]]:
    return []


@pytest.fixture
def cache(
    subgraph: Subgraph, clock: Clock, told: list[tuple[str, str, int]]
) -> Iterator[ResponseCache]:
    policy = CachePolicy(
        enabled=frozenset({"p"}),
        defaults={
            "p": Freshness(60.0, Scope.PUBLIC, stale_while_revalidate=10, stale_if_error=600)
        },
        types={},
        templates=TagTemplates({("p", "P"): ("product-{$key.id}",)}),
    )
    store = MemoryStore(1_000_000, clock)
    yield ResponseCache(
        subgraph, store, policy, report=lambda *event: told.append(event), clock=clock
    )


def request(
    *ids: str,
    query: str = ENTITIES,
    identity: str = "ann",
    name: str = "p",
    idempotent: bool = True,
    headers: tuple[tuple[str, str], ...] = (),
    **variables: Any,
) -> SubgraphRequest:
    if ids:
        variables["r"] = [{"__typename": "P", "id": item} for item in ids]
    body = json.dumps({"query": query, "variables": variables}).encode()
    return SubgraphRequest(name, "http://p", body, headers, None, idempotent, identity)


async def names(cache: ResponseCache, *ids: str, **more: Any) -> list[Any]:
    response = await cache.send(request(*ids, **more))
    return [item and item["name"] for item in json.loads(response.body)["data"]["_entities"]]


async def test_only_what_is_missing_is_fetched(
    cache: ResponseCache, subgraph: Subgraph, told: list[Any]
) -> None:
    assert await names(cache, "1", "2") == ["1v1", "2v1"]
    subgraph.version = 2
    assert await names(cache, "2", "3", "1") == ["2v1", "3v2", "1v1"]
    assert await names(cache, "3", "1") == ["3v2", "1v1"]
    assert subgraph.ids() == [["1", "2"], ["3"]]
    assert told == [("p", "miss", 2), ("p", "miss", 1), ("p", "hit", 2), ("p", "hit", 2)]


async def test_variables_and_selections_keep_entries_apart(
    cache: ResponseCache, subgraph: Subgraph
) -> None:
    await names(cache, "1", n=1)
    await names(cache, "1", n=2)
    await names(cache, "1", n=1, unused=3)
    await names(cache, "1", query=ENTITIES.replace("name(", "other: name("), n=1)
    assert len(subgraph.asked) == 3


async def test_what_requires_brings_is_part_of_the_key(
    cache: ResponseCache, subgraph: Subgraph
) -> None:
    for price in (1, "1", True, 1):
        item = {"__typename": "P", "id": "1", "price": price}
        body = json.dumps({"query": ENTITIES, "variables": {"r": [item]}}).encode()
        await cache.send(SubgraphRequest("p", "http://p", body))
    assert len(subgraph.asked) == 3


async def test_private_answers_are_kept_for_their_caller_alone(
    cache: ResponseCache, subgraph: Subgraph
) -> None:
    subgraph.headers["cache-control"] = "max-age=60, private"
    await names(cache, "1", identity="ann")
    await names(cache, "1", identity="bob")
    await names(cache, "1", identity="ann")
    assert len(subgraph.asked) == 2
    subgraph.headers["cache-control"] = "max-age=60, public"
    await names(cache, "2", identity="ann")
    await names(cache, "2", identity="bob")
    assert len(subgraph.asked) == 3


async def test_without_word_of_its_scope_an_answer_is_private(
    subgraph: Subgraph, clock: Clock
) -> None:
    policy = CachePolicy(frozenset({"p"}), {"p": None}, {})
    cache = ResponseCache(subgraph, MemoryStore(10_000, clock), policy, clock=clock)
    await names(cache, "1")
    await names(cache, "1")
    assert len(subgraph.asked) == 2
    subgraph.headers["cache-control"] = "max-age=60"
    await names(cache, "2", identity="ann")
    await names(cache, "2", identity="ann")
    await names(cache, "2", identity="bob")
    assert len(subgraph.asked) == 4


@pytest.mark.parametrize("value", ["no-store", "no-cache, max-age=60", "max-age=0", "max-age=10"])
async def test_what_must_not_be_kept_is_not(
    cache: ResponseCache, subgraph: Subgraph, value: str
) -> None:
    subgraph.headers |= {"cache-control": value, "age": "10"}
    await names(cache, "1")
    await names(cache, "1")
    assert len(subgraph.asked) == 2


async def test_forwarded_headers_keep_entries_apart(
    cache: ResponseCache, subgraph: Subgraph
) -> None:
    await names(cache, "1", headers=(("accept-language", "de"), ("traceparent", "a")))
    await names(cache, "1", headers=(("accept-language", "en"), ("traceparent", "b")))
    await names(cache, "1", headers=(("accept-language", "de"), ("traceparent", "c")))
    assert len(subgraph.asked) == 2


async def test_entries_end_with_their_time(
    cache: ResponseCache, subgraph: Subgraph, clock: Clock
) -> None:
    await names(cache, "1")
    clock.now += 71
    subgraph.version = 2
    assert await names(cache, "1") == ["1v2"]


async def test_a_stale_entry_serves_while_it_is_fetched_again(
    cache: ResponseCache, subgraph: Subgraph, clock: Clock
) -> None:
    await names(cache, "1")
    clock.now += 65
    subgraph.version = 2
    assert await names(cache, "1") == ["1v1"]
    await _settled(cache)
    assert await names(cache, "1") == ["1v2"]
    assert len(subgraph.asked) == 2


@pytest.mark.parametrize(
    "failure",
    [
        TransportError(Code.GATEWAY_TIMEOUT, "late"),
        SubgraphResponse(503, b"busy"),
        SubgraphResponse(429, b"{}"),
    ],
)
async def test_while_a_subgraph_fails_stale_entries_serve_and_say_so(
    cache: ResponseCache, subgraph: Subgraph, clock: Clock, failure: Any
) -> None:
    await names(cache, "1", "2")
    await cache.send(request(query=ROOT))
    clock.now += 300
    subgraph.broken = failure
    response = json.loads((await cache.send(request("2", "1"))).body)
    assert [item["name"] for item in response["data"]["_entities"]] == ["2v1", "1v1"]
    assert response["extensions"]["c2cCache"] == [
        {"index": 0, "age": 300.0},
        {"index": 1, "age": 300.0},
    ]
    whole = json.loads((await cache.send(request(query=ROOT))).body)
    assert whole["extensions"]["c2cCache"] == [{"index": 0, "age": 300.0}]


async def test_a_failure_without_entries_is_the_subgraphs_own(
    cache: ResponseCache, subgraph: Subgraph, clock: Clock
) -> None:
    await names(cache, "1")
    subgraph.broken = TransportError(Code.GATEWAY_TIMEOUT, "late")
    with pytest.raises(TransportError):
        await cache.send(request("2", "3"))
    clock.now += 700
    with pytest.raises(TransportError):
        await cache.send(request("1"))


@pytest.mark.parametrize("age", [0, 300])
@pytest.mark.parametrize(
    "failure",
    [
        TransportError(Code.GATEWAY_TIMEOUT, "late"),
        SubgraphResponse(503, b"busy"),
        SubgraphResponse(200, b'{"data": null}'),
        SubgraphResponse(200, b'{"data": {"_entities": [{}, {}, {}]}}'),
    ],
    ids=["no answer", "status", "no data", "too many"],
)
async def test_what_is_kept_is_not_lost_when_the_rest_fails(
    cache: ResponseCache, subgraph: Subgraph, clock: Clock, failure: Any, age: float
) -> None:
    await names(cache, "1")
    clock.now += age
    subgraph.broken = failure
    fails = isinstance(failure, TransportError) or failure.status == 503
    if age and not fails:
        # Stale entries stand in for a subgraph that fails, not for one that answers nonsense.
        assert await cache.send(request("2", "1")) == failure
        return
    response = await cache.send(request("2", "1"))
    assert json.loads(response.body)["data"] == {"_entities": [None, {"name": "1v1"}]}
    assert response.lacking == failure


async def test_errors_of_the_rest_find_their_place(
    cache: ResponseCache, subgraph: Subgraph
) -> None:
    await names(cache, "1")
    errors = [{"message": "no", "path": ["_entities", 0]}, {"message": "at all"}, "odd"]
    subgraph.broken = SubgraphResponse(200, json.dumps({"data": None, "errors": errors}).encode())
    response = await cache.send(request("1", "2"))
    assert json.loads(response.body) == {
        "data": {"_entities": [{"name": "1v1"}, None]},
        "errors": [{"message": "no", "path": ["_entities", 1]}, {"message": "at all"}],
    }
    assert response.lacking is None


async def test_faulty_entities_are_not_kept_and_errors_find_their_place(
    cache: ResponseCache, subgraph: Subgraph
) -> None:
    await names(cache, "1")
    subgraph.errors = [{"message": "no", "path": ["_entities", 1, "name"]}]
    response = json.loads((await cache.send(request("2", "1", "3"))).body)
    assert response["errors"] == [{"message": "no", "path": ["_entities", 2, "name"]}]
    subgraph.errors = []
    await names(cache, "2", "3")
    assert subgraph.ids() == [["1"], ["2", "3"], ["3"]]


async def test_an_error_without_place_keeps_nothing(
    cache: ResponseCache, subgraph: Subgraph
) -> None:
    subgraph.errors = [{"message": "no"}]
    await names(cache, "1")
    subgraph.errors = []
    await names(cache, "1")
    assert len(subgraph.asked) == 2


async def test_that_an_entity_does_not_exist_is_kept_too(
    cache: ResponseCache, subgraph: Subgraph
) -> None:
    assert await names(cache, "none") == [None]
    assert await names(cache, "none") == [None]
    assert len(subgraph.asked) == 1


async def test_parts_that_share_representations_are_fetched_together(
    cache: ResponseCache, subgraph: Subgraph
) -> None:
    both = (
        "query($r: [_Any!]!) { _entities(representations: $r) { ... on P { name } }"
        " e: _entities(representations: $r) { ... on P { name id } } }"
    )

    async def send(item: SubgraphRequest) -> SubgraphResponse:
        payload = json.loads(item.body)
        rows = [{"name": row["id"]} for row in payload["variables"]["r"]]
        subgraph.asked.append(payload)
        return SubgraphResponse(200, json.dumps({"data": {"_entities": rows, "e": rows}}).encode())

    subgraph.send = send  # type: ignore[method-assign]
    only = "query($r: [_Any!]!) { _entities(representations: $r) { ... on P { name } } }"
    await cache.send(request("1", query=only))
    response = json.loads((await cache.send(request("1", "2", query=both))).body)
    assert response["data"]["e"] == [{"name": "1"}, {"name": "2"}]
    assert response["data"]["_entities"] == [{"name": "1"}, {"name": "2"}]


async def test_mutations_and_other_subgraphs_pass_by(
    cache: ResponseCache, subgraph: Subgraph
) -> None:
    for item in (request("1", idempotent=False), request("1", name="other")):
        await cache.send(item)
        await cache.send(item)
    assert len(subgraph.asked) == 4


@pytest.mark.parametrize(
    ("tag", "left"),
    [
        (own_tag("product-1"), 1),
        (type_tag("p", "P"), 0),
        (subgraph_tag("p"), 0),
        (own_tag("product-9"), 2),
    ],
)
async def test_invalidation_by_tag(subgraph: Subgraph, clock: Clock, tag: str, left: int) -> None:
    store = MemoryStore(1_000_000, clock)
    policy = CachePolicy(
        frozenset({"p"}),
        {"p": Freshness(60.0)},
        {},
        TagTemplates({("p", "P"): ("product-{$key.id}",)}),
    )
    cache = ResponseCache(subgraph, store, policy, clock=clock)
    await names(cache, "1", "2")
    assert await store.invalidate([tag]) == 2 - left
    await names(cache, "1", "2")
    assert sum(map(len, subgraph.ids()[1:])) == 2 - left


async def test_the_memory_store_stays_within_its_bytes(subgraph: Subgraph, clock: Clock) -> None:
    store = MemoryStore(20_000, clock)
    cache = ResponseCache(
        subgraph, store, CachePolicy(frozenset({"p"}), {"p": Freshness(60.0)}, {}), clock=clock
    )
    for number in range(500):
        await names(cache, str(number))
    assert store.bytes <= 20_000
    assert await store.invalidate([subgraph_tag("p")]) < 60
    assert store.bytes == 0


async def _settled(cache: ResponseCache) -> None:
    """Wait for what is being refreshed behind answers."""
    await asyncio.gather(*cache._refreshing.values())
