"""E-invoices: the structured invoice inside a PDF, or as a file of its own; exact, free, and decided by content."""

from extractors.einvoice.reader import read_einvoice

__all__ = ["read_einvoice"]
