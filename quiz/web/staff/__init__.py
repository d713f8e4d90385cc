"""What facilitators, officers and administrators see."""
