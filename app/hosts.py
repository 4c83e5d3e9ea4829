"""Refuses requests that were not addressed to this machine by name, over HTTP and WebSocket alike.

A page elsewhere can make its own name resolve to 127.0.0.1 and then read a local server ("DNS rebinding"); the Host
header still shows that name. Starlette's own TrustedHostMiddleware cannot tell ``[::1]:8501``, so it is not used.
"""

from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

__all__ = ["LOCAL_NAMES", "LocalHostsOnly", "is_local"]

LOCAL_NAMES = ("localhost", "127.0.0.1", "::1")


def is_local(host: str) -> bool:
    """Whether a Host header names this machine, with or without a port."""
    try:
        parts = urlsplit(f"//{host}")
        parts.port  # noqa: B018  (reading it checks it)
    except ValueError:
        return False
    bare = parts.netloc == host and parts.username is None
    return bare and (parts.hostname or "") in LOCAL_NAMES


class LocalHostsOnly:
    """ASGI middleware: requests with another Host get 421, WebSockets are closed."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what is addressed to this machine."""
        if scope["type"] == "lifespan" or is_local(Headers(scope=scope).get("host", "")):
            await self.app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        else:
            names = ", ".join(LOCAL_NAMES)
            await PlainTextResponse(f"This app answers only to {names}.", 421)(scope, receive, send)
