"""The first floor: memory. The database, and the bank of questions read from files."""
