"""A run measured against truth: what was right, what was invented, and what confidence was worth."""
