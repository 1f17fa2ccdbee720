"""Who sells and who buys: the best pair of two different parties, or none where little speaks for one."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from extractors.layout.parties_evidence import Party

LEAST = 1.8
"""The score below which a party is not told: the weight of an address in the right place and nothing else."""
LEAST_BESIDE = 0.4
"""The same for a seller with an address beside a buyer: of two addresses without labels one is the issuer's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One side of the pair, with what stood against it."""

    party: Party | None
    score: float = 0.0
    margin: float = 0.0
    """How much worse the best pair is that has somebody else on this side."""
    others: tuple[str, ...] = ()


def choose(parties: Sequence[Party]) -> tuple[Choice, Choice]:
    """The seller and the buyer: the pair of different parties with the highest sum of scores."""
    sellers: list[Party | None] = [None, *(p for p in parties if p.seller_score >= _least(p))]
    buyers: list[Party | None] = [None, *(p for p in parties if p.buyer_score >= LEAST)]
    pairs = [(_score(s, b), s, b) for s, b in product(sellers, buyers) if s is None or s is not b]
    total, seller, buyer = max(pairs, key=lambda pair: pair[0])
    beside_seller = max((p[0] for p in pairs if p[1] is not seller), default=0.0)
    beside_buyer = max((p[0] for p in pairs if p[2] is not buyer), default=0.0)
    return (
        Choice(
            party=seller,
            score=seller.seller_score if seller else 0.0,
            margin=total - beside_seller,
            others=_others(sellers, seller, buyer, key="seller"),
        ),
        Choice(
            party=buyer,
            score=buyer.buyer_score if buyer else 0.0,
            margin=total - beside_buyer,
            others=_others(buyers, buyer, seller, key="buyer"),
        ),
    )


def _least(party: Party) -> float:
    return LEAST_BESIDE if "place" in party.evidence else LEAST


def _score(seller: Party | None, buyer: Party | None) -> float:
    score = (seller.seller_score if seller else 0.0) + (buyer.buyer_score if buyer else 0.0)
    if seller is not None and buyer is not None:
        a, b = seller.blocks[0], buyer.blocks[0]
        # Where nothing else tells them apart, the issuer comes first.
        beside = abs(a.box.y0 - b.box.y0) <= 1.5 * a.lines[0].height
        first = a.box.x0 < b.box.x0 if beside else a.box.y0 < b.box.y0
        score += 0.5 if a.page < b.page or (a.page == b.page and first) else 0.0
    return score


def _others(candidates: Sequence[Party | None], *taken: Party | None, key: str) -> tuple[str, ...]:
    rest = [p for p in candidates if p is not None and all(p is not t for t in taken)]
    rest.sort(key=lambda p: -(p.seller_score if key == "seller" else p.buyer_score))
    return tuple(p.name for p in rest[:3])
