"""The processes of a server: one that supervises, one that keeps the store and forks workers, the
workers that evaluate, and the one that speaks HTTP. No HTTP and no SPARQL is known here.
"""
