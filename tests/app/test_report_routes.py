"""The routes that hand out tables and reports, and the panel that links to them."""

import io
import shutil
from urllib.parse import quote

import pandas as pd
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient
from streamlit.testing.v1 import AppTest

from app import data
from app.report.request import Shared, address, figure_address
from app.report.routes import share_routes
from app.roots import VARIABLE
from bss_core import annotations
from bss_core.selection import Selection
from tests.app.pages import said
from tests.score_tables import some_predictions, some_run, write_some

HOSTILE = ["..", "%2e%2e", "..%2f..%2fetc", "/etc/passwd", "a\0b", "' OR 1=1 --", "☃" * 300, "*"]


@pytest.fixture
def run(tmp_path, monkeypatch):
    data.forget()
    monkeypatch.setenv(VARIABLE, str(tmp_path / "runs"))
    return some_run(tmp_path, n=80)


@pytest.fixture
def client(run):
    return TestClient(Starlette(routes=share_routes((run.folder.parent,))), base_url="http://localhost")


def shared(run, **more):
    return Shared(run, run.evaluations()[-1], Selection(**more), "total_loss", True)


@pytest.mark.parametrize(("kind", "read"), [("parquet", pd.read_parquet), ("csv", pd.read_csv)])
def test_a_table_holds_the_rows_of_the_page_in_their_order(run, client, kind, read):
    chosen = shared(run, bands=("imbalanced",), splits=("train",))
    answer = client.get(address(chosen, kind))
    wanted = data.page(run, 2, chosen.selection, "total_loss", True, 1000)
    assert answer.status_code == 200
    assert answer.headers["content-disposition"] == f'attachment; filename="some-1-evaluation-002.{kind}"'
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert 0 < len(wanted) < 80
    pd.testing.assert_frame_equal(
        read(io.BytesIO(answer.content))[wanted.columns.tolist()], wanted, check_dtype=False, rtol=1e-6
    )


def test_a_report_is_a_file_to_keep_not_a_page_of_this_server(run, client):
    answer = client.get(address(shared(run), "html"))
    assert answer.headers["content-disposition"] == 'attachment; filename="some-1-evaluation-002.html"'
    assert answer.headers["content-security-policy"] == "sandbox"
    assert answer.text.startswith("<!doctype html>")
    assert "48 of 80 selected samples shown" in answer.text


@pytest.mark.parametrize("name", HOSTILE)
def test_no_part_of_an_address_is_a_path(client, name):
    answer = client.get(f"/api/share/csv/{quote(name, safe='')}?k=0")
    assert answer.status_code == 404
    assert "root:" not in answer.text


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("", "No evaluation was named; name one with k="),
        ("k=9", "some-1 has no evaluation 9"),
        ("k=0&sort=x%22%3B+DROP+TABLE", 'some-1 has no column x"; DROP TABLE'),
        ("k=0&band=worst", "band=worst, which cannot be read"),
        ("k=0&path=/etc/passwd", "The address holds path, which cannot be read"),
    ],
)
def test_what_cannot_be_shared_is_refused_in_a_sentence(client, query, sentence):
    answer = client.get(f"/api/share/parquet/some-1?{query}")
    assert answer.status_code == 400
    assert sentence in answer.text


def test_a_damaged_table_is_refused(run, client):
    asked = address(shared(run), "csv")
    (run.folder / "scores" / "evaluation=002.parquet").write_bytes(b"PAR1 this is no table PAR1")
    answer = client.get(asked)
    assert answer.status_code == 400
    assert "some-1 has no evaluation 2; name one with k=, there are 0, 1" in answer.text


def test_a_table_leaves_no_file_behind(run, client, tmp_path, monkeypatch):
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    assert client.get(address(shared(run), "parquet")).status_code == 200
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize(
    ("kind", "start"), [("svg", b"<?xml"), ("png", b"\x89PNG"), ("pdf", b"%PDF-")]
)  # fmt: skip
def test_a_figure_for_a_paper_is_a_file(run, client, kind, start):
    wanted = figure_address(shared(run, thresholds=(0.1, 0.5)), "a", "double", kind)
    assert wanted.endswith(f"/figure/a-double.{kind}/some-1?th=0.1..0.5&k=2")
    answer = client.get(wanted)
    assert answer.status_code == 200
    assert answer.content.startswith(start)
    name = f"some-1-evaluation-002-case-study-a-double.{kind}"
    assert answer.headers["content-disposition"] == f'attachment; filename="{name}"'
    assert answer.headers["content-security-policy"] == "sandbox"


@pytest.mark.parametrize(
    "figure", ["a-single.exe", "c-single.svg", "a-poster.svg", "..%2f..%2fx.svg", "a-single.svg/x"]
)
def test_only_the_figures_that_there_are_can_be_asked_for(run, client, figure):
    assert client.get(f"/api/share/figure/{figure}/some-1?k=2").status_code == 404


def test_all_tags_are_a_table(run, client):
    annotations.add_tag(run.folder, "odd", ["x-01", "x-00"], "ada")
    answer = client.get(address(shared(run), "tags"))
    rows = pd.read_parquet(io.BytesIO(answer.content))
    assert answer.headers["content-disposition"] == 'attachment; filename="tags.parquet"'
    assert rows[["sample_id", "tag", "author"]].values.tolist() == [["x-00", "odd", "ada"], ["x-01", "odd", "ada"]]


@pytest.mark.parametrize("kind", ["parquet", "html"])
def test_a_run_deleted_while_it_is_shared_is_said_in_a_sentence(run, client, monkeypatch, kind):
    asked = address(shared(run), kind)

    def gone(*_):
        shutil.rmtree(run.folder)
        raise FileNotFoundError(2, "No such file or directory")

    monkeypatch.setattr("app.report.routes.gather" if kind == "html" else "app.report.routes.write_rows", gone)
    answer = client.get(asked)
    assert answer.status_code == 404
    assert "The run was deleted or moved while this was made" in answer.text
    assert "There is no run 'some-1' here" in client.get(asked).text


def test_a_selection_without_samples_gives_an_empty_table_and_a_report_that_says_so(run, client):
    nothing = shared(run, text="nowhere to be found")
    assert len(pd.read_parquet(io.BytesIO(client.get(address(nothing, "parquet")).content))) == 0
    assert "No sample matches the selection." in client.get(address(nothing, "html")).text


def test_an_evaluation_that_a_growing_run_wrote_later_changes_nothing(run, client):
    asked = address(shared(run), "csv")
    before = client.get(asked).content
    write_some(run.folder, 3, some_predictions(3, 80))
    assert client.get(asked).content == before


def script():
    from app.state import chosen_run
    from app.views import share
    from bss_core.selection import Selection

    run = chosen_run()
    share.show(run, run.evaluations()[-1], Selection(bands=("imbalanced",)))


def test_the_panel_links_to_tables_and_report_and_shows_the_code(run):
    app = AppTest.from_function(script, default_timeout=30).run()
    assert not app.exception
    links = [element.proto.url for element in app.get("link_button")]
    figures = [f"/api/share/figure/{panel}-single.svg/some-1?k=2" for panel in "ab"]
    assert links == [
        *(f"/api/share/{kind}/some-1?band=imbalanced&k=2" for kind in ("parquet", "csv", "html")),
        *figures,
    ]
    app.segmented_control(key="share.width").set_value("double")
    app.segmented_control(key="share.kind").set_value("png").run()
    assert app.get("link_button")[-1].proto.url == "/api/share/figure/b-double.png/some-1?k=2"
    codes = [block.value for block in app.get("code")]
    assert codes[0].startswith("import duckdb")
    assert "band IN ('imbalanced')" in codes[1]
    assert str(run.folder) in codes[1]
    assert "band imbalanced, by balance score, lowest first" in said(app)
