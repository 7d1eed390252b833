"""The quality of what is served, in the open, and how to say that something is wrong."""
