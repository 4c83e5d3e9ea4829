"""Tags of samples and saved views of a run: in one SQLite file beside the run's folder, never inside it.

Everything takes the run's folder; the file is ``<folder>.annotations.sqlite`` and is made by the first change. Several
people and processes may write at the same time: every change is one transaction, and a reader sees whole ones only.

Questions about selections know tags, so what knows selections stands above: :mod:`bss_core.tagging`. Tables for other
programs are in :mod:`bss_core.annotations.exports`.
"""

from bss_core.annotations.changes import Change, add_tag, delete_tag, remove_tag, rename_tag
from bss_core.annotations.database import file_of, revision
from bss_core.annotations.names import LONGEST, check_address, check_author, check_tag
from bss_core.annotations.selecting import tag_condition, tagged_ids
from bss_core.annotations.tags import history, tag_counts, tags_of, tags_of_samples
from bss_core.annotations.undoing import next_undo, undo
from bss_core.annotations.views import View, delete_view, list_views, rename_view, save_view

__all__ = [
    "LONGEST", "Change", "View", "add_tag", "check_address", "check_author", "check_tag", "delete_tag", "delete_view",
    "file_of", "history", "list_views", "next_undo", "remove_tag", "rename_tag", "rename_view", "revision", "save_view",
    "tag_condition", "tag_counts", "tagged_ids", "tags_of", "tags_of_samples", "undo",
]  # fmt: skip
