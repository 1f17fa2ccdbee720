"""Makes the documents in `examples/` with their truths: `python -m examples.make`. Every name in them is invented."""
