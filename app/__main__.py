"""``python -m app --runs runs assets/demo-run --port 8501``: serve the app on this machine until Ctrl+C."""

import argparse
import sys

from app.server import serve
from bss_core.errors import BSSError

__all__ = ["main"]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m app", description="BSS Lens: look at multimodal balance, schedules and runs in the browser."
    )
    parser.add_argument(
        "--runs",
        nargs="+",
        default=["runs"],
        metavar="DIR",
        help="run folders, or folders of run folders (default: runs, made if missing)",
    )
    parser.add_argument("--port", type=int, default=8501, help="port on 127.0.0.1 (default: 8501)")
    parser.add_argument("--no-browser", action="store_true", help="do not open a browser window")
    return parser


def main(words: list[str] | None = None) -> int:
    """Serve; returns 1 after one sentence on standard error if that is not possible."""
    arguments = _parser().parse_args(words)
    try:
        serve(arguments.runs, arguments.port, open_browser=not arguments.no_browser)
    except BSSError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:  # Ctrl+C is how one stops the server
        return 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
