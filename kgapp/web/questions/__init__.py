"""The competency questions as forms for people."""
