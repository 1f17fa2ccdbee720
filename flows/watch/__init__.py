"""The drop folder: a bucket's prefix or a folder whose documents are read as they arrive."""
