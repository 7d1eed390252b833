"""Turns a city's community-care roadmap into a knowledge graph that can be asked."""

__version__ = "0.1.0"
