"""The HTTP routes that hand out the selected samples as a table, the frozen report, and figures for a paper.

A path is ``/api/share/KIND/RUN`` or ``/api/share/figure/FIGURE/RUN``, the query that of the app's own address with
``k``. Rows go from DuckDB to a file and from the file to the browser: a million of them cost neither the server's nor
the session's memory.
"""

import tempfile
import threading
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import BinaryIO

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from app.media_store import MediaStore
from app.report.code import TAGS_FILE
from app.report.contents import gather
from app.report.document import render
from app.report.request import FIGURES, Shared, shared_from
from app.report.tables import write_rows, write_tags
from bss_core.errors import BSSError, ConfigError
from bss_core.runs import Run, find_runs

__all__ = ["share_routes"]

_TYPES = {
    "parquet": "application/vnd.apache.parquet", "csv": "text/csv; charset=utf-8", "html": "text/html",
    "svg": "image/svg+xml", "pdf": "application/pdf", "png": "image/png",
}  # fmt: skip
_SAFE = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
_PIECE = 2**20  # bytes
_one_at_a_time = threading.Lock()  # a report takes seconds of Python, and pages wait for the same interpreter


Body = bytes | Iterator[bytes]
Make = Callable[[Shared], tuple[str, Body]]  # → name of the file, what it holds


def share_routes(roots: tuple[Path, ...]) -> list[Route]:
    """The routes for the runs under ``roots``; requests are answered in worker threads."""
    store = MediaStore(roots)
    made: dict[str, Make] = {
        "parquet": partial(_rows, "parquet"), "csv": partial(_rows, "csv"), "tags": _tags, "html": partial(_html, store)
    }  # fmt: skip
    made |= {f"figure/{a}-{width}.{kind}": partial(_figure, store, a, width, kind) for a, width, kind in FIGURES}
    return [
        Route(f"/api/share/{path}/{{run}}", partial(_answer, roots, make), name=f"api_share_{path}")
        for path, make in made.items()
    ]


def _answer(roots: tuple[Path, ...], make: Make, request: Request) -> Response:
    try:
        run = _run(roots, request.path_params["run"])
        query = request.query_params
        return _attached(*make(shared_from(run, {name: query.getlist(name) for name in query})))
    except ConfigError as error:
        return PlainTextResponse(str(error), 400, headers=_SAFE)
    except BSSError as error:
        return PlainTextResponse(str(error), 404, headers=_SAFE)
    except OSError as error:
        said = f"The run was deleted or moved while this was made ({error.strerror or error}); ask for it again."
        return PlainTextResponse(said, 404, headers=_SAFE)


def _run(roots: tuple[Path, ...], run_id: str) -> Run:
    """By its id among the runs there are: no part of an address is ever a path. The newest of several, as elsewhere."""
    found = {run.id: run for run in reversed(find_runs(list(roots)))}
    if run_id not in found:
        raise BSSError(f"There is no run {run_id[:80]!r} here; there are {', '.join(found) or 'none'}.")
    return found[run_id]


def _html(store: MediaStore, shared: Shared) -> tuple[str, Body]:
    with _one_at_a_time:
        return f"{shared.name}.html", render(gather(shared, store)).encode()


def _figure(store: MediaStore, panel: str, width: str, kind: str, shared: Shared) -> tuple[str, Body]:
    from app.report.paper import paper_figure  # matplotlib takes a second, which only who asks for a figure waits for

    return f"{shared.name}-case-study-{panel}-{width}.{kind}", paper_figure(shared, store, panel, width, kind)


def _rows(kind: str, shared: Shared) -> tuple[str, Body]:
    return f"{shared.name}.{kind}", _from_file(lambda path: write_rows(shared, path), kind)


def _tags(shared: Shared) -> tuple[str, Body]:
    return TAGS_FILE, _from_file(lambda path: write_tags(shared, path), "parquet")


def _from_file(write: Callable[[Path], int], kind: str) -> Iterator[bytes]:
    """What is written in pieces, from a file that has no name any more: not even a killed server leaves it behind."""
    with tempfile.TemporaryDirectory(prefix="bss-lens-") as folder:
        path = Path(folder) / f"rows.{kind}"
        write(path)
        file = path.open("rb")
    return _pieces(file)


def _pieces(file: BinaryIO) -> Iterator[bytes]:
    with file:
        while piece := file.read(_PIECE):
            yield piece


def _attached(name: str, content: Body) -> Response:
    plain = "".join(letter if letter.isascii() and (letter.isalnum() or letter in "-_.") else "_" for letter in name)
    headers = {**_SAFE, "Content-Disposition": f'attachment; filename="{plain}"'}
    media_type = _TYPES[plain.rpartition(".")[2]]
    if isinstance(content, bytes):
        return Response(content, media_type=media_type, headers=headers)
    return StreamingResponse(content, media_type=media_type, headers=headers)
