"""The text of a new schema, for `extract schema new`: short YAML with a comment on everything it can say."""

from __future__ import annotations

from schemas.schema import Kind

_HELP = {
    Kind.TEXT: "any text",
    Kind.NAME: "a company or person",
    Kind.ADDRESS: "a postal address, without the name",
    Kind.CODE: "a number or reference, kept as printed",
    Kind.MONEY: "an amount: 1.234,56 and 1,234.56 are understood",
    Kind.NUMBER: "a quantity or other decimal",
    Kind.PERCENT: "19 % is 19",
    Kind.INTEGER: "a whole number",
    Kind.DATE: "a day, however it is written",
    Kind.TIME: "a time of day",
    Kind.CURRENCY: "an ISO code; symbols are understood",
    Kind.IBAN: "checked with its check digits",
    Kind.VAT_ID: "checked by the rules of its country",
    Kind.COUNTRY: "an ISO code; names are understood",
    Kind.BOOLEAN: "yes or no, a ticked box",
}

_TEXT = """\
# What to extract from one kind of document. Use it with
#     extract run FOLDER --schema {name}.yaml
# and see what was understood with
#     extract schema show {name}.yaml
name: {name}
title: {title}

fields:
  # name: kind, and `, required` where a record without it is incomplete.
  order_number: code, required
  ordered_on: date, required

  # Or with more: `labels` is what is printed beside the value, in any language. They are the best help there is.
  customer:
    kind: name
    title: Customer
    description: Who ordered
    labels: [Customer, Ordered by, Kunde, Client]
    role: recipient          # issuer or recipient, where a document has two parties

  total:
    kind: money
    labels: [Order total, Total, Summe]
    required: true
    decimals: 2              # digits after the point that are stored
    compare: money           # what counts as right: exact, money, date, fuzzy, set; else as the kind suggests

  # One of several texts. With `choices: {{open: [Open, Offen], ...}}` each has printed forms of its own.
  status: [open, shipped, closed]

  # A table: one row that names its columns.
  lines:
    - item: text
      quantity: number
      unit_price: money
      line_total: money

# Kinds:
{kinds}

# All checks that fit the fields are made (total = sum of lines, dates in order, IBAN, ...); to make only some of them:
# checks: [lines_add_up, line_arithmetic, dates_in_order]
"""


def template(name: str) -> str:
    """A schema to start from; it can be loaded as it is."""
    width = max(len(kind) for kind in _HELP)
    kinds = "\n".join(f"#   {kind:{width}}  {text}" for kind, text in _HELP.items())
    title = name.replace("_", " ").replace("-", " ").capitalize()
    return _TEXT.format(name=name, title=title, kinds=kinds)
