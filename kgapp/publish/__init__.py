"""From a dataset's graphs to what is published beside them: dumps in every form, tables, the catalogue.

Reads graphs as the build wrote them and never changes one; knows nothing of the web.
"""
