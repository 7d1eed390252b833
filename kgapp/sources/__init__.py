"""Reads what people keep under ``data/``: texts, registers, claims, glosses."""
