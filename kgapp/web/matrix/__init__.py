"""The trace matrix: who stands where, in whose words."""
