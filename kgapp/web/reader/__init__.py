"""The paper itself, with what is marked in it."""
