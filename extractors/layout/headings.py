"""What a document calls itself: invoice, credit note, order, contract; its own number is the number of that."""

from __future__ import annotations

from typing import TYPE_CHECKING

from extractors.layout.tokens import NUMBER, STOP

if TYPE_CHECKING:
    from collections.abc import Sequence

    from extractors.layout.cells import Cell, PageIndex

NOUNS: dict[str, str] = {
    word: family
    for family, words in {
        "invoice": "invoice inv rechnung facture factura fattura factuur fatura faktura bill receipt quittung ticket",
        "credit": "credit gutschrift avoir abono accredito creditnota korrektur storno",
        "order": "order orders bestellung auftrag commande pedido ordine bestelling encomenda",
        "contract": "contract vertrag contrat contrato contratto agreement",
        "quote": "quote quotation angebot devis presupuesto preventivo offerte orcamento estimate",
        "delivery": "lieferschein bordereau albaran pakbon bon",
    }.items()
    for word in words.split()
}


def family_of(token: str) -> str:
    """The kind of paper a word names; a compound is named by its last part."""
    if token in NOUNS:
        return NOUNS[token]
    return next((f for w, f in NOUNS.items() if len(w) >= 7 and token.endswith(w)), "")


def heading_families(indexes: Sequence[PageIndex]) -> frozenset[str]:
    """What the first page's headings call the document; empty where it has none."""
    if not indexes:
        return frozenset()
    first = indexes[0]
    sizes = sorted(s.size_pt for s in first.segments) or [10.0]
    usual = sizes[len(sizes) // 2]
    best: tuple[float, str] = (0.0, "")
    for cell in first.cells:
        if cell.box.y0 > 0.45 * first.height_pt or cell.colon:
            continue
        weight, family = _weight(cell, usual)
        if weight > best[0]:
            best = (weight, family)
    return frozenset({best[1]}) if best[1] else frozenset()


def _weight(cell: Cell, usual: float) -> tuple[float, str]:
    words = [t for t in cell.tokens if t not in STOP and t != NUMBER]
    families = [f for t in words if (f := family_of(t))]
    if not families or len(words) > 4:
        return 0.0, ""
    largeness = max(w.size_pt for w in cell.words) / max(1.0, usual)
    alone = 1.0 if cell.text == cell.segment.text else 0.6
    upper = 0.3 if cell.text.isupper() else 0.0
    weight = (largeness + upper) * alone / len(words) ** 0.3
    return (weight, families[-1]) if weight >= 0.9 else (0.0, "")
