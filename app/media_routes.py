"""The HTTP routes under ``/api``: a sample's media for the browser, with entity tags, byte ranges and a bounded cache.

A path is ``/api/KIND/RUN/SAMPLE/MODALITY``; KIND is one of :data:`app.media_pieces.PIECES`. No part of it is ever used
as a file path: run and sample are looked up, and a manifest's own relative paths are contained in its folder by
:func:`bss_core.media.media_file`. Files that lie beside the manifest are sent from the disk, piece by piece.
"""

import re
from functools import partial
from pathlib import Path

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from app.byte_cache import ByteCache
from app.media_answers import SAFE, file_answer, piece_answer
from app.media_pieces import FILES, PIECES, file_of, make_piece
from app.media_store import MediaStore, UnknownMediaError
from bss_core.errors import BSSError, MediaError

__all__ = ["media_routes"]

CACHE_BYTES = 24 * 2**20
SIDES = (16, 1024)


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
        return _sent(kind, store, cache, request)
    except UnknownMediaError as error:
        return _refusal(404, error)
    except MediaError as error:
        return _refusal(415, error)
    except BSSError as error:
        return _refusal(404, error)


def _refusal(status: int, error: BSSError) -> Response:
    return PlainTextResponse(str(error), status, headers={**SAFE, "Cache-Control": "no-store"})


def _sent(kind: str, store: MediaStore, cache: ByteCache, request: Request) -> Response:
    run, sample_id, modality = (request.path_params[name] for name in ("run", "sample_id", "modality"))
    side = _side(request.query_params.get("side", "256")) if kind == "thumb" else 0
    index = _index(request.query_params.get("index", ""))
    data = store.data_set(run)
    if kind == "media" and modality in data.on_disk and data.info.modalities[modality].kind in FILES:
        return file_answer(*file_of(store.cell(data, run, sample_id, modality), index), request)
    key = (data.info.folder, data.stamp, sample_id, modality, kind, side, index)
    made = cache.get(key, lambda: make_piece(kind, store.cell(data, run, sample_id, modality), side, index))
    return piece_answer(made, request)


def _side(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,4}", text) or not SIDES[0] <= int(text) <= SIDES[1]:
        raise UnknownMediaError(f"side={text!r} was asked for; thumbnails run from {SIDES[0]} to {SIDES[1]} px.")
    return int(text)


def _index(text: str) -> int | None:
    if text and not re.fullmatch(r"[0-9]{1,6}", text):
        raise UnknownMediaError(f"index={text[:40]!r} was asked for; frames are counted from 0.")
    return int(text) if text else None
