"""Words of a picture by optical character recognition; the networks (PP-OCR) come in rapidocr's wheel."""

REVISION = "2"
"""Changes with what is read: a run reads again what an earlier revision has read."""
