"""Tiny models of real architectures, made and trained by scripts, so that the real servers can be tested anywhere.

They need torch and transformers, so they run in the environment of `make test-vllm`, not in the one of the project.
"""
