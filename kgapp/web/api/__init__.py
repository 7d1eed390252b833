"""The API: each query of the catalogue as an operation over HTTP, and its description as OpenAPI."""
