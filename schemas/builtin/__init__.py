"""The schemas that come with the project: invoices and receipts."""
