"""Speaking HTTP: the protocol of the endpoint, answers kept and compressed, errors, what is counted."""
