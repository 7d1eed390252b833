"""From things to triples: the graphs of an edition, a register, the dataset."""
