"""From the verified claims of an access token to a `Caller`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from auth.caller import Caller, CallerKind
from auth.errors import TokenCode, TokenRefusedError

EVERYTHING = "*"


@dataclass(frozen=True, slots=True)
class ClaimNames:
    """Which claims of an issuer's tokens carry what.

    Scopes may be a list or one string of words (RFC 8693 §4.2). In `regions` and
    `legal_entities` the member `*` lifts the bound; without the claim nothing is covered.
    `client` is the first of the names that a token has (RFC 9068: `client_id`).
    """

    name: str = "name"
    kind: str = "kind"
    roles: str = "roles"
    scopes: tuple[str, ...] = ("scope", "scp")
    regions: str = "regions"
    legal_entities: str = "legal_entities"
    client: tuple[str, ...] = ("client_id", "azp")


def read_caller(claims: Mapping[str, Any], names: ClaimNames) -> Caller:
    """The caller that verified claims describe.

    Raises `TokenRefusedError` for a claim of a wrong form: a caller is never understood halfway.
    """
    subject = claims.get("sub")
    if not isinstance(subject, str) or not subject:
        raise TokenRefusedError(TokenCode.CLAIM_INVALID, "sub")
    regions = _words(claims, names.regions)
    legal_entities = _words(claims, names.legal_entities)
    client = _first(claims, names.client)
    return Caller(
        subject=subject,
        kind=_kind(claims, names.kind, subject, client),
        name=_text(claims, names.name),
        roles=_words(claims, names.roles),
        scopes=frozenset().union(*(_words(claims, name) for name in names.scopes)),
        regions=regions - {EVERYTHING},
        legal_entities=legal_entities - {EVERYTHING},
        all_regions=EVERYTHING in regions,
        all_legal_entities=EVERYTHING in legal_entities,
        client=client,
    )


def _kind(claims: Mapping[str, Any], name: str, subject: str, client: str) -> CallerKind:
    value = claims.get(name)
    if value is None:
        # A token of the client-credentials grant names the client as its own subject (RFC 9068
        # §2.2); taking it for a person would lift the limits set for services.
        is_client = subject == client or claims.get("gty") == "client-credentials"
        return CallerKind.SERVICE if is_client else CallerKind.PERSON
    try:
        kind = CallerKind(value)
    except ValueError:
        raise TokenRefusedError(TokenCode.CLAIM_INVALID, name) from None
    if kind is CallerKind.ANONYMOUS:
        raise TokenRefusedError(TokenCode.CLAIM_INVALID, name)
    return kind


def _words(claims: Mapping[str, Any], name: str) -> frozenset[str]:
    value = claims.get(name)
    if value is None:
        return frozenset()
    if isinstance(value, str):
        return frozenset(value.split())
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return frozenset(value)
    raise TokenRefusedError(TokenCode.CLAIM_INVALID, name)


def _first(claims: Mapping[str, Any], names: tuple[str, ...]) -> str:
    return next((_text(claims, name) for name in names if name in claims), "")


def _text(claims: Mapping[str, Any], name: str) -> str:
    value = claims.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise TokenRefusedError(TokenCode.CLAIM_INVALID, name)
    return value
