"""Why an identity was not accepted. No text here ever contains a token or a part of one.

AuthError
├── TokenRefusedError      the bearer's fault: answer 401 with the code
└── KeysUnavailableError   ours, or the identity provider's: no keys could be had; answer 503
"""

from __future__ import annotations

from enum import StrEnum


class TokenCode(StrEnum):
    """`code` of a refused token: the same words for access tokens and signed callers."""

    MISSING = "TOKEN_MISSING"
    MALFORMED = "TOKEN_MALFORMED"
    TOO_LARGE = "TOKEN_TOO_LARGE"
    ALGORITHM_REFUSED = "TOKEN_ALGORITHM_REFUSED"
    KEY_UNKNOWN = "TOKEN_KEY_UNKNOWN"
    SIGNATURE_INVALID = "TOKEN_SIGNATURE_INVALID"
    EXPIRED = "TOKEN_EXPIRED"
    NOT_YET_VALID = "TOKEN_NOT_YET_VALID"
    ISSUER_REFUSED = "TOKEN_ISSUER_REFUSED"
    AUDIENCE_REFUSED = "TOKEN_AUDIENCE_REFUSED"
    CLAIM_MISSING = "TOKEN_CLAIM_MISSING"
    CLAIM_INVALID = "TOKEN_CLAIM_INVALID"


_MESSAGES = {
    TokenCode.MISSING: "Authentication is required.",
    TokenCode.MALFORMED: "The token is malformed.",
    TokenCode.TOO_LARGE: "The token is too large.",
    TokenCode.ALGORITHM_REFUSED: "The token's algorithm is not allowed.",
    TokenCode.KEY_UNKNOWN: "The token is signed with an unknown key.",
    TokenCode.SIGNATURE_INVALID: "The token's signature is invalid.",
    TokenCode.EXPIRED: "The token has expired.",
    TokenCode.NOT_YET_VALID: "The token is not valid yet.",
    TokenCode.ISSUER_REFUSED: "The token's issuer is not trusted.",
    TokenCode.AUDIENCE_REFUSED: "The token is meant for another audience.",
    TokenCode.CLAIM_MISSING: "The token lacks a required claim.",
    TokenCode.CLAIM_INVALID: "A claim of the token has a wrong form.",
}


class AuthError(Exception):
    """Root of the tree; `code` and the message may be shown to the client."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class TokenRefusedError(AuthError):
    """The token proves nothing. `claim` names the claim at fault, where one is."""

    def __init__(self, code: TokenCode, claim: str | None = None) -> None:
        text = _MESSAGES[code]
        super().__init__(code, f"{text[:-1]}: {claim}." if claim else text)
        self.token_code = code
        self.claim = claim


class KeysUnavailableError(AuthError):
    """No signing keys are known: a source has never answered, or its keys are too old to use."""

    def __init__(self) -> None:
        super().__init__("TOKEN_KEYS_UNAVAILABLE", "Signing keys are not available at the moment.")
