"""The datasets, their versions, files and changes, for publishers and harvesters."""
