"""Bytes or a file as an HTTP answer, with an entity tag and one byte range.

Every answer forbids sniffing and scripts, and other sites may not embed it.
"""

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from app.byte_cache import Piece
from bss_core.errors import MediaError

__all__ = ["SAFE", "file_answer", "piece_answer"]

SAFE = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'; img-src 'self'; media-src 'self'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "private, max-age=60",
}
_CHUNK = 2**18  # bytes of a file in memory at a time


def piece_answer(piece: Piece, request: Request) -> Response:
    """The piece, the range of it that was asked for, or 304 or 416 without a body."""
    found = _head(piece.etag, len(piece.content), request)
    if isinstance(found, Response):
        return found
    status, headers, first, count = found
    return Response(piece.content[first : first + count], status, headers, piece.content_type)


def file_answer(path: Path, content_type: str, request: Request) -> Response:
    """As :func:`piece_answer`, for a file of any size, which is read while it is sent.

    Raises:
        MediaError: it cannot be read.
    """
    try:
        facts = path.stat()
    except OSError as error:
        raise MediaError(f"The media file {path.name!r} cannot be read ({error.strerror or error}).") from None
    seen = f"{facts.st_ino} {facts.st_size} {facts.st_mtime_ns}"
    found = _head(f'"{hashlib.sha256(seen.encode()).hexdigest()[:32]}"', facts.st_size, request)
    if isinstance(found, Response):
        return found
    status, headers, first, count = found
    headers["Content-Length"] = str(count)
    if request.method == "HEAD":  # nothing of it would be sent
        return Response(None, status, headers, content_type)
    return StreamingResponse(_chunks(path, first, count), status, headers, content_type)


def _chunks(path: Path, first: int, count: int) -> Iterator[bytes]:
    with path.open("rb") as file:
        file.seek(first)
        while count and (chunk := file.read(min(count, _CHUNK))):
            count -= len(chunk)
            yield chunk


def _head(etag: str, size: int, request: Request) -> Response | tuple[int, dict[str, str], int, int]:
    """An answer without a body, or status, headers, first byte and number of bytes of one that has one."""
    headers = {**SAFE, "ETag": etag, "Accept-Ranges": "bytes"}
    if etag in [tag.strip().removeprefix("W/") for tag in request.headers.get("if-none-match", "").split(",")]:
        return Response(status_code=304, headers=headers)
    part = _range(request, etag, size)
    if part is None:
        return 200, headers, 0, size
    first, last = part
    if first > last:
        return Response(status_code=416, headers={**headers, "Content-Range": f"bytes */{size}"})
    return 206, {**headers, "Content-Range": f"bytes {first}-{last}/{size}"}, first, last - first + 1


def _range(request: Request, etag: str, size: int) -> tuple[int, int] | None:
    """First and last byte asked for; first > last cannot be satisfied; None for the whole (RFC 9110, section 14.2).

    Several ranges, another unit, a malformed header or an ``If-Range`` of other content mean the whole, as allowed.
    """
    asked = re.fullmatch(r"bytes=\s*([0-9]{0,18})-([0-9]{0,18})\s*", request.headers.get("range", ""))
    if asked is None or asked.groups() == ("", "") or request.headers.get("if-range", etag) != etag:
        return None
    start, end = asked.groups()
    if not start:
        return max(size - int(end), 0), size - 1
    if end and int(end) < int(start):
        return None
    return int(start), min(int(end), size - 1) if end else size - 1
