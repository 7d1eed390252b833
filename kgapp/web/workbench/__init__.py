"""The workbench for researchers: what helps to write a query, and to read what it answers."""
