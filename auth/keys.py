"""Ed25519 key pairs as PEM and JWK, and the files that hold them."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

_PEM_BLOCK = re.compile(rb"-----BEGIN [A-Z ]+-----.+?-----END [A-Z ]+-----", re.DOTALL)


class KeyFormatError(ValueError):
    """A configured key is not an Ed25519 key in PEM. The text never contains the key."""


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A public Ed25519 key and its id (the JWK thumbprint of RFC 7638)."""

    key: Ed25519PublicKey
    kid: str

    def jwk(self) -> dict[str, str]:
        """The key as a JSON Web Key (RFC 8037)."""
        return {
            "kty": "OKP",
            "crv": "Ed25519",
            "x": _raw_base64(self.key),
            "kid": self.kid,
            "use": "sig",
            "alg": "EdDSA",
        }

    def pem(self) -> str:
        """The key as SubjectPublicKeyInfo in PEM."""
        return self.key.public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        ).decode()


@dataclass(frozen=True, slots=True)
class PrivateKey:
    """A private Ed25519 key with its public half."""

    key: Ed25519PrivateKey
    public: PublicKey

    def pem(self) -> str:
        """The key as unencrypted PKCS #8 in PEM."""
        return self.key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        ).decode()


def generate() -> PrivateKey:
    """Return a new random key pair."""
    return _private(Ed25519PrivateKey.generate())


def read_private(pem: str | bytes) -> PrivateKey:
    """Read a private key from PEM; raises `KeyFormatError`."""
    try:
        key = serialization.load_pem_private_key(_encoded(pem), password=None)
    except (ValueError, TypeError) as error:
        raise KeyFormatError("not an unencrypted private key in PEM") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise KeyFormatError("the private key is not an Ed25519 key")
    return _private(key)


def read_public(pem: str | bytes) -> tuple[PublicKey, ...]:
    """Read one or more public keys from PEM blocks (several during a rotation).

    Raises `KeyFormatError` when there is none, or one is not an Ed25519 public key.
    """
    keys = []
    for block in _PEM_BLOCK.findall(_encoded(pem)):
        try:
            key = serialization.load_pem_public_key(block)
        except ValueError as error:
            raise KeyFormatError("not a public key in PEM") from error
        if not isinstance(key, Ed25519PublicKey):
            raise KeyFormatError("the public key is not an Ed25519 key")
        keys.append(_public(key))
    if not keys:
        raise KeyFormatError("no public key in PEM found")
    return tuple(keys)


def load_or_create(path: Path) -> PrivateKey:
    """Read the private key in a file, or make one there that only its owner can read."""
    try:
        return read_private(path.read_bytes())
    except FileNotFoundError:
        made = generate()
    path.parent.mkdir(parents=True, exist_ok=True)
    # Linking a complete file into place is atomic: of two processes that start together one
    # creates the key, and neither ever reads half of it.
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(made.pem())
    try:
        os.link(draft, path)
    except FileExistsError:
        return read_private(path.read_bytes())
    except OSError:
        # A file system without hard links: still complete, only not safe against a twin.
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    return made


def _private(key: Ed25519PrivateKey) -> PrivateKey:
    return PrivateKey(key=key, public=_public(key.public_key()))


def _public(key: Ed25519PublicKey) -> PublicKey:
    members = {"crv": "Ed25519", "kty": "OKP", "x": _raw_base64(key)}
    canonical = json.dumps(members, separators=(",", ":"), sort_keys=True).encode()
    return PublicKey(key=key, kid=_base64url(hashlib.sha256(canonical).digest()))


def _raw_base64(key: Ed25519PublicKey) -> str:
    return _base64url(key.public_bytes_raw())


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _encoded(pem: str | bytes) -> bytes:
    return pem.encode() if isinstance(pem, str) else pem
