"""Why a query finds nothing: which part of it, through which term, and what would find something.

Pure logic over a ``question.Source``; the words for it are the web half's.
"""
