"""The HTTP routes under ``/api``: a sample's media for the browser, with entity tags, byte ranges and a bounded cache.

A path is ``/api/KIND/RUN/SAMPLE/MODALITY``; KIND is one of :data:`app.media_pieces.PIECES`. No part of it is ever used
as a file path: run and sample are looked up, and a manifest's own relative paths are contained in its folder by
:func:`bss_core.media.read_bytes`. Every answer forbids sniffing and scripts, and other sites may not embed it.
"""

import re
from functools import partial
from pathlib import Path

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from app.byte_cache import ByteCache, Piece
from app.media_pieces import PIECES, make_piece
from app.media_store import MediaStore, UnknownMediaError
from bss_core.errors import BSSError, MediaError

__all__ = ["media_routes"]

CACHE_BYTES = 64 * 2**20
SIDES = (16, 1024)
_SAFE = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'; img-src 'self'; media-src 'self'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "private, max-age=60",
}


def media_routes(roots: tuple[Path, ...]) -> list[Route]:
    """The routes for the runs under ``roots``; requests are answered in worker threads."""
    store, cache = MediaStore(roots), ByteCache(CACHE_BYTES)
    return [
        # `:path` because ids may hold slashes; the modality is what follows the last one.
        Route(f"/api/{kind}/{{run}}/{{sample_id:path}}/{{modality}}", _endpoint(kind, store, cache), name=f"api_{kind}")
        for kind in PIECES
    ]


def _endpoint(kind: str, store: MediaStore, cache: ByteCache) -> partial[Response]:
    return partial(_answer, kind, store, cache)


def _answer(kind: str, store: MediaStore, cache: ByteCache, request: Request) -> Response:
    try:
        return _sent(_piece(kind, store, cache, request), request)
    except UnknownMediaError as error:
        return _refusal(404, error)
    except MediaError as error:
        return _refusal(415, error)
    except BSSError as error:
        return _refusal(404, error)


def _refusal(status: int, error: BSSError) -> Response:
    return PlainTextResponse(str(error), status, headers={**_SAFE, "Cache-Control": "no-store"})


def _piece(kind: str, store: MediaStore, cache: ByteCache, request: Request) -> Piece:
    run, sample_id, modality = (request.path_params[name] for name in ("run", "sample_id", "modality"))
    side = _side(request.query_params.get("side", "256")) if kind == "thumb" else 0
    data = store.data_set(run)
    key = (data.info.folder, data.stamp, sample_id, modality, kind, side)
    return cache.get(key, lambda: make_piece(kind, store.cell(data, run, sample_id, modality), side))


def _side(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,4}", text) or not SIDES[0] <= int(text) <= SIDES[1]:
        raise UnknownMediaError(f"side={text!r} was asked for; thumbnails run from {SIDES[0]} to {SIDES[1]} px.")
    return int(text)


def _sent(piece: Piece, request: Request) -> Response:
    headers = {**_SAFE, "ETag": piece.etag, "Accept-Ranges": "bytes"}
    if piece.etag in [tag.strip().removeprefix("W/") for tag in request.headers.get("if-none-match", "").split(",")]:
        return Response(status_code=304, headers=headers)
    part = _range(request, piece)
    if part is None:
        return Response(piece.content, media_type=piece.content_type, headers=headers)
    first, last = part
    size = len(piece.content)
    if first > last:
        return Response(status_code=416, headers={**headers, "Content-Range": f"bytes */{size}"})
    headers["Content-Range"] = f"bytes {first}-{last}/{size}"
    return Response(piece.content[first : last + 1], 206, headers, piece.content_type)


def _range(request: Request, piece: Piece) -> tuple[int, int] | None:
    """First and last byte asked for; first > last cannot be satisfied; None for the whole (RFC 9110, section 14.2).

    Several ranges, another unit, a malformed header or an ``If-Range`` of other content mean the whole, as allowed.
    """
    asked = re.fullmatch(r"bytes=\s*([0-9]{0,18})-([0-9]{0,18})\s*", request.headers.get("range", ""))
    if asked is None or asked.groups() == ("", "") or request.headers.get("if-range", piece.etag) != piece.etag:
        return None
    size, (start, end) = len(piece.content), asked.groups()
    if not start:
        return (max(size - int(end), 0), size - 1) if int(end) else (1, 0)
    if end and int(end) < int(start):
        return None
    return int(start), min(int(end), size - 1) if end else size - 1
