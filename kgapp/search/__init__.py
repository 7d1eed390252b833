"""Search over everything that a dataset names and says: folding, index, ranking, suggestions.

It stands on a source of answers and nothing of the web; pages and commands stand on it.
"""
