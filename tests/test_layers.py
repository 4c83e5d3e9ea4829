"""The rules that keep the layers apart, read from the source: who imports whom, and what no file may do or be."""

import ast
import functools
import importlib.metadata
import subprocess
import sys
from pathlib import Path

import pytest

from bss_core.registry import FAMILIES, members

ROOT = Path(__file__).parents[1]
FOLDERS = ("bss_core", "app", "pages", "tests")
FILES = {str(path.relative_to(ROOT)): path for folder in FOLDERS for path in sorted((ROOT / folder).rglob("*.py"))}
SOURCES = [name for name in FILES if not name.startswith("tests/")]
TORCH = ("torch", "torchvision", "torchaudio", "timm", "open_clip")
# They lead into the engine, but only when a function is called: importing them stays free of torch.
DOORS = ("bss_core/__init__.py", "bss_core/__main__.py", "bss_core/commands", "bss_core/study/worker.py")


def under(*places):
    """The source files in these folders, or these files themselves."""
    return [name for name in FILES if any(name == place or name.startswith(f"{place}/") for place in places)]


@functools.cache
def tree(name):
    return ast.parse(FILES[name].read_text(), name)


def imported(node, name):
    """What one node imports, as full module names; also ``import_module("x")`` with the name written out."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        package = Path(name).parts[: -node.level] if node.level else ()
        module = ".".join([*package, *([node.module] if node.module else [])])
        return [module, *(f"{module}.{alias.name}" for alias in node.names)]
    if isinstance(node, ast.Call) and called(node) in ("importlib.import_module", "import_module", "__import__"):
        return [word.value for word in node.args[:1] if isinstance(word, ast.Constant)]
    return []


def imports(name):
    """All modules a file imports, wherever in it the import stands."""
    return {module for node in ast.walk(tree(name)) for module in imported(node, name)}


def early_imports(name):
    """The modules imported when the file itself is: not those inside functions, nor those for type checkers."""
    found, waiting = set(), [tree(name)]
    while waiting:
        node = waiting.pop()
        found.update(imported(node, name))
        is_late = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        is_for_types = isinstance(node, ast.If) and ast.unparse(node.test) in ("TYPE_CHECKING", "typing.TYPE_CHECKING")
        waiting += node.orelse if is_for_types else [] if is_late else ast.iter_child_nodes(node)
    return found


def called(node):
    """The dotted name of what a call calls; empty if it is no plain name."""
    return ast.unparse(node.func) if isinstance(node.func, ast.Name | ast.Attribute) else ""


def among(modules, *packages):
    """Those of the modules that are one of the packages or inside one."""
    return sorted(name for name in modules if any(name == top or name.startswith(f"{top}.") for top in packages))


EXAMPLE = """
from typing import TYPE_CHECKING
import os.path as p
from . import near
from ..above import thing
if TYPE_CHECKING:
    import torch
class C:
    import early
    def f(self):
        import late
        return importlib.import_module("named")
"""


def test_imports_are_found_where_they_stand(tmp_path, monkeypatch):
    (tmp_path / "example.py").write_text(EXAMPLE)
    monkeypatch.setitem(FILES, "a/b/example.py", tmp_path / "example.py")
    early = {"typing", "typing.TYPE_CHECKING", "os.path", "a.b", "a.b.near", "a.above", "a.above.thing", "early"}

    assert early_imports("a/b/example.py") == early
    assert imports("a/b/example.py") == early | {"torch", "late", "named"}


@pytest.mark.parametrize("name", under("bss_core"))
def test_the_library_knows_no_user_interface(name):
    assert among(imports(name), "streamlit", "plotly", "altair", "app", "pages") == []


@pytest.mark.parametrize("name", [name for name in under("bss_core") if not name.startswith("bss_core/engine/")])
def test_only_the_engine_imports_torch(name):
    assert among(imports(name), *TORCH) == []
    engine = early_imports(name) if any(name.startswith(door) for door in DOORS) else imports(name)
    assert among(engine, "bss_core.engine") == []


@pytest.mark.parametrize("name", under("app", "pages"))
def test_the_app_imports_neither_torch_nor_the_engine(name):
    assert among(imports(name), *TORCH, "bss_core.engine") == []


@pytest.mark.parametrize(
    ("name", "above"),
    [(name, ("app.views", "app.widgets", "app.report", "streamlit")) for name in under("app/figures")]
    + [(name, ("app.views", "app.report")) for name in under("app/widgets")]
    + [(name, ("app.views",)) for name in under("app/report")],
)
def test_what_pages_are_made_of_does_not_know_the_pages(name, above):
    assert not [module for module in imports(name) if module.startswith(above)]


@pytest.mark.parametrize("name", under("pages"))
def test_a_page_is_short_and_imports_only_the_app(name):
    assert imports(name) == set(among(imports(name), "app"))
    assert len(FILES[name].read_text().splitlines()) <= 25


@pytest.mark.parametrize("name", under("bss_core/schedulers", "bss_core/plans.py", "bss_core/engine/sampler.py"))
def test_schedulers_and_the_sampler_open_no_media(name):
    media = (
        "bss_core.media",
        "bss_core.manifest",
        "bss_core.datasets",
        "bss_core.engine.data",
        "bss_core.engine.inputs",
    )
    assert among(imports(name), *media, "PIL", "soundfile", "soxr", "pyarrow") == []


@pytest.mark.parametrize("name", [name for name in under("app") if not name.startswith("app/data")])
def test_only_app_data_reads_run_folders(name):
    readers = ("queries", "evaluations.scores_path", "evaluations.predictions_path", "predictions.read_predictions")
    assert among(imports(name), *(f"bss_core.{reader}" for reader in readers)) == []


@pytest.mark.parametrize("name", under("app", "pages", *DOORS, "bss_core/commands.py", "bss_core/engine/trainer.py"))
def test_methods_are_asked_of_the_registry_and_never_named(name):
    known = {f"{package}.{member}" for family, package in FAMILIES.items() for member in members(family)}
    # "none" and "sum" are also ordinary words, and a criterion's name is also its column's.
    words = {member for family in ("schedulers", "encoders", "fusion", "rebalance") for member in members(family)}
    compared = [node for node in ast.walk(tree(name)) if isinstance(node, ast.Compare | ast.MatchValue)]
    named = {part.value for node in compared for part in ast.walk(node) if isinstance(part, ast.Constant)}

    assert among(imports(name), *known) == []
    assert named & (words - {"none", "sum"}) == set()


FORBIDDEN_MODULES = ("pickle", "cPickle", "_pickle", "cloudpickle", "dill", "joblib", "marshal", "shelve")
FORBIDDEN_CALLS = ("eval", "exec", "compile", "os.system", "os.popen", "pd.eval", "pd.read_pickle", "yaml.load")
FORBIDDEN_OPTIONS = {"shell": True, "allow_pickle": True, "persist": "disk", "unsafe_allow_html": True}


def dangers(source):
    """What in the source could run code that a file or a user brings along."""
    found = []
    for node in ast.walk(ast.parse(source)):
        # The class of its errors is all that anyone may take from pickle: torch.load raises it.
        if not (isinstance(node, ast.ImportFrom) and [alias.name for alias in node.names] == ["UnpicklingError"]):
            found += among(imported(node, ""), *FORBIDDEN_MODULES)
        if isinstance(node, ast.Call):
            options = {word.arg: getattr(word.value, "value", None) for word in node.keywords}
            found += [called(node)] if called(node) in FORBIDDEN_CALLS or called(node).endswith(".to_pickle") else []
            found += [name for name, value in FORBIDDEN_OPTIONS.items() if options.get(name) == value]
            found += ["torch.load"] if called(node) == "torch.load" and options.get("weights_only") is not True else []
    return found


@pytest.mark.parametrize("name", FILES)
def test_no_file_runs_what_data_bring_along(name):
    assert dangers(FILES[name].read_text()) == []


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("import pickle", ["pickle"]),
        ("from pickle import UnpicklingError, loads", ["pickle", "pickle.UnpicklingError", "pickle.loads"]),
        ("from pickle import UnpicklingError", []),
        ("def f():\n    from joblib import load", ["joblib", "joblib.load"]),
        ("importlib.import_module('dill')", ["dill"]),
        ("eval('1')", ["eval"]),
        ("model.eval(); re.compile('a')", []),
        ("subprocess.run('ls', shell=True)", ["shell"]),
        ("np.load(f, allow_pickle=True)", ["allow_pickle"]),
        ("torch.load(f)", ["torch.load"]),
        ("torch.load(f, weights_only=False)", ["torch.load"]),
        ("torch.load(f, weights_only=True)", []),
        ("frame.to_pickle(f)", ["frame.to_pickle"]),
    ],
)
def test_the_check_for_dangers_finds_them(source, found):
    assert dangers(source) == found


@pytest.mark.parametrize("name", FILES)
def test_files_are_short_and_named_for_what_they_hold(name):
    assert len(FILES[name].read_text().splitlines()) <= 300
    assert not {"utils", "util", "helpers", "misc"} & {Path(name).stem, *Path(name).parts}


def test_no_module_of_the_app_hides_another_while_its_folder_is_first_on_the_path():
    ours = {"app", "pages", "bss_core"}
    others = set(sys.stdlib_module_names) | set(importlib.metadata.packages_distributions()) - ours
    mine = {Path(name).parts[1].removesuffix(".py") for name in under("app")} - {"__init__", "__main__"}

    assert mine & others == set()


def modules(names):
    return [name.removesuffix(".py").removesuffix("/__init__").replace("/", ".") for name in names]


def first_heavy_import(wanted, heavy):
    """Import the modules one after the other in a fresh process; the first that brings a heavy one along, or ''."""
    code = (
        "import importlib, sys\n"
        f"for name in {wanted!r}:\n"
        "    importlib.import_module(name)\n"
        f"    found = [heavy for heavy in {heavy!r} if heavy in sys.modules]\n"
        "    if found: sys.exit(f'{name} loads {found[0]}')\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=120)
    return done.stderr.strip().splitlines()[-1] if done.returncode else ""


def test_importing_the_library_loads_neither_torch_nor_streamlit():
    wanted = modules(name for name in under("bss_core") if not name.startswith("bss_core/engine/"))

    assert first_heavy_import(["bss_core", *wanted], [*TORCH, "streamlit", "plotly"]) == ""


def test_importing_the_app_and_all_that_its_pages_import_loads_no_torch():
    # The entry script and the pages draw when they are run, so what they import stands for them.
    scripts = [*under("pages"), "app/main.py"]
    wanted = modules(set(under("app")) - {"app/main.py"})
    reached = {module for name in scripts if name in FILES for module in early_imports(name)}
    known = set(modules(FILES))

    assert first_heavy_import(sorted({*wanted, *(reached & known)}), list(TORCH)) == ""


def test_the_check_for_heavy_imports_names_the_module():
    assert first_heavy_import(["json", "sqlite3"], ["sqlite3"]) == "sqlite3 loads sqlite3"
