"""The search, for people and programs."""
