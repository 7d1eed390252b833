"""What every page stands on: its frame, names, links, documents in several forms, files to take away."""
