"""What is printed beside the values that invoices and receipts share, in many languages; the surest first."""
# ruff: noqa: E501 - lists of words

from __future__ import annotations

from schemas.ask import words

CURRENCY = words(
    "Currency | Currency code | Invoice currency | Amounts in | All amounts in | Prices in",
    "Währung | Rechnungswährung | Währungscode | Beträge in | Alle Beträge in | Alle Angaben in | Preise in",
    "Devise | Monnaie | Devise de facturation | Montants en | Montants exprimés en | Prix en",
    "Moneda | Divisa | Importes en | Valuta | Divisa della fattura | Importi in | Bedragen in",
    "Moeda | Valores em | Waluta | Valuta",
)

SUBTOTAL = words(
    "Subtotal | Sub total | Sub-total | Net amount | Net total | Total net | Net | Total excl. VAT | Total excluding VAT"
    "| Total ex VAT | Total ex. VAT | Total without VAT | Total before tax | Amount before tax | Total excl. tax | Total excl. GST"
    "| Total excluding tax | Taxable amount | Untaxed amount | Total untaxed | Net value | Net invoice amount | Total net amount"
    "| Sum net | Net sum | Tax basis total | Total tax basis | Invoice subtotal | Amount excl. VAT | Goods total | Sales subtotal"
    "| Total (excluding GST) | Total excluding SST | Taxable value | Total taxable value | Total taxable",
    "Nettobetrag | Summe netto | Netto | Gesamt netto | Gesamtbetrag netto | Gesamtsumme netto | Netto gesamt | Nettosumme"
    "| Netto-Summe | Nettogesamtbetrag | Rechnungsbetrag netto | Zwischensumme | Zwischensumme netto | Zwischensumme (netto)"
    "| Summe (netto) | Gesamt (netto) | Netto-Betrag | Nettowert | Warenwert | Warenwert netto | Gesamtnetto | Gesamtpreis netto"
    "| Summe ohne MwSt. | Summe ohne USt. | Summe exkl. MwSt. | Total exkl. MwSt. | Total netto | Betrag netto | Netto-Rechnungsbetrag"
    "| Nettorechnungsbetrag | Gesamtbetrag (netto) | Steuerbasisbetrag | Bemessungsgrundlage | Summe Positionen | Positionssumme"
    "| Gesamtbetrag ohne USt. | Rechnungssumme ohne USt. | Rechnungssumme netto | Nettosumme gesamt | Entgelt | Nettoentgelt"
    "| Summe zzgl. MwSt. | Gesamtsumme ohne MwSt. | Zwischentotal | Rechnungsbetrag ohne MwSt. | Summe Netto EUR | Steuerpflichtiger Betrag",
    "Total HT | Montant HT | Total H.T. | Montant total HT | Total hors taxes | Total hors taxe | Montant hors taxes | Sous-total"
    "| Sous-total HT | Sous total | Total net HT | Net HT | Montant net HT | Base HT | Total HT net | Montant total hors taxes | Prix total HT"
    "| Total général HT | Total HTVA | Montant HTVA | Total hors TVA | Montant hors TVA | Total € HT | Total (HT)"
    "| Total hors TVA net | Base imposable",
    "Base imponible | Subtotal | Total sin IVA | Importe neto | Total neto | Neto | Total base imponible | Suma base imponible"
    "| Importe sin IVA | Base | Importe base | Total antes de impuestos | Suma | Total bruto sin IVA",
    "Imponibile | Totale imponibile | Imponibile totale | Totale netto | Subtotale | Netto | Totale senza IVA | Totale IVA esclusa"
    "| Importo netto | Totale merce | Totale merce netto | Netto merce | Base imponibile | Importo imponibile",
    "Subtotaal | Totaal excl. btw | Totaal exclusief btw | Totaal excl. BTW | Bedrag excl. btw | Netto bedrag | Nettobedrag"
    "| Totaal netto | Netto totaal | Bedrag exclusief btw | Totaal zonder btw | Maatstaf van heffing | Tussentotaal | Netto",
    "Subtotal | Total sem IVA | Total líquido | Valor líquido | Base tributável | Total ilíquido | Base de incidência | Valor sem IVA"
    "| Valor dos produtos | Valor total dos produtos | Incidência | Total s/ IVA | Montante líquido",
    "Wartość netto | Razem netto | Suma netto | Kwota netto | Ogółem netto | Łącznie netto",
    "Summa exkl. moms | Netto | Nettobelopp | Delsumma | Summa netto | Belopp exkl. moms | Totalt exkl. moms | Nettosumma",
    "Subtotal | I alt ekskl. moms | Beløb ekskl. moms | Nettobeløb | Momsgrundlag | Total ekskl. moms | Netto i alt",
)

TAX_TOTAL = words(
    "VAT | Tax | Sales tax | Total VAT | VAT total | Total tax | Tax total | Tax amount | VAT amount | Total VAT amount | Total tax amount"
    "| GST | GST amount | Total GST | GST total | SST | Service tax | HST | PST | IGST | CGST | SGST | Plus VAT | + VAT | VAT payable"
    "| Tax due | Taxes | Total taxes | Value added tax | Add: VAT | Estimated tax | GST payable | Total GST amount",
    "MwSt. | USt. | Mehrwertsteuer | Umsatzsteuer | MwSt | USt | zzgl. MwSt. | zzgl. USt. | zzgl. Mehrwertsteuer | zzgl. Umsatzsteuer"
    "| Summe MwSt. | Summe USt. | MwSt.-Betrag | USt.-Betrag | Steuerbetrag | Mehrwertsteuerbetrag | Umsatzsteuerbetrag | Gesamt MwSt."
    "| Gesamt USt. | MwSt. gesamt | Gesamtsteuerbetrag | Steuer | Steuergesamtbetrag | Steuerbetrag gesamt | Summe Umsatzsteuer"
    "| Summe Mehrwertsteuer | + MwSt. | + USt. | MwSt-Betrag | Gesamtbetrag der Steuern | Summe Steuer | Summe Steuern | Steuersumme"
    "| zzgl. gesetzl. MwSt. | zuzüglich Mehrwertsteuer | zuzüglich MwSt. | zuzügl. MwSt. | darin enthaltene MwSt. | enthaltene MwSt."
    "| inkl. MwSt. | Vorsteuer | gesetzl. MwSt. | Gesamtbetrag USt. | Mehrwertsteuer gesamt | Umsatzsteuer gesamt | Total MwSt. | MWST",
    "TVA | Montant TVA | Total TVA | Montant de la TVA | T.V.A. | TVA totale | Montant total TVA | Total taxes | Total T.V.A."
    "| Taxe | Taxes | Montant total de la TVA | Total de la TVA | dont TVA | Montant des taxes | TPS | TVQ | Total des taxes",
    "IVA | Cuota IVA | Total IVA | Importe IVA | Cuota | Cuota de IVA | Impuestos | Total impuestos | I.V.A. | Impuesto | Total cuota IVA"
    "| Importe total IVA | IGIC",
    "IVA | Totale IVA | Imposta | Importo IVA | Totale imposta | Imposta totale | I.V.A. | Totale imposte | di cui IVA | Imposte",
    "BTW | Btw-bedrag | BTW bedrag | Totaal btw | Btw totaal | Totaal BTW | Bedrag btw | B.T.W. | Omzetbelasting | Totaal btw-bedrag",
    "IVA | Total IVA | Valor do IVA | Valor IVA | Imposto | Total de imposto | Montante do IVA | Total do IVA | Total impostos | Impostos",
    "VAT | Kwota VAT | Podatek VAT | Razem VAT | Suma VAT | Wartość VAT",
    "Moms | Momsbelopp | Total moms | Summa moms | Varav moms | Moms totalt | Mervärdesskatt",
    "Moms | Momsbeløb | Moms i alt | Heraf moms | Total moms",
)

TOTAL = words(
    "Total | Grand total | Invoice total | Total amount | Total incl. VAT | Total including VAT | Total inc VAT | Total inc. VAT | Total incl. tax"
    "| Gross total | Gross amount | Total gross | Invoice amount | Total invoice amount | Total invoice | Total with VAT | Total price | Amount total"
    "| Total including tax | Total inc GST | Total incl. GST | Total incl GST | Total including GST | Total inclusive of GST | Total (incl. GST)"
    "| Total incl. SST | Total sales | Total sales inclusive GST | Total sales (inclusive of GST) | Total RM | Net total | Rounded total | Total rounded"
    "| Final total | Overall total | Total EUR | Total USD | Total GBP | Total amount incl. VAT | Gross | Total value | Order total | Credit total | Total credit"
    "| Nett total | Round amt total | Total rounding | Total amt | Total payable | Total amount payable",
    "Gesamtbetrag | Rechnungsbetrag | Gesamtsumme | Bruttobetrag | Gesamt | Summe brutto | Gesamt brutto | Gesamtbetrag brutto | Brutto"
    "| Endbetrag | Endsumme | Rechnungssumme | Gesamtsumme brutto | Rechnungsbetrag brutto | Bruttosumme | Brutto gesamt | Rechnungsgesamtbetrag"
    "| Rechnungsendbetrag | Summe inkl. MwSt. | Gesamt inkl. MwSt. | Gesamtbetrag inkl. MwSt. | Total inkl. MwSt. | Summe | Summe EUR | Betrag"
    "| Gesamtbetrag inkl. USt. | Gesamt (brutto) | Summe (brutto) | Gesamtbetrag (brutto) | Rechnungstotal | Gesamtpreis | Gesamtpreis brutto"
    "| Gesamtbruttobetrag | Gutschriftsbetrag | Gutschriftbetrag | Rechnungssumme inkl. USt. | Rechnungssumme brutto | Bruttogesamtbetrag | Gesamtbetrag EUR"
    "| Rechnungsbetrag inkl. MwSt. | Bruttorechnungsbetrag | Gesamt EUR | Total brutto | Korrekturbetrag | Gesamtbetrag in EUR | Zu zahlen",
    "Total TTC | Montant TTC | Total T.T.C. | Montant total TTC | Total toutes taxes comprises | Total général | Montant total | Total"
    "| Total général TTC | Net TTC | Prix total TTC | Montant de la facture | Total facture | Total TVAC | Montant TVAC | Total TVA comprise"
    "| Total € TTC | Total (TTC) | Montant toutes taxes comprises | Total avec taxe | Total avec TVA | Montant global | Total de l'avoir",
    "Total | Importe total | Total factura | Total con IVA | Total IVA incluido | Total general | Total importe | Importe factura | Total EUR"
    "| Importe total factura | Total documento | Monto total",
    "Totale | Totale fattura | Totale documento | Totale generale | Importo totale | Totale IVA inclusa | Totale complessivo | Totale ivato"
    "| Totale euro | Importo totale fattura | Totale con IVA | Totale lordo",
    "Totaal | Totaal incl. btw | Totaal inclusief btw | Totaalbedrag | Factuurbedrag | Eindtotaal | Totaal incl. BTW | Bedrag incl. btw"
    "| Factuurtotaal | Totaal factuurbedrag | Bruto | Totaal bruto | Bedrag inclusief btw | Eindbedrag",
    "Total | Valor total | Total geral | Total com IVA | Total da fatura | Total do documento | Valor total da nota | Total documento | Montante total"
    "| Valor da fatura | Total c/ IVA | Total ilíquido com IVA",
    "Razem | Suma | Wartość brutto | Razem brutto | Kwota brutto | Suma brutto | Ogółem | Ogółem brutto",
    "Totalt | Summa | Totalsumma | Summa inkl. moms | Totalt inkl. moms | Totalbelopp | Fakturabelopp | Summa att betala",
    "I alt | Total | Total inkl. moms | I alt inkl. moms | Fakturabeløb | Totalbeløb | Beløb i alt",
)

AMOUNT_DUE = words(
    "Amount due | Balance due | Total due | Amount payable | Payable amount | Please pay | To pay | Total to pay | Due payable amount"
    "| Outstanding amount | Amount outstanding | Amount to pay | Net payable | Pay this amount | Remaining amount | Balance | Due amount"
    "| Amount owed | Total amount due | Total balance due | Outstanding balance | Current amount due | Due now | Total amount payable | Payment due"
    "| Open amount | Residual | Residual amount | Left to pay | Remaining balance | Total now due",
    "Zahlbetrag | Zu zahlen | Zu zahlender Betrag | Fälliger Betrag | Zahlungsbetrag | Offener Betrag | Restbetrag | Noch zu zahlen | Zahllast"
    "| Fälliger Gesamtbetrag | Zu zahlender Gesamtbetrag | Auszahlungsbetrag | Überweisungsbetrag | Forderungsbetrag | Gesamtforderung"
    "| Ausstehender Betrag | Fälliger Rechnungsbetrag | Zahlungsbetrag gesamt | Zu überweisen | Erstattungsbetrag | Bitte zahlen | Noch offen"
    "| Verbleibender Betrag | Fällig | Zu bezahlen | Zahlungspflichtiger Betrag | Verbleibender Restbetrag",
    "Net à payer | Montant à payer | Reste à payer | Total à payer | Somme à payer | Solde à payer | À payer | Montant dû | Net à payer TTC"
    "| Solde dû | Solde | Net à régler | Total dû | Montant à régler | Reste à régler | Reste dû | Montant restant dû | Net à déduire"
    "| Net à votre crédit",
    "Total a pagar | Importe a pagar | Pendiente de pago | Líquido a percibir | A pagar | Saldo pendiente | Importe pendiente | Total pendiente",
    "Totale da pagare | Netto a pagare | Importo da pagare | Totale dovuto | Da pagare | Saldo | Importo dovuto | Netto da pagare",
    "Te betalen | Te voldoen | Totaal te betalen | Te betalen bedrag | Openstaand bedrag | Nog te betalen | Openstaand saldo",
    "Total a pagar | Valor a pagar | Montante a pagar | A pagar | Valor em dívida | Saldo devedor",
    "Do zapłaty | Pozostało do zapłaty | Kwota do zapłaty | Razem do zapłaty",
    "Att betala | Belopp att betala | Summa att betala | Att erlägga",
    "At betale | Til betaling | Beløb til betaling | Restbeløb | Skyldigt beløb",
)

DESCRIPTION = words(
    "Description | Item | Item description | Details | Product | Service | Article | Goods | Particulars | Item name | Name | Product description"
    "| Description of goods | Product name | Services | Activity | Designation | Product / service | Item & description",
    "Bezeichnung | Beschreibung | Artikel | Leistung | Artikelbezeichnung | Text | Produkt | Position | Gegenstand | Leistungsbeschreibung"
    "| Produktbezeichnung | Artikelbeschreibung | Ware | Bezeichnung der Leistung | Artikelname | Dienstleistung | Warenbezeichnung | Lieferung/Leistung",
    "Désignation | Description | Libellé | Article | Produit | Prestation | Désignation des produits | Nature | Détail | Intitulé | Dénomination"
    "| Description du produit | Désignation article",
    "Descripción | Concepto | Artículo | Producto | Detalle | Servicio | Denominación",
    "Descrizione | Articolo | Prodotto | Servizio | Descrizione articolo | Causale | Descrizione beni e servizi | Prestazione",
    "Omschrijving | Artikel | Beschrijving | Product | Dienst | Artikelomschrijving | Productomschrijving",
    "Descrição | Designação | Artigo | Produto | Serviço | Descrição do produto | Descrição dos produtos",
    "Nazwa | Nazwa towaru | Nazwa towaru lub usługi | Opis | Towar/usługa",
    "Beskrivning | Benämning | Artikel | Produkt | Specifikation | Varebeskrivelse | Beskrivelse | Betegnelse | Vare | Tekst | Ydelse",
)

QUANTITY = words(
    "Quantity | Qty | Qty. | Units | Hours | Amount of units | Pieces | Pcs | Count | No. of units | Qty/Hrs | Quantity shipped | Billed quantity"
    "| Shipped | Delivered | QTY | Quant. | Quan. | Hrs",
    "Menge | Anzahl | Anz. | Stück | Stk. | Stk | Std. | Stunden | Stückzahl | Liefermenge | Mge. | Mge | Menge/Einheit | Anzahl/Menge | Zeit | Dauer",
    "Quantité | Qté | Qté. | Qte | Nombre | Nb | Qtés | Nbre | Qté facturée | Heures | Quantités",
    "Cantidad | Cant. | Uds. | Unidades | Cant | Horas | Ctd. | Uds",
    "Quantità | Q.tà | Qtà | Q.ta | Qta | Qt. | Ore | Qtà. | Qt.à | Quant.",
    "Aantal | Hoeveelheid | Stuks | Uren | Aant. | Aantal stuks",
    "Quantidade | Qtd. | Qtd | Qtde. | Qtde | Quant. | Qt. | Horas",
    "Ilość | Antal | Kvantitet | Mängd | Mængde | Stk. | Antal enheder | Antall",
)

UNIT_PRICE = words(
    "Unit price | Price | Rate | Price per unit | Unit cost | Price each | Unit rate | Net price | Unit net price | Net unit price | Item price | Cost"
    "| U. price | U/Price | Price/unit | Each | Hourly rate | Unit price excl. VAT | List price | Price per item | Unit amount | Price (net) | Unit Price (net)",
    "Einzelpreis | E-Preis | EP | Preis | Stückpreis | Einzelpreis netto | Preis/Einheit | Einheitspreis | Nettopreis | Preis pro Einheit | Preis netto"
    "| Einzel | E.-Preis | Einzelbetrag | EP netto | Netto-Einzelpreis | Preis je Einheit | Stundensatz | Einzelpreis (netto) | VK-Preis | Preis/Stk. | Satz"
    "| Einzelpr. | Einz.-Preis | Preis / Stück | Verkaufspreis | Netto/Einheit | Nettoeinzelpreis | Einzel-Preis | Preis EUR | Einzelpreis EUR | Stk.-Preis",
    "Prix unitaire | PU HT | P.U. HT | PU | P.U. | Prix unitaire HT | Prix unit. | Prix | Prix unit. HT | P.U. H.T. | Prix U. HT | Prix U. | Tarif | PU net"
    "| Prix net | Px unitaire | Prix unitaire net | Prix HT | Px unit. | P.U net | Prix à l'unité | Prix unitaire (HT) | P.U. net HT | PU € HT",
    "Precio unitario | Precio | P. unitario | Precio ud. | Precio unit. | P.U. | Precio/ud. | Precio unidad | PVP | Tarifa | P. unit.",
    "Prezzo unitario | Prezzo | Prezzo unit. | P. unitario | Pr. unit. | Prezzo netto | Prezzo un. | Costo unitario | Tariffa | P. unit.",
    "Prijs | Stukprijs | Eenheidsprijs | Prijs per stuk | Prijs per eenheid | Tarief | Netto prijs | Stuksprijs | Prijs/eenh.",
    "Preço unitário | Preço | Preço unit. | P. unitário | Valor unitário | Pr. unitário | P. Unit. | Preço un. | Vl. unitário | Pr. unit.",
    "Cena | Cena netto | Cena jednostkowa | Cena jedn. netto | Cena jednostkowa netto | À-pris | Á-pris | A-pris | Pris | Pris/st | Enhetspris"
    "| Enhedspris | Stk. pris | Stykpris | Pris pr. stk. | Pris per enhet",
)

LINE_TOTAL = words(
    "Amount | Total | Line total | Net amount | Total price | Extended price | Total amount | Line amount | Net total | Net | Subtotal | Sum | Ext. price | Value"
    "| Net value | Total net | Total net amount | Extended amount | Price total | Amount excl. VAT | Line net | Net price | Total (net) | Total excl. VAT | Line value"
    "| Extension | Ext. | Taxable value",
    "Gesamtpreis | Betrag | Gesamt | Gesamtbetrag | Summe | G-Preis | GP | Gesamt netto | Nettobetrag | Positionsbetrag | Betrag netto | Wert | Gesamtpreis netto"
    "| Netto | Summe netto | Zeilensumme | Positionssumme | Gesamtwert | Nettopreis gesamt | Preis gesamt | Total | Betrag EUR | Gesamt EUR | G.-Preis | Positionswert"
    "| Nettobetrag gesamt | Gesamt (netto) | Ges.-Preis | Nettosumme | Zeilenbetrag | Warenwert | Gesamtbetrag netto | Positionsgesamt | Gesamtpreis EUR | Nettowert"
    "| Preis",
    "Montant HT | Total HT | Montant | Total | Montant H.T. | Total H.T. | Prix total HT | Prix total | Montant net HT | Total net HT | Montant ligne HT | Total ligne"
    "| Net HT | Montant net | Total ligne HT | Montant total HT | Prix net | Total net | Montant € HT | Prix total (HT) | Valeur",
    "Importe | Total | Importe total | Importe neto | Precio total | Subtotal | Total neto | Neto | Valor | Total línea",
    "Importo | Totale | Prezzo totale | Importo netto | Totale netto | Imponibile | Importo totale | Valore | Totale riga | Netto",
    "Bedrag | Totaal | Totaalbedrag | Regeltotaal | Totaalprijs | Totaal excl. btw | Bedrag excl. btw | Totaal netto | Netto bedrag | Nettobedrag | Subtotaal",
    "Valor | Total | Valor total | Total líquido | Montante | Preço total | Valor líquido | Total ilíquido | Subtotal | Importância",
    "Wartość | Wartość netto | Kwota netto | Wartość brutto | Kwota | Belopp | Summa | Totalt | Beløb | I alt | Total | Pris i alt | Radsumma | Linjetotal | Sum",
)
