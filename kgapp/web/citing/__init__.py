"""How a question and its answer are cited, asked again, and asked from other programs."""
