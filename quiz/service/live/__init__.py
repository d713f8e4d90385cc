"""Live classes: preparing and leading a room, joining it, answering, and what everybody sees."""
