"""The web server: Streamlit's ASGI app with routes for media and downloads, on 127.0.0.1 only, without telemetry."""

import asyncio
import contextlib
import gc
import os
import socket
import sys
import tomllib
import webbrowser
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import streamlit as st
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import RedirectResponse
from starlette.routing import Route

from app.foreign import NothingForeign
from app.hosts import LOCAL_NAMES, LocalHostsOnly
from app.late_ticks import drop_late_ticks
from app.media_routes import media_routes
from app.page_list import ROOT
from app.report.routes import share_routes
from app.roots import checked_roots, publish
from bss_core.errors import ConfigError

__all__ = ["build_app", "check_port", "options", "serve"]

ADDRESS = "127.0.0.1"
_FIXED = {
    "server.address": ADDRESS,
    "server.allowedHosts": list(LOCAL_NAMES),
    "server.headless": True,  # the browser is opened below, once the page can be had
    "server.fileWatcherType": "none",
    "server.enableStaticServing": False,
    "browser.gatherUsageStats": False,
    "logger.hideWelcomeMessage": True,
}


def options(port: int, settings: Path = ROOT / ".streamlit" / "config.toml") -> dict[str, Any]:
    """Streamlit's options: the project's settings file whatever the working folder, then what the app depends on.

    Raises:
        ConfigError: the settings file is damaged.
    """
    try:
        found = tomllib.loads(settings.read_text()) if settings.exists() else {}
    except (OSError, ValueError) as error:
        raise ConfigError(f"{settings} cannot be read: {error}") from None
    return {**_flat(found), **_FIXED, "server.port": port}


def _flat(tables: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for name, value in tables.items():
        flat |= _flat(value, f"{prefix}{name}.") if isinstance(value, dict) else {prefix + name: value}
    return flat


def check_port(port: int) -> None:
    """Raise a ConfigError if nothing can listen on ``port`` (1 … 65535)."""
    if not 1 <= port <= 65535:
        raise ConfigError(f"Port {port} was asked for; ports run from 1 to 65535.")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((ADDRESS, port))
        except OSError as error:
            raise ConfigError(f"Port {port} cannot be used ({error.strerror}); choose another with --port.") from None


def build_app(
    folders: tuple[Path, ...], address: str = "", open_browser: bool = False, script: Path = ROOT / "app" / "main.py"
) -> st.App:
    """The ASGI app for the runs under ``folders``; ``address`` is announced once it answers."""

    @contextlib.asynccontextmanager
    async def lifespan(_: st.App) -> AsyncIterator[None]:
        # Streamlit collects garbage after every run, and the page's pictures wait for it: a tenth of a second less if
        # it need not look at what is there from the beginning.
        gc.freeze()
        if address:
            print(f"BSS Lens is at {address} (Ctrl+C stops it).", flush=True)
        if open_browser:
            asyncio.get_running_loop().run_in_executor(None, webbrowser.open, address)
        yield

    drop_late_ticks()
    return st.App(
        script,
        routes=[*media_routes(folders), *share_routes(folders), Route("/overview", _home)],
        middleware=[Middleware(LocalHostsOnly), Middleware(NothingForeign)],
        lifespan=lifespan,
    )


def _home(request: Request) -> RedirectResponse:
    """The Overview page is the app's start and so has no path of its own; who types one gets there all the same."""
    return RedirectResponse(f"/?{request.url.query}" if request.url.query else "/")


def serve(words: list[str], port: int, open_browser: bool) -> None:
    """Serve the runs in the named folders until stopped.

    Raises:
        ConfigError: a folder or port that cannot be used.
    """
    folders = checked_roots(words)
    check_port(port)
    publish(folders)
    settings = options(port)
    app = build_app(folders, f"http://{ADDRESS}:{port}", open_browser and _has_display())
    app.run(config=settings)


def _has_display() -> bool:
    return sys.platform != "linux" or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
