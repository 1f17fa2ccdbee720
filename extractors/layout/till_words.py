"""What the rows of a till slip speak of, in the words of many languages: total, tax, what was given and came back."""

from __future__ import annotations

from enum import StrEnum

from extractors.layout.tokens import word_set


class Concept(StrEnum):
    """What a row of a slip is about."""

    TOTAL = "total"
    ROUNDED = "rounded"
    """The total after rounding, where it stands beside the word for rounding alone."""
    SUBTOTAL = "subtotal"
    TAX = "tax"
    ROUNDING = "rounding"
    PAID = "paid"
    CHANGE = "change"
    SAVING = "saving"
    COUNT = "count"
    """`Total quantity 3`: the amount beside it, if any, is the total."""
    CHARGE = "charge"
    NOTHING = ""


_TOTAL = word_set(
    "total totals totale totali totaal totaux totalt summe gesamt gesamtbetrag gesamtsumme endbetrag endsumme "
    "rechnungsbetrag rechnungssumme jumlah suma razem ttl tl ttc brutto"
)
_TO_PAY = (
    "to be paid", "to pay", "amount due", "total due", "balance due", "amount payable", "payable", "zu zahlen",
    "zahlbetrag", "a payer", "net a payer", "montant du", "a pagar", "importe total", "da pagare", "te betalen",
    "a pagare", "att betala", "at betale", "i alt", "do zaplaty", "summe eur", "bill amount", "amount",
    "net amt", "nett", "perlu bayar", "bayaran", "montant", "importe", "importo", "betrag", "sale amount",
)  # fmt: skip
_WEAK_TOTAL = word_set("balance amount net nett sales betrag montant importe importo sale bill saldo")
_SUB = word_set(
    "subtotal subtotale subtotaal sub zwischensumme sous excl excluding exclusive exkl excluded hors ht htva before "
    "netto taxable imponibile imposable without exclude tussentotaal delsumma zwischentotal excludes ex"
)
_SUBTOTAL = word_set("subtotal subtotale subtotaal zwischensumme tussentotaal delsumma zwischentotal")
_TAX = word_set("gst sst vat tax mwst ust tva iva btw moms steuer taxes mehrwertsteuer umsatzsteuer hst pst tvac cukai")
_INCLUDED = word_set(
    "incl inclusive including included inkl inc inclus comprise compris includes enthalten enthaltene inclusa incluido "
    "inclusief iva ttc with after"
)
_ROUNDING = word_set(
    "rounding round rounded rnd rundung rundungsdifferenz arrondi redondeo arrotondamento afronding arredondamento "
    "avrundning oresavrundning afrunding pembundaran zaokraglenie"
)
_PAID = word_set(
    "cash paid tender tendered tendering visa master mastercard maestro amex card cards credit debit payment pay "
    "received bar barzahlung gegeben bezahlt karte kartenzahlung ec girocard eccash especes cb carte recu regle "
    "efectivo entregado tarjeta contanti contante pagato pagamento pin contant ontvangen betaald tunai numerario "
    "cheque paypal mydebit voucher gotowka kontant kontanter pembayaran kreditkarte bancomat"
)
_CHANGE = word_set(
    "change ruckgeld zuruck wechselgeld rendu rendre cambio vuelta resto wisselgeld terug troco reszta vaxel tilbage "
    "baki kembali monnaie byttepenge tilbaka"
)
_SAVING = word_set(
    "saving savings saved discount disc rabatt remise economie ersparnis gespart points point punkte descuento sconto "
    "korting member promotion nachlass rebate coupon redeemed loyalty"
)
_COUNT = word_set(
    "qty quantity item items count pcs anzahl artikel articles article menge stuck stk posten articoli articulos "
    "pieces number unit units kuantiti"
)
_CHARGE = word_set(
    "service serv svc srv charge chrg tip trinkgeld pourboire servizio coperto tips gratuity chg delivery"
)
_SUMMARY = word_set("summary analysis breakdown rate code")

PHRASES: tuple[str, ...] = (
    *sorted(_TOTAL | _SUB | _TAX | _INCLUDED | _ROUNDING | _PAID | _CHANGE | _SAVING | _COUNT | _CHARGE | _SUMMARY),
    *_TO_PAY,
    "cashier", "adjustment", "date", "time", "receipt", "invoice", "simplified", "summary", "thank you", "terminal",
)  # fmt: skip
_PAYING = tuple(tuple(phrase.split()) for phrase in _TO_PAY)


def concept_of(tokens: tuple[str, ...]) -> tuple[Concept, float]:
    """What a row's words speak of, and how plainly, 0 to 1; `Concept.ROUNDING` is either rounding or the rounded."""
    words = set(tokens)
    if not words or len(tokens) > 12:
        return Concept.NOTHING, 0.0
    for concept, own in ((Concept.CHANGE, _CHANGE), (Concept.ROUNDING, _ROUNDING), (Concept.SAVING, _SAVING)):
        if words & own:
            return concept, 1.0
    total = _total(tokens)
    if words & _COUNT and not (total > 0 and words & (_SUB | _INCLUDED)):
        return Concept.COUNT, 0.3 if words & _TOTAL else 0.0
    tax = min((i for i, t in enumerate(tokens) if t in _TAX), default=None)
    if tax is not None and not _is_of_total(tokens, tax):
        return Concept.TAX, 1.0
    return _of_the_whole(words, total)


def _of_the_whole(words: set[str], total: float) -> tuple[Concept, float]:
    """Net sum, charge, total, or what was given."""
    if words & _SUB:
        plain = bool(words & (_TOTAL | _WEAK_TOTAL | _TAX | _SUBTOTAL))
        return (Concept.SUBTOTAL, 1.0) if plain else (Concept.NOTHING, 0.0)
    if words & _CHARGE and total < 1.0:
        return Concept.CHARGE, 1.0
    if total < 1.0 and words & _PAID:
        return Concept.PAID, 1.0
    return (Concept.TOTAL, total) if total else (Concept.NOTHING, 0.0)


def is_summary(tokens: tuple[str, ...]) -> bool:
    """The head of a breakdown of taxes: what follows is no sum of the slip."""
    words = set(tokens)
    return bool(words & _TAX and words & _SUMMARY) or ({"amount", "tax"} <= words and not words & _TOTAL)


def _is_of_total(tokens: tuple[str, ...], tax: int) -> bool:
    """`Total incl. GST` is a total; `GST included in total` and `Total GST` are a tax."""
    words = set(tokens)
    first = min((i for i, t in enumerate(tokens) if t in _TOTAL or t in _WEAK_TOTAL), default=None)
    if first is None or first > tax:
        return False
    return bool(words & (_INCLUDED | _SUB))


def _total(tokens: tuple[str, ...]) -> float:
    words = set(tokens)
    if words & {"tendered", "tender", "received"}:
        return 0.0
    if any(tokens[i : i + len(p)] == p for p in _PAYING if len(p) > 1 for i in range(len(tokens))):
        return 1.0
    if words & _TOTAL:
        return 1.0 if not words & (_PAID - {"pay", "payment"}) else 0.6
    return 0.6 if words & _WEAK_TOTAL or any((t,) in _PAYING for t in tokens) else 0.0
