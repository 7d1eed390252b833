"""``python -m kgapp`` is the command ``kgapp``."""

from kgapp.cli import main

main()
