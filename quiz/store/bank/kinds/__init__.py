"""Reading the six kinds of question."""
