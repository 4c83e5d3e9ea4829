"""How to cite the method and this program."""

from importlib import metadata

__all__ = ["METHOD", "program", "version"]

METHOD = """@inproceedings{guan2025balance,
  title     = {Balance-aware Sequence Sampling Makes Multi-modal Learning Better},
  author    = {Guan, Zhi-Hao and Jiang, Qing-Yuan and Yang, Yang},
  booktitle = {Proceedings of the Thirty-Fourth International Joint Conference on Artificial Intelligence},
  pages     = {2838--2846},
  year      = {2025},
  doi       = {10.24963/ijcai.2025/316},
  note      = {arXiv:2501.01470}
}"""


def version() -> str:
    """Of this program; ``not installed`` if it runs from a bare checkout."""
    try:
        return metadata.version("bss-lens")
    except metadata.PackageNotFoundError:
        return "not installed"


def program() -> str:
    """A BibTeX entry with the version in use."""
    return (
        "@software{bss_lens,\n"
        "  title   = {BSS Lens: curriculum and balance inspection for multimodal learning},\n"
        f"  version = {{{version()}}}\n"
        "}"
    )
