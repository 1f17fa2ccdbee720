"""Asking a model: one request about one picture in, one answer out, behind one protocol."""
