"""Why a triple holds: in words, as RDF and as JSON; the page ``/why``."""
