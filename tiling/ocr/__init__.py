"""Words of a picture by optical character recognition (RapidOCR: PP-OCR models from its wheel, nothing is downloaded)."""
