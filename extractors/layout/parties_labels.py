"""What documents print above or beside a party: whose address is this."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from extractors.layout.names import vocabulary

if TYPE_CHECKING:
    from collections.abc import Mapping


class Side(StrEnum):
    """Whose block a label announces."""

    SELLER = "seller"
    BUYER = "buyer"
    DELIVERY = "delivery"
    OTHER = "other"
    """Somebody else: a tax representative, a factor, a bank."""


_PHRASES: dict[Side, str] = {
    Side.SELLER: """
        verkäufer, lieferant, rechnungssteller, rechnungsaussteller, leistungserbringer, absender, auftragnehmer,
        aussteller,
        seller, vendor, supplier, from, bill from, billed from, invoice from, sold by, issued by, issuer,
        service provider, provider,
        merchant, company details, our details, your supplier, pay to, payable to, remit to, remit payment to,
        make payment to, send payment to,
        vendeur, fournisseur, émetteur, emetteur, prestataire, expéditeur, de la part de, facturé par, établi par,
        vendu par,
        venditore, fornitore, cedente, cedente/prestatore, cedente prestatore, prestatore, mittente, emittente,
        emesso da,
        vendedor, proveedor, emisor, expedidor, emitido por, facturado por, datos fiscales del emisor,
        leverancier, verkoper, afzender, uitgereikt door, fornecedor, emitente, prestador, emissor,
        säljare, leverantör, sælger, leverandør, selger, myyjä, sprzedawca, wystawca, dodavatel, dodávateľ,
        furnizor, eladó,
        szállító, dobavitelj, prodavatelj, izdajatelj, vermieter, versicherer, bailleur, assureur, landlord,
        insurer""",
    Side.BUYER: """
        käufer, kunde, kundin, rechnungsempfänger, empfänger, empfängerin, rechnung an, rechnung für,
        rechnungsadresse,
        rechnungsanschrift, leistungsempfänger, auftraggeber, besteller, abweichender rechnungsempfänger, an, debitor,
        bill to, bill-to, billed to, billing to, billing, invoice to, invoiced to, invoice for, invoice address,
        sold to, sold-to, customer,
        client, buyer, purchaser, to, recipient, guest, guest name, prepared for, billed client, charge to, for,
        account holder details,
        facturé à, facturer à, facture à, factures à, facturation, client facturé, acheteur, destinataire,
        acquéreur, adressé à,
        preneur, doit, à l'attention de, tiers facturé,
        cliente, intestatario, intestata a, destinatario, spett.le, spettabile, spett, cessionario, committente,
        cessionario/committente, cessionario committente, acquirente, fatturare a, fatturato a, fatturazione,
        fattura a,
        comprador, facturar a, factura a, facturado a, facturación, receptor, adquiriente, facturar
        klant, koper, afnemer, factuuradres, factuur aan, facturatie, gefactureerd aan, debiteur, ontvanger, aan,
        geadresseerde,
        faturado a, faturar a, fatura para, faturação, adquirente, exmo. sr, exmo.(s) sr.(s), exmos. senhores,
        exmo sr,
        kund, köpare, fakturaadress, faktureringsadress, fakturaadresse, faktureringsadresse, laskutusosoite,
        faktureras, fakturering, faktura till, køber, kjøper, fakturering, faktureres til, ostaja, asiakas,
        laskutus, nabywca, odběratel, odberateľ, kupující, vevő, vásárló, cumpărător, kupac, kupec, klient,
        bill to party, invoicee, versicherungsnehmer, mieter, mandant, patient, teilnehmer, abonnent,
        vertragspartner, assuré, abonné,
        locataire, tenant, policyholder, subscriber, insured, inquilino, asegurado, abonado, huurder""",
    Side.DELIVERY: """
        ship to, ship-to, shipped to, deliver to, delivery, shipping, delivered to, consignee, delivery to,
        job site, site, service,
        livraison, livré à, livrer à, lieu de livraison, adresse de livraison, destinataire livraison, chantier,
        expédié à,
        lieferung, lieferanschrift, lieferadresse, warenempfänger, abweichender warenempfänger, lieferung an,
        empfangsstelle,
        versandadresse, versand an, leistungsort, lieferort, anlieferung,
        consegna, destinazione, luogo di consegna, destinazione merce, spedito a, spedizione, spedire a,
        envío, entrega, enviar a, enviado a, lugar de entrega, aflevering, afleveradres, leveradres, bezorgadres,
        verzendadres,
        levering, verzending, local de entrega, local de descarga, local de carga, entregar a, enviar para, envio,
        descarga, carga,
        leverans, leveransadress, leveringsadresse, toimitus, odbiorca, dodací adresa, transport""",
    Side.OTHER: """
        représentant fiscal, fiskalvertreter, steuervertreter, tax representative, rappresentante fiscale,
        representante fiscal,
        bénéficiaire, beneficiary, factor, affactureur, payer, payeur, payee bank, zahler, zahlungsempfänger,
        agent, broker, notify party, contact commercial, bank details, bankverbindung, manufacturer, hersteller,
        carrier, spediteur,
        transporteur, vettore, transportista, agency, representative, sales rep, salesperson, account executive""",
}
_INLINE = re.compile(r"^(?P<label>[^:]{1,40}?)\s*:\s*(?P<rest>\S.*)$")
_INLINE_WORDS = re.compile(
    r"^(?P<label>bill(?:ed)? to|sold to|invoiced? to|ship(?:ped)? to|deliver(?:ed)? to|facturée? à|livrée? à|"
    r"rechnung an|"
    r"remit(?: payment)? to|send payment to|lieferung an|spett\.?\s?le|facturar a|facturado a|faturado a|"
    r"factuur aan)\s+(?P<rest>[A-ZÀ-Þ0-9].*)$",
    re.IGNORECASE,
)
_NOISE = re.compile(
    r"\b(?:information(?:s|en)?|info|details?|data|daten|angaben|stammdaten|datos|dati|dados|gegevens|coordonnées|"
    r"address(?:es)?|"
    r"adresse|adressen|anschrift|direcci[oó]n|indirizzo|morada|adres|adresa|adress|name|nom|nombre|nome|naam|namn|"
    r"navn|party|partner|"
    r"firma|company|société|entreprise|empresa|azienda|bedrijf|du|de|del|della|des|der|dem|den|die|das|the|of|le|la|"
    r"les|il|lo|los|"
    r"votre|notre|ihre|ihr|your|unsere?|our|n|r[ée]f[ée]rences?|fiscal(?:es|i)?|facture|reference|and|und|et|&|"
    r"identit[ée]|person|contact)\b|\bl[’']",
    re.IGNORECASE,
)
_YOURS = re.compile(
    r"\b(?:vos|votre|ihre?|your|uw|sus?|vuestro|suoi|vostr[aio]|seus?|client[es]?|customer|kunden?|klant|buyer|"
    r"acheteur|k[äa]ufer|"
    r"empf[äa]nger|cliente|acquirente|cessionario|destinatario|destinataire|recipient)\b",
    re.IGNORECASE,
)
_OURS = re.compile(
    r"\b(?:nos|notre|unsere?|our|onze?|nuestr[oa]s?|nostr[oaie]|noss[oa]s?|seller|vendor|supplier|lieferant(?:en)?|"
    r"verk[äa]ufer|"
    r"fournisseur|vendeur|[ée]metteur|prestataire|fornitore|cedente|proveedor|emisor|leverancier|verkoper|"
    r"fornecedor)\b",
    re.IGNORECASE,
)
_NAME_ROW = re.compile(
    r"^(?:name|firma|firmenname|unternehmen|company(?:\s+name)?|business\s+name|legal\s+name|nom|"
    r"nom\s*/\s*raison\s+sociale|"
    r"raison\s+sociale|d[ée]nomination(?:\s+sociale)?|soci[ée]t[ée]|entreprise|denominazione|ragione\s+sociale|"
    r"raz[oó]n\s+social|nombre|nombre\s+o\s+raz[oó]n\s+social|nombre\s*/\s*raz[oó]n\s+social|empresa|naam|bedrijf|"
    r"bedrijfsnaam|"
    r"nome|designa[cç][aã]o\s+social|firma/name|name/firma|name\s+/\s+firma|navn|namn|nimi|nazwa|n[áa]zev|"
    r"nume)\s*:?$",
    re.IGNORECASE,
)
_ADDRESS_ROW = re.compile(
    r"^(?:anschrift|adresse|address|street|stra[ßs]e|strasse|ort|plz|plz/ort|city|stadt|ville|rue|indirizzo|"
    r"direcci[oó]n|domicilio|"
    r"domicile|si[èe]ge(?:\s+social)?|adres|morada|endere[cç]o|sede|sede\s+legale|registered\s+office|postcode|zip|"
    r"land|country|pays|"
    r"plaats|localidade|localidad|citt[àa]|comune|adress|cap|anschriftenzusatz)\s*:?$",
    re.IGNORECASE,
)


NO_LABELS: Mapping[str, Side] = MappingProxyType({})


_ALIKE = str.maketrans("l1|0538äöüéèêáàíóúçñ", "iiiosebaoueeeaaioucn")


@dataclass(frozen=True, slots=True)
class PartyLabel:
    """A label, and what of the party is printed in the same line after it."""

    side: Side
    rest_at: int | None
    """Where the party begins in the text; None where the line is the label alone."""


def fold(text: str) -> str:
    return " ".join(text.casefold().replace("’", "'").split()).strip(" :.-–*#")


def _blurred(key: str) -> str:
    """What OCR and broken text layers leave of a phrase: no spaces, and one of the letters that look alike."""
    return "".join(c for c in key if c not in " '").translate(_ALIKE)


def _table() -> dict[str, Side]:
    table: dict[str, Side] = {}
    for side, phrases in _PHRASES.items():
        for phrase in phrases.split(","):
            key = fold(phrase)
            table.setdefault(key, side)
            if len(key) >= 6:  # words of a text layer may fall apart; OCR joins words and mistakes letters
                table.setdefault(_blurred(key), side)
    return table


_TABLE = _table()
_ONLY_ALONE = frozenset(
    ("an", "to", "from", "for", "aan", "service", "site", "guest", "carga", "doit", "transport", "provider", "agency")
)
"""Too ordinary to be trusted next to other words."""
_ARTICLES = vocabulary("du de del della des der dem den die das the of le la les il lo los n and und et & l'")


@lru_cache(maxsize=4096)
def _side(text: str) -> Side | None:
    """The side of a text that is a party label and nothing else."""
    key = fold(text)
    if not key or len(key) > 60:
        return None
    if (side := _TABLE.get(key) or _TABLE.get(_blurred(key))) is not None:
        return side
    for part in re.split(r"\s*[/&,(|)]\s*|\s+-\s+", key):
        if part != key and (side := _TABLE.get(fold(part))) is not None:
            others = [p for p in re.split(r"\s*[/&,(|)]\s*|\s+-\s+", key) if p and p != part]
            if all(_TABLE.get(fold(o)) is not None or not _NOISE.sub("", o).strip(" '’-") for o in others):
                return side
    # What is left must be a label, and more than an article must have gone: a company may be called `Le Client`.
    bare = fold(_NOISE.sub(" ", key))
    gone = [w for w in _NOISE.findall(key) if w not in _ARTICLES]
    if bare != key and gone and bare not in _ONLY_ALONE:
        return _TABLE.get(bare)
    return None


def party_label(text: str, more: Mapping[str, Side] = NO_LABELS) -> PartyLabel | None:
    """The party label that a segment is, or begins with; `more` are (folded) phrases of the user's own schema."""
    text = text.strip()
    side = _side(text) or (more.get(fold(text)) if more else None)
    if side is not None:
        return PartyLabel(side, None)
    for pattern in (_INLINE, _INLINE_WORDS):
        hit = pattern.match(text)
        if hit is None:
            continue
        side = _side(hit["label"]) or more.get(fold(hit["label"]))
        if side is not None:
            rest = hit["rest"]
            if not _NOISE.sub("", rest).strip(" ,;:.'’-"):
                return PartyLabel(side, None)
            return PartyLabel(side, hit.start("rest"))
    return None


def owner_of(text: str) -> Side | None:
    """Whose number or details a text speaks of: yours (the buyer's) or ours."""
    if _YOURS.search(text):
        return Side.BUYER
    if _OURS.search(text):
        return Side.SELLER
    return None


def is_name_row(text: str) -> bool:
    """Whether a label announces the name itself (`Name:`, `Raison sociale :`)."""
    return _NAME_ROW.match(text.strip()) is not None


def is_address_row(text: str) -> bool:
    return _ADDRESS_ROW.match(text.strip()) is not None
