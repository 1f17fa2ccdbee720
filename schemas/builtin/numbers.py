"""How languages print the number of something: `Invoice no.`, `Rechnungs-Nr.`, `N° de facture`, `Factuurnr.`."""

from __future__ import annotations


def english(*nouns: str) -> tuple[str, ...]:
    """`Invoice number`, `Invoice no.`, `Invoice #`."""
    endings = ("number", "no.", "no", "#", "num", "num.", "nr", "nr.", "ID", "№")
    return tuple(f"{noun} {ending}" for noun in nouns for ending in endings)


def german(*stems: str) -> tuple[str, ...]:
    """From the joining form: `Rechnungs` gives `Rechnungsnummer`, `Rechnungs-Nr.`."""
    return tuple(
        label
        for stem in stems
        for label in (
            f"{stem}nummer", f"{stem}-Nr.", f"{stem}nr.", f"{stem}-Nummer", f"{stem} Nr.", f"{stem}-Nr", f"{stem}nr",
            f"{stem.removesuffix('s')} Nr.", f"{stem.removesuffix('s')}-Nr.", f"{stem.removesuffix('s')} Nummer",
        )
    )  # fmt: skip


def french(*nouns: str) -> tuple[str, ...]:
    """`N° de facture`, `Facture n°`, `Numéro de facture`."""
    labels: list[str] = []
    for noun in nouns:
        of = "d'" if noun[0] in "aeéiou" else "de "
        labels += [f"N° {of}{noun}", f"N° {noun}", f"Numéro {of}{noun}", f"Numéro {noun}", f"{noun.capitalize()} N°"]
        labels += [f"No {of}{noun}", f"No {noun}", f"{noun.capitalize()} No", f"Réf. {noun}", f"Nº {of}{noun}"]
        labels += [f"Num. {noun}", f"{noun.capitalize()} numéro", f"Référence {noun}"]
    return tuple(labels)


def spanish(*nouns: str) -> tuple[str, ...]:
    """`Número de factura`, `Nº factura`, `Factura núm.`."""
    return tuple(
        label
        for noun in nouns
        for label in (
            f"Número de {noun}", f"Nº de {noun}", f"Nº {noun}", f"N.º de {noun}", f"N.º {noun}", f"Núm. {noun}",
            f"Núm. de {noun}", f"No. de {noun}", f"No. {noun}", f"{noun.capitalize()} nº", f"{noun.capitalize()} n.º",
            f"{noun.capitalize()} núm.", f"{noun.capitalize()} No.", f"{noun.capitalize()} número", f"N° {noun}",
        )
    )  # fmt: skip


def italian(*nouns: str) -> tuple[str, ...]:
    """`Numero fattura`, `Fattura n.`."""
    return tuple(
        label
        for noun in nouns
        for label in (
            f"Numero {noun}", f"N. {noun}", f"Nr. {noun}", f"N° {noun}", f"Num. {noun}", f"{noun.capitalize()} n.",
            f"{noun.capitalize()} nr.", f"{noun.capitalize()} n°", f"{noun.capitalize()} numero",
        )
    )  # fmt: skip


def dutch(*stems: str) -> tuple[str, ...]:
    """From the joining form: `Factuur` gives `Factuurnummer`, `Factuurnr.`."""
    return tuple(
        label
        for stem in stems
        for label in (f"{stem}nummer", f"{stem}nr.", f"{stem}nr", f"{stem} nummer", f"{stem} nr.", f"{stem}-nr.")
    )


def portuguese(*nouns: str) -> tuple[str, ...]:
    """`Número da fatura`, `Fatura n.º`."""
    return tuple(
        label
        for noun in nouns
        for label in (
            f"Número da {noun}", f"Número do {noun}", f"Nº da {noun}", f"Nº {noun}", f"N.º da {noun}", f"N.º {noun}",
            f"{noun.capitalize()} nº", f"{noun.capitalize()} n.º", f"{noun.capitalize()} número", f"N° {noun}",
        )
    )  # fmt: skip
