"""A least-recently-used cache that is bounded by the bytes it holds, safe to use from several threads."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass

__all__ = ["ByteCache", "Piece"]


@dataclass(frozen=True)
class Piece:
    """Bytes ready to be sent: content, media type, and an entity tag made from the content."""

    content: bytes
    content_type: str
    etag: str


class ByteCache:
    """Keeps pieces up to ``limit`` bytes in all; a piece larger than that is made each time and not kept."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._held = 0
        self._pieces: OrderedDict[Hashable, Piece] = OrderedDict()
        self._lock = threading.Lock()

    @property
    def held(self) -> int:
        """The bytes held now."""
        return self._held

    def get(self, key: Hashable, make: Callable[[], Piece]) -> Piece:
        """The piece under ``key``, made if absent; two threads may make the same one, which costs time only."""
        with self._lock:
            if key in self._pieces:
                self._pieces.move_to_end(key)
                return self._pieces[key]
        piece = make()
        with self._lock:
            self._keep(key, piece)
        return piece

    def _keep(self, key: Hashable, piece: Piece) -> None:
        if key in self._pieces or len(piece.content) > self._limit:
            return
        self._pieces[key] = piece
        self._held += len(piece.content)
        while self._held > self._limit:
            _, dropped = self._pieces.popitem(last=False)
            self._held -= len(dropped.content)
