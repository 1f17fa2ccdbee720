"""Speed, as ratios in one run: `python -m benchmarks [NAME ...]`. Both sides run on the same files, in turn."""
