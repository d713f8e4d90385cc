"""How the quiz is served: ASGI application, HTTP limits, WSGI adapter, event streams, answers."""
