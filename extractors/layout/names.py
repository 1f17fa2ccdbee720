"""What a line must look like to be the name of a company or a person."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from rapidfuzz import fuzz


def vocabulary(text: str) -> frozenset[str]:
    """The words of a list that is written as a sentence."""
    return frozenset(text.split())


# Legal forms that no ordinary word looks like: they count in any case and anywhere in a line.
_LONG_FORMS = (
    r"gmbh|g\.m\.b\.h|mbh|ggmbh|aktiengesellschaft|e\.\s?k(?:fr|fm)?|e\.\s?v|partg(?:\s?mbb)?|ohg|kgaa|part\.?g|"
    r"s\.?a\.?r\.?l\.?u?|s\.?a\.?s\.?u|e\.?u\.?r\.?l|s\.?a\.?s\.|s\.?c\.?o\.?p|s\.?c\.?i\.|s\.?p\.?r\.?l|"
    r"s\.?r\.?l\.?s?|s\.?p\.?a|s\.\s?n\.\s?c|s\.\s?a\.\s?s|s\.\s?coop|soc\.\s?coop|"
    r"s\.?l\.?u|s\.\s?l\.?|s\.?l\.?l|s\.\s?a\.\s?u?|sociedad\s+limitada|sociedad\s+an[oó]nima|"
    r"b\.\s?v\.?(?:b\.?a)?|n\.\s?v\.?|bvba|v\.?o\.?f\.|"
    r"lda|ltda|unipessoal|"
    r"ltd|limited|l\.?l\.?c|l\.?l\.?p|p\.?l\.?c|inc|incorporated|corp|corporation|pte|pvt|pty|"
    r"a/s|aps|i/s|k/s|a\.s|oyj|s\.?r\.?o|spol\.\s?s\s?r\.\s?o|sp\.\s?z\s?o\.?\s?o|d\.?o\.?o|kft|zrt|nyrt|"
    r"e\.?o\.?o\.?d|"
    r"sdn\.?\s*bhd|s/b|bhd|k\.k|co\.,?\s?ltd"
)
# Short ones are ordinary letters too: they count in capitals (or as written here) at the end of a name.
_SHORT_FORMS = (
    r"AG|KG|UG|SE|SA|SAS|SARL|SNC|SCI|SCA|SCOP|SC|BV|NV|VOF|CV|SL|SLU|SRL|SpA|SPA|AB|HB|AS|ASA|ANS|DA|OY|Oy|Ab|KK|"
    r"EI|SASU|"
    r"CC|PC|LP|eG|eV|eK|GbR|GBR|Co\.?|CO\.?|OG|EIRL|Lda|SCRL|SCS|asbl|ASBL|VZW|vzw|Oü|OÜ|SIA|UAB|AE|EPE|OE|PT|CV"
)
LEGAL_FORM = re.compile(
    rf"(?:(?<![\w.])(?i:{_LONG_FORMS})(?!\w)\.?)|(?:(?<![\w.])(?:{_SHORT_FORMS})(?=$|\s*[,;|)(·•●]|\s+[-–—]\s|"
    rf"\s+(?:&|et|und|and)\s+C))"
)
_ONLY_FORM = re.compile(
    rf"(?:(?:&|und|et|e|y|\+|mbB|haftungsbeschränkt|[(),.\s])|(?i:{_LONG_FORMS})\.?|(?:{_SHORT_FORMS})|(?i:compagnie|"
    rf"cie|co)\.?)+"
)
_CAPITAL = re.compile(
    r"\b(?:au\s+capital|capital\s+(?:de|social|of)|capitale\s+sociale|cap\.\s*soc|stammkapital|grundkapital)\b",
    re.IGNORECASE,
)
_COMPANY_WORD = re.compile(
    r"\b(?:group|gruppe|groupe|gruppo|grupo|holding|services?|solutions?|systems?|trading|enterprises?|industr\w+|"
    r"technolog\w+|"
    r"consulting|associates|partners?|partner|company|compagnie|cie|gesellschaft|genossenschaft|verband|verein|"
    r"stiftung|"
    r"société|societe|soci[eé]t[aà]|sociedad|sociedade|stadtwerke|werke|betriebe?|handel|vertrieb|bank|sparkasse|"
    r"hotel|hôtel|restaurant|restoran|ristorante|café|cafe|bar|shop|store|boutique|mart|market|supermarket|pharmacy|"
    r"apotheke|"
    r"universit\w+|hochschule|school|schule|école|gemeinde|stadt|ville|mairie|commune|communaute|communauté|comune|"
    r"ayuntamiento|"
    r"ministry|ministerium|minist[eè]re|agency|agentur|agence|studio|atelier|verlag|media|foundation|association|"
    r"institut\w*|"
    r"hospital|klinik|clinic|centre|center|zentrum|bakery|bäckerei|boulangerie|syarikat|perniagaan|kedai|pasaraya|"
    r"club|church|trust|council|county|department\s+of|city\s+of|logistics|transport\w*|spedition|werkstatt|"
    r"electronics?|"
    r"motors?|garage|autohaus|immobilien|versicherung|assurances?|energy|energie|telecom|software|design|digital)\b",
    re.IGNORECASE,
)
_TITLE = re.compile(
    r"^(?:herrn?|frau|fr\.|hr\.|mr|mrs|ms|miss|mister|dr|prof|dipl|ing|m\.|mme|mlle|monsieur|madame|sig|sig\.ra|sr|"
    r"sra|dott|d\.|"
    r"dhr|mevr|mw|de\s+heer|mevrouw|exmo|exma|ilmo)\.?\s+(?=[A-ZÀ-Þ])",
    re.IGNORECASE,
)
_ATTENTION = re.compile(
    r"^(?:z\.?\s?h(?:d|\.\s?d)?\.?(?:\s?v\.?)?|zu\s+h[aä]nden|attn?|attention|att|c/o|care\s+of|fao|f\.a\.o|"
    r"à\s+l[’']attention|"
    r"a\s+l[’']attention|all[’']attenzione|alla\s+c\.?\s?a|c\.?a\.?|a/a|a\s+la\s+atenci[oó]n|at\.?n?|"
    r"t\.?\s?a\.?\s?v|ter\s+attentie|"
    r"a/c|ao\s+cuidado|att\.?:|contact(?:\s+person)?|ansprechpartner(?:in)?|kontakt(?:person)?|interlocuteur|"
    r"contatto|contacto|"
    r"contactpersoon|referente|bearbeiter(?:in)?|sachbearbeiter(?:in)?|inhaber(?:in)?|inh\.|owner|"
    r"gesch[aä]ftsf[uü]hr\w*|"
    r"director|g[eé]rant|gf\b|ceo|managing)\b[\s.:]*",
    re.IGNORECASE,
)
_DEPARTMENT = re.compile(
    r"\b(?:abteilung|abt\.|dept\.?|department|service\s+(?:comptabilit|achat|client|factur)\w*|buchhaltung|"
    r"rechnungswesen|einkauf|"
    r"accounts?\s+payable|accounting|accounts|procurement|purchasing|comptabilit[eé]|crediteurenadministratie|"
    r"ufficio|"
    r"departamento|contabilidad|amministrazione|administration\s+des|kreditoren\w*|finance\s+department)\b",
    re.IGNORECASE,
)
_TRADE_NAME = re.compile(
    r"\b(?:trade\s?name|trading\s+as|nom\s+commercial|handelsname|nombre\s+comercial|nome\s+commerciale|"
    r"handelsnaam|t/a|d/?b/?a|logo)\b",
    re.IGNORECASE,
)
_NO_NAME = re.compile(
    r"^(?:(?:firma|herrn?|frau|familie|fam\.?|eheleute|an|an\s+(?:die|das|den)|dhr\.?|mevr\.?|mme|sig\.?(?:ra)?|"
    r"sra?\.?|monsieur|madame|messrs\.?|mr|mrs|company|soci[ée]t[ée])|"
    r"(?:tax\s+|vat\s+|sales\s+|commercial\s+|pro\s?-?forma\s+|handels|waren|schluss|teil|kosten|abschlags|"
    r"sammel|bau)?"
    r"(?:invoice|receipt|rechnung|rechnungskorrektur|gutschrift|credit\s+note|quote|quotation|estimate|statement|"
    r"order|bill|"
    r"facture|facture\s+d[’']avoir|avoir|devis|re[çc]u|bon\s+de\s+(?:commande|livraison)|factuur|creditnota|"
    r"kopie\s+factuur|"
    r"kopie|copy|original|duplicate|duplicata|duplikat|fattura|nota\s+di\s+credito|ricevuta|preventivo|"
    r"factura|recibo|albar[aá]n|presupuesto|fatura|nota\s+de\s+(?:cr[eé]dito|encomenda)|lieferschein|angebot|mahnung|"
    r"bestellung|auftrag(?:sbest[aä]tigung)?|seite|page|pagina|p[aá]gina|total|subtotal|summe|datum|date|fecha|data|"
    r"payment\s+receipt|cash\s+(?:bill|receipt|sale|memo)|proforma|faktura|kvittering|kvitto|regning)"
    r"(?:[\s/]+(?:invoice|receipt|rechnung|original|copy|facture|simplifi\w+|bill))*"
    r"(?:\s*(?:n[°ºo.r]+|nr|no|number|nummer|num[eé]ro|#)\.?)?[\s:#.\d/-]*)$",
    re.IGNORECASE,
)
_FUNCTION_WORDS = vocabulary(
    """we you your please the this that is are was will be with for any all our not thank thanks bitte wir ihre
    ihren sie ist sind wird werden unsere unserem nous vous votre merci est sont sera veuillez dans pour une gracias
    por favor grazie vi voi preghiamo wij ons onze uw bedankt obrigado não será"""
)
_DOCUMENT_WORDS = vocabulary(
    """nummer number no nr n num numéro numero name nom date datum fecha data menge quantity qty qté quantité preis
    price prix prezzo precio prijs preço betrag amount montant importe importo bedrag valor ust mwst vat tva iva btw
    tax taxe taxes art pos position artikel article item items description beschreibung bezeichnung désignation
    designation descripción descrizione omschrijving unit unitaire einheit total totaal totale summe gesamt
    gesamtbetrag netto brutto net gross ht ttc base rate taux satz rem remise rabatt discount currency währung
    devise page seite lief liefer order bestellung commande rechnung facture invoice notes note bemerkung
    bemerkungen remarks reference référence referenz ref code id gln siret siren kundennummer rechnungsnummer
    rechnungsdatum lieferdatum leistungsdatum kopie copy original address adresse anschrift details hotel rooms
    check in out revision agreement contract property office sales commission product estimate executive market
    payment mode method terms paiement zahlung zahlungsbedingungen conditions subtotal conto compte account bank of
    the du de la le les der die das und et and for per from to e y phone telefon tel fax email mail web"""
)
_FOUNDED = re.compile(r"\b(?:since|seit|depuis|desde|dal|sinds|est\.?|gegründet)\s+\d{4}\b", re.IGNORECASE)
_SEPARATOR = re.compile(r"\s*[|●•·∙▪■◦‧*¦]\s*|\s+[-–—]\s+|\s+/\s+|\s{2,}")


@lru_cache(maxsize=4096)
def plain(text: str) -> str:
    """Letters and digits only, folded, single spaces: what two printings of a name have in common."""
    folded = unicodedata.normalize("NFKD", text.casefold())
    kept = "".join(c if c.isalnum() else " " for c in folded if not unicodedata.combining(c))
    return " ".join(kept.split())


@lru_cache(maxsize=4096)
def core(text: str) -> str:
    """`plain` without the legal form: what letterhead, e-mail domain and account holder share."""
    return plain(LEGAL_FORM.sub(" ", text)) or plain(text)


def has_legal_form(text: str) -> bool:
    """Whether a line carries a legal form behind a name; `SARL au capital de ...` names no company."""
    hit = LEGAL_FORM.search(text)
    return hit is not None and any(c.isalpha() for c in text[: hit.start()]) and not is_capital(text)


def is_capital(text: str) -> bool:
    """Whether a line tells a company's share capital."""
    return _CAPITAL.search(text) is not None


def only_legal_form(text: str) -> bool:
    """Whether a line is the rest of a name that broke before its legal form (`& Co. KG`, `Sdn Bhd`)."""
    return _ONLY_FORM.fullmatch(text.strip()) is not None and LEGAL_FORM.search(text) is not None


def has_company_word(text: str) -> bool:
    return _COMPANY_WORD.search(text) is not None


def spells_domain(name: str, domain: str) -> bool:
    """Whether an e-mail or web domain spells a name (`Polar Traders` - `polar-traders`)."""
    squashed, label = core(name).replace(" ", ""), plain(domain).replace(" ", "")
    if len(label) < 4 or len(squashed) < 4:
        return False
    shorter, longer = sorted((len(squashed), len(label)))
    if squashed in label or label in squashed:
        return shorter >= 0.5 * longer
    return shorter >= 6 and fuzz.partial_ratio(squashed, label) >= 90


def is_person_title(text: str) -> bool:
    return _TITLE.match(text) is not None


def is_attention(text: str) -> bool:
    """Whether a line names whom to ask for (`z.Hd.`, `Attn`, `Contact`), not whom the document is for."""
    return _ATTENTION.match(text) is not None


def is_department(text: str) -> bool:
    return _DEPARTMENT.search(text) is not None and not has_legal_form(text)


def is_trade_name(text: str) -> bool:
    """Whether the line itself says that it is a brand or a logo beside the legal name."""
    return _TRADE_NAME.search(text) is not None


def separated(text: str) -> list[tuple[int, int]]:
    """The spans of the parts of a line with separators (`Company | Street | City`)."""
    spans, start = [], 0
    for hit in _SEPARATOR.finditer(text):
        if hit.start() > start:
            spans.append((start, hit.start()))
        start = hit.end()
    if start < len(text):
        spans.append((start, len(text)))
    return spans


def is_title(text: str) -> bool:
    """Whether a line is the name of the document, with or without its number (`Rechnung 4711`, `Page 1 / 2`)."""
    return _NO_NAME.match(text.strip()) is not None


def is_sentence(text: str) -> bool:
    """Whether a line ends as sentences and slogans do, and as names do not."""
    stripped = text.rstrip()
    ends = stripped.endswith(".") and len(stripped.split()[-1]) > 4
    return (ends or _FOUNDED.search(stripped) is not None) and not has_legal_form(text)


def looks_like_name(text: str) -> bool:
    """Whether nothing speaks against a line being a name: letters, few digits, no title, no sentence."""
    letters = sum(c.isalpha() for c in text)
    digits = sum(c.isdigit() for c in text)
    if letters < 2 or digits > letters or len(text) > 90:
        return False
    if is_title(text) or text.startswith(("(c)", "(C)", "©")) or text.rstrip().endswith((":", "?", "!")):
        return False
    if ";" in text or (text.islower() and len(text.split()) > 1 and not has_legal_form(text)):
        return False
    tokens = plain(text).split()
    if len(tokens) > 12 or not any(len(t) > 1 for t in tokens) or all(t in _DOCUMENT_WORDS for t in tokens):
        return False
    return sum(t in _FUNCTION_WORDS for t in tokens) < 2 or has_legal_form(text)
