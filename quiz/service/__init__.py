"""What people can do: one function for each thing. Services change things and never commit."""
