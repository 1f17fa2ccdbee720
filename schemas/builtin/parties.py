"""Who sells and who buys: names, addresses, registrations and bank accounts on an invoice."""
# ruff: noqa: E501 - lists of words

from __future__ import annotations

from schemas.ask import Ask, words

SELLER_NAME = Ask(
    "Seller", "Company or person that issues the invoice, with its legal form", "name", compare="fuzzy", role="issuer",
    labels=words(
        "Seller | Supplier | Vendor | From | Issued by | Invoice from | Company | Payee | Remit to | Service provider | Billed by | Bill from | Sold by | Issuer",
        "Verkäufer | Lieferant | Absender | Rechnungssteller | Leistungserbringer | Von | Aussteller | Rechnungsaussteller | Auftragnehmer | Kontoinhaber"
        "| Zahlungsempfänger | Firma",
        "Vendeur | Fournisseur | Émetteur | Prestataire | De | Émis par | Expéditeur | Société",
        "Vendedor | Proveedor | Emisor | Emitido por | De | Fornitore | Venditore | Cedente | Prestatore | Emittente | Mittente | Cedente/prestatore",
        "Verkoper | Leverancier | Afzender | Van | Opdrachtnemer | Fornecedor | Vendedor | Emitente | Prestador | Sprzedawca | Wystawca | Säljare | Leverantör | Sælger",
    ),
)  # fmt: skip
SELLER_ADDRESS = Ask(
    "Seller's address", "Postal address of the seller, without the name", "address", compare="fuzzy", role="issuer", max_length=300,
    labels=words(
        "Address | Our address | Registered office | Seller address | Supplier address | Anschrift | Adresse | Firmensitz | Sitz | Absenderadresse"
        "| Adresse du vendeur | Siège social | Dirección | Domicilio | Indirizzo | Sede legale | Sede | Adres | Vestigingsadres | Morada | Endereço | Sede social"
        "| Adres sprzedawcy | Adress",
    ),
)  # fmt: skip
_VAT = words(
    "VAT ID | VAT no. | VAT number | VAT Reg. No. | VAT registration number | VAT reg no | VAT | VATIN | VAT ID no. | VAT identification number | VAT Id Nr"
    "| VAT Nr. | VAT # | Tax ID | GST no. | GSTIN | GST Reg. No. | GST ID | GSTIN/UIN | ABN | VAT code | VAT-ID | GST ID No | SST no. | EU VAT"
    "| USt-IdNr. | USt-Id-Nr. | USt-ID | Umsatzsteuer-ID | Umsatzsteuer-Identifikationsnummer | USt.-IdNr. | USt.-Id.-Nr. | UID | UID-Nr. | UID-Nummer | Ust-ID-Nr."
    "| USt.-ID | Ust.-ID-Nr. | Umsatzsteuer-Ident-Nr. | USt.Id.Nr. | MwSt.-Nr. | MWST-Nr. | UStID | Umsatzsteueridentifikationsnummer | USt-Identnummer | VAT-Nr."
    "| USt-ID-Nr | Umsatzsteuer-IdNr. | USt-Ident-Nr. | Umsatzsteuer-ID-Nr. | ATU | ATU-Nr. | USTID | UmsatzSt-ID | MwSt-Nummer | USt-Id Nr. | Ust.-Id | Umsatzsteuernummer"
    "| N° TVA | TVA intracommunautaire | N° TVA intracommunautaire | TVA intracom. | N° de TVA | Numéro de TVA | N° TVA intra | N° de TVA intracommunautaire | TVA intra"
    "| Numéro TVA | Id. TVA | N° TVA intracom | No TVA | TVA | N° TVA intra. | Identifiant TVA | N° d'identification TVA | N° id. TVA | Numéro de TVA intracommunautaire"
    "| NIF | CIF | NIF/CIF | CIF/NIF | N.I.F. | C.I.F. | NIF-IVA | NIF IVA | N.º IVA | IVA nº | DNI | RFC"
    "| P.IVA | P. IVA | Partita IVA | Part. IVA | P.I. | P.Iva | Partita I.V.A. | C.F./P.IVA | P.IVA/C.F. | PI | Cod. Fisc. e P.IVA | P.I./C.F. | IT-P.IVA"
    "| Btw-nummer | BTW-nummer | BTW nr. | Btw nr. | BTW | BTW-nr. | Btw-id | BTW-identificatienummer | Btw-identificatienummer | BTW nummer | OB-nummer | BTW-id"
    "| NIF | N.º contribuinte | Contribuinte | NIPC | N.º de contribuinte | Nº contribuinte | CNPJ | N.I.F. | Número de contribuinte"
    "| NIP | VAT UE | NIP UE | Momsregistreringsnummer | VAT-nr | Momsreg.nr | Moms-/VAT-nr | VAT-nummer | CVR | CVR-nr. | CVR nr. | SE-nr. | Momsnr. | Org.nr | DIČ"
    "| MVA-nr. | ALV-numero",
)
SELLER_VAT_ID = Ask(
    "Seller's VAT id", "VAT identification number of the seller", "vat_id", compare="exact", role="issuer", max_length=30,
    labels=words("Seller VAT ID | Our VAT ID | Our VAT no. | Our VAT number | Unsere USt-IdNr. | Unsere UID | Notre N° TVA | Notre N° de TVA", *_VAT),
)  # fmt: skip
SELLER_TAX_NUMBER = Ask(
    "Seller's tax number", "The seller's number at its tax office or in the company register, other than the VAT id", "code", compare="exact", role="issuer", max_length=40,
    labels=words(
        "Tax number | Tax no. | TIN | EIN | Federal tax ID | Tax ID | Tax ID no. | Tax reference | Company registration number | Company no. | Company number | Reg. no."
        "| Registration no. | Company reg. no. | Co. Reg. No. | Tax registration number | FEIN | PAN | Tax Id",
        "Steuernummer | Steuer-Nr. | St.-Nr. | St.Nr. | StNr. | Steuernr. | St-Nr. | Steuer Nr. | Finanzamt | Steuer-Nummer | StNr",
        "SIRET | SIREN | N° SIRET | N° SIREN | SIRET N° | RCS | N° RCS | Numéro SIRET | Siren/Siret | N° Siret",
        "Codice fiscale | C.F. | Cod. Fisc. | Cod. fiscale | Cod.Fisc. | CF | KVK | KvK-nummer | KvK nr. | KVK-nummer | KvK | Registro mercantil | Matrícula | REGON"
        "| Organisationsnummer | Org.nr. | Org.nr | IČO",
    ),
)  # fmt: skip
SELLER_EMAIL = Ask(
    "Seller's e-mail", "E-mail address of the seller", "code", compare="exact", role="issuer", max_length=100,
    labels=words("E-mail | Email | E-Mail | Mail | E-mail address | E-Mail-Adresse | Courriel | Mél | Adresse e-mail | Correo | Correo electrónico | Posta elettronica | E-post"),
)  # fmt: skip
BUYER_NAME = Ask(
    "Buyer", "Company or person that the invoice is addressed to", "name", compare="fuzzy", role="recipient",
    labels=words(
        "Bill to | Invoice to | Billed to | Customer | Buyer | Client | Sold to | To | Invoiced to | Billing address | Invoice address | Customer name | Bill-to | Recipient"
        "| Client name | Attn. | Attention | Billing to | Buyer name | Name | Account name | Invoice for | Issued to | Charge to",
        "Kunde | Käufer | Rechnungsempfänger | Rechnungsadresse | Rechnung an | Empfänger | Leistungsempfänger | An | Rechnungsanschrift | Auftraggeber | Herr | Frau | Firma"
        "| Kundenname | Besteller | Rechnungs-Adresse | Debitor | Abnehmer | Erwerber",
        "Client | Facturé à | Acheteur | Destinataire | Adresse de facturation | Facture à | Nom du client | À l'attention de | Adressé à | Facturer à | Facturation | Adresse client",
        "Cliente | Facturar a | Comprador | Destinatario | Datos del cliente | Datos de facturación | Señores | Nombre del cliente",
        "Cliente | Destinatario | Intestatario | Spett.le | Spettabile | Acquirente | Cessionario | Committente | Fatturare a | Intestato a | Cessionario/committente",
        "Klant | Factuuradres | Aan | Afnemer | Koper | Factuur aan | Opdrachtgever | Debiteur | Geadresseerde | T.a.v.",
        "Cliente | Faturar a | Exmo.(s) Sr.(s) | Comprador | Destinatário | Adquirente | Tomador | Nabywca | Odbiorca | Kund | Kunde | Køber | Köpare | Faktureringsadress | Mottagare"
        "| Faktureres til",
    ),
)  # fmt: skip
BUYER_ADDRESS = Ask(
    "Buyer's address", "Postal address of the buyer, without the name", "address", compare="fuzzy", role="recipient", max_length=300,
    labels=words(
        "Billing address | Bill to | Invoice address | Customer address | Address | Rechnungsadresse | Rechnungsanschrift | Kundenadresse | Adresse de facturation"
        "| Adresse du client | Adresse client | Dirección de facturación | Dirección del cliente | Indirizzo di fatturazione | Indirizzo cliente | Factuuradres | Klantadres"
        "| Morada de faturação | Morada | Adres nabywcy | Faktureringsadress | Faktureringsadresse",
    ),
)  # fmt: skip
BUYER_VAT_ID = Ask(
    "Buyer's VAT id", "VAT identification number of the buyer", "vat_id", compare="exact", role="recipient", max_length=30,
    labels=words(
        "Your VAT ID | Your VAT no. | Your VAT number | Customer VAT ID | Customer VAT number | Buyer VAT ID | Client VAT number | Customer VAT no. | Customer VAT",
        "Ihre USt-IdNr. | Ihre USt-ID | Ihre UID | Ihre UID-Nr. | USt-IdNr. des Kunden | Kunden-USt-IdNr. | USt-ID Kunde | Ihre USt-Id-Nr. | USt-IdNr. des Leistungsempfängers",
        "Votre N° TVA | Votre N° de TVA | N° TVA client | TVA client | TVA intracommunautaire client | N° TVA intracommunautaire du client | N° de TVA client"
        "| NIF cliente | NIF del cliente | CIF cliente | P.IVA cliente | Partita IVA cliente | Uw btw-nummer | Btw-nummer klant | Uw BTW-nummer | Contribuinte cliente",
        *_VAT,
    ),
)  # fmt: skip
IBAN = Ask(
    "IBAN", "Bank account to pay to", "iban", compare="exact", max_length=34,
    labels=words(
        "IBAN | IBAN no. | IBAN-Nr. | Account number | Bank account | IBAN code | Bankverbindung | Bank details | Kontoverbindung | Konto | Coordonnées bancaires | RIB"
        "| Compte bancaire | N° IBAN | Cuenta bancaria | Cuenta | N.º de cuenta | Coordinate bancarie | Conto corrente | C/C | Bankrekening | Rekeningnummer | Rekening"
        "| Bankrekeningnummer | Conta bancária | Numer konta | Konto bankowe | Nr konta | Bankkonto | Kontonummer",
    ),
)  # fmt: skip
BIC = Ask(
    "BIC", "BIC (SWIFT code) of the bank", "code", compare="exact", max_length=11,
    labels=words("BIC | SWIFT | SWIFT code | BIC/SWIFT | SWIFT/BIC | SWIFT-BIC | BIC code | BIC-Code | Code BIC | Swift-Code | BIC / SWIFT-Code | Codice BIC | Código BIC | Kod SWIFT"),
)  # fmt: skip
