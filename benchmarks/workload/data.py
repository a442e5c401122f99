"""The shop that the four subgraphs are about: small, fixed, and connected enough to grow answers.

Every user has written reviews, every product has some, and following them from users to products
and back multiplies a few kilobytes of facts into an answer of about 90 kB.
"""

from __future__ import annotations

from dataclasses import dataclass

_NAMES = ("Ada Lindqvist", "Bo Hartmann", "Cem Yilmaz", "Dana Okafor", "Emi Sato", "Finn Moreau")
_GOODS = (
    "Oak desk",
    "Reading lamp",
    "Linen curtain",
    "Cast-iron pan",
    "Wool blanket",
    "Garden chair",
    "Copper kettle",
    "Felt slippers",
    "Paper lantern",
)
_WORDS = tuple(
    word
    for line in (
        "sturdy light warm quiet plain heavy honest bright soft",
        "dear slow fine small round clean deep sharp kind",
    )
    for word in line.split()
)
_REVIEWS_PER_USER = 3
_REVIEWED_PRODUCTS = 4


@dataclass(frozen=True)
class User:
    id: str
    name: str
    username: str
    member_since: int


@dataclass(frozen=True)
class Product:
    upc: str
    name: str
    price: int
    weight: int
    in_stock: bool


@dataclass(frozen=True)
class Review:
    id: str
    body: str
    author: str
    product: str


def shipping_estimate(price: int, weight: int) -> int:
    """What the inventory works out from two fields of another subgraph."""
    return 0 if price > 1000 else weight // 2


def _text(seed: int) -> str:
    words = [_WORDS[(seed * 7 + step * step) % len(_WORDS)] for step in range(14)]
    return " ".join(words).capitalize() + "."


USERS = tuple(
    User(f"u{i}", name, name.split()[0].lower(), 2010 + i) for i, name in enumerate(_NAMES, 1)
)
PRODUCTS = tuple(
    Product(f"p{i}", name, 120 * i + 9, 100 + 35 * i, i % 3 != 0)
    for i, name in enumerate(_GOODS, 1)
)
REVIEWS = tuple(
    Review(
        f"r{user * _REVIEWS_PER_USER + turn + 1}",
        _text(user * 31 + turn * 17),
        USERS[user].id,
        PRODUCTS[(user + turn * 2) % _REVIEWED_PRODUCTS].upc,
    )
    for user in range(len(USERS))
    for turn in range(_REVIEWS_PER_USER)
)

USER_BY_ID = {user.id: user for user in USERS}
PRODUCT_BY_UPC = {product.upc: product for product in PRODUCTS}
