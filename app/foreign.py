"""Tells the browser to load pictures, sounds and videos from this server only.

Texts of a data set and words of an address are shown as text; should one be read as Markdown all the same, a picture in
it would tell another machine who looks at what.
"""

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["NothingForeign"]

_HEADER = "content-security-policy"
_OWN = "'self' data: blob:"
_POLICY = f"img-src {_OWN}; media-src {_OWN}; object-src 'none'; base-uri 'self'"


class NothingForeign:
    """ASGI middleware: adds the policy to every answer that brings none of its own."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with the policy."""

        async def with_policy(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).setdefault(_HEADER, _POLICY)
            await send(message)

        await self.app(scope, receive, with_policy)
