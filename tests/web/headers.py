"""The headers that every response has."""

GOLDEN = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'; object-src 'none'; require-trusted-types-for 'script'; "
        "trusted-types quiz"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Permissions-Policy": (
        "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()"
    ),
}


def check_headers(response, *, static=False, landing=False, https=False):
    for name, value in GOLDEN.items():
        assert response.headers[name] == value
    assert ("Strict-Transport-Security" in response.headers) == https
    keeping = "public, max-age=31536000, immutable" if static else "no-store"
    assert response.headers["Cache-Control"] == keeping
    assert ("X-Robots-Tag" in response.headers) == (not landing)
    assert "Server" not in response.headers
