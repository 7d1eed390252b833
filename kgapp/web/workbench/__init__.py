"""The workbench for researchers."""
