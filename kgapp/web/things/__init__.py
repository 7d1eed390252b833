"""The names of the dataset, each answered in the form asked for."""
