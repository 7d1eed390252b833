"""The vocabulary and its shapes, documented from their graphs."""
