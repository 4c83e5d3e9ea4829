"""What surrounds the code: declared dependencies, the lock, make's targets, the server's settings, the licence."""

import ast
import importlib.metadata
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
# Imported, but installed by what is declared: streamlit's server and pytest's reader of version numbers.
COMES_WITH = {"starlette": "streamlit", "uvicorn": "streamlit", "packaging": "pytest"}
# Declared, but used by others: timm and open_clip need a torchvision that matches torch; make runs ruff; umap-learn is
# imported by name once a map by UMAP is asked for.
NOT_IMPORTED = {"torchvision", "ruff", "pytest-timeout", "umap-learn"}


def lines(name):
    return [line for line in (ROOT / name).read_text().splitlines() if line and not line.startswith("#")]


def declared(name):
    return [Requirement(line.partition(" #")[0]) for line in lines(name)]


def imported(*folders):
    """The top-level packages that the files in these folders import, each with one of the files."""
    found = {}
    for path in sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module] if isinstance(node, ast.ImportFrom) and not node.level else []
            found.update({name.partition(".")[0]: path.relative_to(ROOT) for name in names})
    ours = {"bss_core", "app", "pages", "tests"}
    return {name: path for name, path in found.items() if name not in ours | set(sys.stdlib_module_names)}


INSTALLED = importlib.metadata.packages_distributions()


def distribution(package):
    return canonicalize_name(COMES_WITH.get(package, INSTALLED.get(package, [package])[0]))


REQUIREMENTS, TEST_REQUIREMENTS = declared("requirements.txt"), declared("requirements-test.txt")
PINS = [Requirement(line) for line in lines("requirements.lock")]
NAMES = {canonicalize_name(requirement.name) for requirement in REQUIREMENTS}
TEST_NAMES = {canonicalize_name(requirement.name) for requirement in TEST_REQUIREMENTS}


@pytest.mark.parametrize(
    "line", [*lines("requirements.txt"), *lines("requirements-test.txt"), *lines("requirements-umap.txt")]
)
def test_every_dependency_says_what_it_is_for(line):
    assert re.fullmatch(r"[A-Za-z0-9_-]+>=[0-9.]+  # .{8,}", line)


def test_all_that_is_imported_is_declared():
    missing = {
        name: path for name, path in imported("bss_core", "app", "pages").items() if distribution(name) not in NAMES
    }
    untested = {name: path for name, path in imported("tests").items() if distribution(name) not in NAMES | TEST_NAMES}

    assert (missing, untested) == ({}, {})


def test_all_that_is_declared_is_used():
    used = {distribution(name) for name in imported("bss_core", "app", "pages", "tests")}

    assert (NAMES | TEST_NAMES) - NOT_IMPORTED - used == set()


@pytest.mark.parametrize("requirement", [*REQUIREMENTS, *TEST_REQUIREMENTS], ids=lambda requirement: requirement.name)
def test_the_lock_pins_every_dependency_to_a_version_that_is_allowed(requirement):
    name = canonicalize_name(requirement.name)
    pinned = [next(iter(pin.specifier)) for pin in PINS if canonicalize_name(pin.name) == name]

    assert pinned
    assert all(pin.operator == "==" and pin.version in requirement.specifier for pin in pinned)


def test_the_lock_pairs_torchvision_with_its_torch():
    pins = {pin.name: next(iter(pin.specifier)).version for pin in PINS}
    if importlib.metadata.version("torchvision").partition("+")[0] != pins["torchvision"]:
        pytest.skip("another torchvision is installed than the lock's, so its needs are not known here")
    needs = [Requirement(text) for text in importlib.metadata.requires("torchvision")]

    assert [pins["torch"] in need.specifier for need in needs if need.name == "torch"] == [True]


def test_the_built_metadata_have_the_dependencies_without_their_reasons(tmp_path):
    for name in ("pyproject.toml", "requirements.txt", "requirements-test.txt", "requirements-umap.txt", "LICENSE"):
        shutil.copy(ROOT / name, tmp_path)
    code = "from setuptools.build_meta import prepare_metadata_for_build_wheel as make; make('.')"
    subprocess.run([sys.executable, "-c", code], cwd=tmp_path, check=True, capture_output=True, timeout=120)
    built = next(tmp_path.glob("*.dist-info/METADATA")).read_text()

    extras = {"test": TEST_REQUIREMENTS, "umap": declared("requirements-umap.txt")}
    for extra, requirement in [("", item) for item in REQUIREMENTS] + [(e, item) for e in extras for item in extras[e]]:
        extra = f'; extra == "{extra}"' if extra else ""
        assert f"Requires-Dist: {requirement}{extra}\n" in built
    assert "License-Expression: Apache-2.0\n" in built
    assert "Requires-Python: >=3.11\n" in built


def make(*words, folder=ROOT):
    """Run make as from a shell: when make runs these tests, its own options must not reach this one."""
    clean = {name: value for name, value in os.environ.items() if name not in ("MAKEFLAGS", "MFLAGS", "MAKELEVEL")}
    return subprocess.run(["make", *words], cwd=folder, env=clean, capture_output=True, text=True, timeout=60)


def test_make_lists_its_targets():
    listed = re.findall(r"^make ([a-z]+) +\S", make().stdout, re.MULTILINE)

    assert listed == ["help", "app", "test", "lint", "bench", "lock", "demo"]


def test_make_app_starts_the_app_with_port_and_runs():
    shown = make("-n", "app", "PORT=9000", "RUNS=a b").stdout

    assert ".venv/bin/python -m app --runs a b --port 9000" in shown


@pytest.mark.parametrize("uv", [True, False])
def test_make_installs_with_uv_or_pip_from_the_lock(tmp_path, uv):
    for name in ("Makefile", "pyproject.toml", "requirements.txt", "requirements-test.txt", "requirements.lock"):
        shutil.copy(ROOT / name, tmp_path)
    shown = make("-n", "app", f"UV={'/somewhere/uv' if uv else ''}", f"PYTHON={sys.executable}", folder=tmp_path).stdout

    assert ("uv pip install" in shown, "-m pip install" in shown) == (uv, not uv)
    assert re.search(r"--constraint requirements\.lock --editable \.", shown)


def test_make_installs_only_once(tmp_path):
    for name in ("Makefile", "pyproject.toml", "requirements.txt", "requirements-test.txt", "requirements.lock"):
        shutil.copy(ROOT / name, tmp_path)
    (tmp_path / ".venv").mkdir()
    for stamp in ("installed", "installed-test"):
        (tmp_path / ".venv" / stamp).touch()

    assert "install" not in make("-n", "lint", folder=tmp_path).stdout
    (tmp_path / ".venv" / "installed").unlink()
    assert "install" in make("-n", "lint", folder=tmp_path).stdout


def test_make_names_what_is_wrong_with_a_python(tmp_path):
    (tmp_path / "old").write_text("#!/bin/sh\nexit 1\n")
    (tmp_path / "old").chmod(0o755)
    for name in ("Makefile", "pyproject.toml", "requirements.txt", "requirements.lock"):
        shutil.copy(ROOT / name, tmp_path)
    done = make("app", f"PYTHON={tmp_path / 'old'}", folder=tmp_path)

    assert done.returncode == 2
    assert f"needs Python 3.11 or newer with its venv module, and {tmp_path / 'old'} is not that" in done.stderr
    assert not (tmp_path / ".venv").exists()


def test_the_server_stays_on_this_machine_and_reports_to_nobody():
    settings = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text())

    assert settings["server"]["address"] == "127.0.0.1"
    assert settings["server"]["enableStaticServing"] is False
    assert settings["browser"]["gatherUsageStats"] is False


def test_warnings_are_errors():
    assert PROJECT["tool"]["pytest"]["ini_options"]["filterwarnings"][0] == "error"


def test_the_licence_is_the_one_declared():
    assert "Apache License" in (ROOT / "LICENSE").read_text()[:200]
    assert PROJECT["project"]["license"] == "Apache-2.0"
