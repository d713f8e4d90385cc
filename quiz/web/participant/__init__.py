"""What participants see: the quiz alone and in a class, pages to read, and the way out."""
