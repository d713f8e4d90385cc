"""Requests as bytes over a socket."""

import socket
from urllib.parse import urlsplit


def send(address: str, text: bytes) -> socket.socket:
    """Open a connection and send some bytes."""
    parts = urlsplit(address)
    connection = socket.create_connection((parts.hostname, parts.port), timeout=30)
    connection.sendall(text)
    return connection
