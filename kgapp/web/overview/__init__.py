"""The data in numbers: statistics of one paper or of all, and the model as the data use it."""
