"""The HTTP routes that hand out the selected samples as a table, and the frozen report.

A path is ``/api/share/KIND/RUN``, the query that of the app's own address with ``k``. Rows go from DuckDB to a file
and from the file to the browser: a million of them cost neither the server's nor the session's memory.
"""

import tempfile
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import BinaryIO

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from app.media_store import MediaStore
from app.report.contents import gather
from app.report.document import render
from app.report.request import FORMATS, Shared, shared_from
from app.report.tables import write_rows
from bss_core.errors import BSSError, ConfigError
from bss_core.runs import Run, find_runs

__all__ = ["share_routes"]

_TYPES = {"parquet": "application/vnd.apache.parquet", "csv": "text/csv; charset=utf-8", "html": "text/html"}
_SAFE = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
_PIECE = 2**20  # bytes
_one_at_a_time = threading.Lock()  # a report takes seconds of Python, and pages wait for the same interpreter


def share_routes(roots: tuple[Path, ...]) -> list[Route]:
    """The routes for the runs under ``roots``; requests are answered in worker threads."""
    store = MediaStore(roots)
    return [
        Route(f"/api/share/{kind}/{{run}}", partial(_answer, kind, roots, store), name=f"api_share_{kind}")
        for kind in FORMATS
    ]


def _answer(kind: str, roots: tuple[Path, ...], store: MediaStore, request: Request) -> Response:
    try:
        run = _run(roots, request.path_params["run"])
        query = request.query_params
        shared = shared_from(run, {name: query.getlist(name) for name in query})
        if kind == "html":
            with _one_at_a_time:
                return _attached(render(gather(shared, store)).encode(), kind, shared)
        return _attached(_rows(shared, kind), kind, shared)
    except ConfigError as error:
        return PlainTextResponse(str(error), 400, headers=_SAFE)
    except BSSError as error:
        return PlainTextResponse(str(error), 404, headers=_SAFE)


def _run(roots: tuple[Path, ...], run_id: str) -> Run:
    """By its id among the runs there are: no part of an address is ever a path. The newest of several, as elsewhere."""
    found = {run.id: run for run in reversed(find_runs(list(roots)))}
    if run_id not in found:
        raise BSSError(f"There is no run {run_id[:80]!r} here; there are {', '.join(found) or 'none'}.")
    return found[run_id]


def _rows(shared: Shared, kind: str) -> Iterator[bytes]:
    """The table in pieces, from a file that has no name any more: not even a killed server leaves it behind."""
    with tempfile.TemporaryDirectory(prefix="bss-lens-") as folder:
        path = Path(folder) / f"rows.{kind}"
        write_rows(shared, path)
        file = path.open("rb")
    return _pieces(file)


def _pieces(file: BinaryIO) -> Iterator[bytes]:
    with file:
        while piece := file.read(_PIECE):
            yield piece


def _attached(content: bytes | Iterator[bytes], kind: str, shared: Shared) -> Response:
    name = "".join(
        letter if letter.isascii() and (letter.isalnum() or letter in "-_.") else "_" for letter in shared.name
    )
    headers = {**_SAFE, "Content-Disposition": f'attachment; filename="{name}.{kind}"'}
    if isinstance(content, bytes):
        return Response(content, media_type=_TYPES[kind], headers=headers)
    return StreamingResponse(content, media_type=_TYPES[kind], headers=headers)
