"""The dull page that leaving lands on: a site of its own, over HTTPS, on this machine."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import trustme

PAGE = "<!doctype html><title>Thời tiết</title><h1>25 °C</h1>".encode()


class Weather(BaseHTTPRequestHandler):
    """Answer every address with the weather."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(PAGE)))
        self.end_headers()
        self.wfile.write(PAGE)

    def log_message(self, *_words: object) -> None:
        """Say nothing."""


@contextmanager
def forecasting() -> Iterator[str]:
    """Serve the weather; yield its address."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(context)
    with ThreadingHTTPServer(("127.0.0.1", 0), Weather) as server:
        server.daemon_threads = True
        server.socket = context.wrap_socket(server.socket, server_side=True)
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"https://127.0.0.1:{server.server_port}/"
        server.shutdown()
