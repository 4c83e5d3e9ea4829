"""Maps of samples: principal components against an SVD, UMAP's absence, the file, when it holds, what can be asked."""

import importlib.util
import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bss_core.errors import Cancelled, CheckpointError, ConfigError, RunError
from bss_core.evaluations import predictions_path
from bss_core.maps import fitting, requests
from bss_core.maps.fitting import Epochs, Vectors, embed, stored_probabilities, write_map
from bss_core.maps.requests import (
    MapRequest,
    checked_request,
    current_map,
    has_umap,
    map_path,
    origin,
    read_map_about,
    sources,
)
from bss_core.predictions import read_predictions
from tests.score_tables import some_predictions, some_run, write_some

PCA = MapRequest("probabilities", "pca", "train", evaluation=0)
UMAP = MapRequest("probabilities", "umap", "train", evaluation=0)


@pytest.fixture
def run(tmp_path):
    """A recorded-like run: three evaluations of 40 samples and no checkpoint."""
    return some_run(tmp_path)


def groups():
    """Two groups of 40, far apart, of vectors of 8 numbers."""
    rng = np.random.default_rng(0)
    values = np.concatenate([rng.normal(0, 1, (40, 8)), rng.normal(30, 1, (40, 8))]).astype(np.float32)
    return Vectors(np.arange(80).astype(str), values)


def vectors(n=30, d=6, seed=0):
    rng = np.random.default_rng(seed)
    values = rng.normal(size=(n, d)) @ rng.normal(size=(d, d)) + 100
    return Vectors(np.array([f"s{row}" for row in range(n)]), values.astype(np.float32))


class TestPCA:
    def test_a_right_triangle_by_hand(self):
        # centred: (−2, −1), (2, −1), (0, 2) → scatter matrix diag(8, 6): first axis x with 8/14 of the variance
        made = embed(Vectors(np.array(["a", "b", "c"]), np.array([[0, 0], [4, 0], [2, 3]], np.float32)), PCA)
        assert made.variance == pytest.approx([8 / 14, 6 / 14])
        assert np.abs(made.plane) == pytest.approx(np.array([[2, 1], [2, 1], [0, 2]]), abs=1e-6)

    def test_it_is_the_singular_value_decomposition(self):
        given = vectors()
        centred = given.values.astype(float) - given.values.mean(axis=0, dtype=float)
        left, sizes, _ = np.linalg.svd(centred, full_matrices=False)
        made = embed(given, PCA)
        assert np.abs(made.components) == pytest.approx(np.abs(left * sizes), abs=1e-3)
        assert made.variance == pytest.approx(sizes**2 / (sizes**2).sum(), abs=1e-5)
        assert np.array_equal(made.plane, made.components[:, :2])

    @given(st.integers(3, 40), st.integers(1, 70), st.integers(0, 9))
    def test_the_components_keep_all_distances_if_all_are_kept(self, n, d, seed):
        given = vectors(n, d, seed)
        before = given.values.astype(float)
        made = embed(given, PCA)
        assert made.components.shape == (n, min(n, d, 50))
        assert made.plane.shape == (n, 2)
        assert made.variance.sum() <= 1 + 1e-5
        true = np.linalg.norm(before[0] - before, axis=1)
        kept = np.linalg.norm(made.components[0].astype(float) - made.components, axis=1)
        assert (kept <= true * (1 + 1e-3) + 1e-2).all()
        if min(n, d) <= 50:
            assert kept == pytest.approx(true, rel=1e-3, abs=1e-2)

    def test_vectors_of_one_number_lie_on_a_line(self):
        made = embed(vectors(5, 1), PCA)
        assert (made.plane[:, 1] == 0).all()
        assert len(set(made.plane[:, 0])) == 5

    def test_the_same_again_gives_the_same(self):
        assert np.array_equal(embed(vectors(300, 80), PCA).plane, embed(vectors(300, 80), PCA).plane)

    @pytest.mark.parametrize(
        ("values", "said"),
        [
            (np.zeros((2, 3)), "at least 3 samples; there are 2"),
            (np.full((4, 3), 7.5), "of all 4 samples are equal"),
            (np.array([[0, 1], [np.nan, 2], [3, np.inf]]), "of 2 of 3 samples are not finite, first that of 's1'"),
        ],
    )
    def test_what_cannot_be_laid_out(self, values, said):
        ids = np.array([f"s{row}" for row in range(len(values))])
        with pytest.raises(RunError, match=said):
            embed(Vectors(ids, values.astype(np.float32)), PCA)


class TestUMAP:
    def test_without_the_package_one_sentence_says_what_to_install(self, monkeypatch):
        monkeypatch.setattr(requests, "has_umap", lambda: False)
        with pytest.raises(ConfigError, match=r"umap-learn, which is not installed; install it with: pip install"):
            embed(vectors(), UMAP)

    def test_whether_it_is_installed_is_told_without_importing_it(self):
        assert has_umap() == (importlib.util.find_spec("umap") is not None)

    def test_options_reach_it(self, monkeypatch):
        asked = {}

        class Reducer:
            def __init__(self, **options):
                asked.update(options)

            def fit_transform(self, components):
                return components[:, 1::-1].astype(np.float64)

        monkeypatch.setattr(requests, "has_umap", lambda: True)
        monkeypatch.setattr(fitting.importlib, "import_module", lambda name: type("umap", (), {"UMAP": Reducer}))
        request = MapRequest("probabilities", "umap", "train", evaluation=0, seed=7, neighbours=50, min_dist=0.3)
        made = embed(vectors(10), request)
        del asked["tqdm_kwds"]
        assert asked == {"n_neighbors": 9, "min_dist": 0.3, "random_state": 7, "n_jobs": 1}
        assert made.plane.dtype == np.float32
        assert np.array_equal(made.plane, made.components[:, 1::-1])

    def test_it_keeps_groups_apart(self):
        plane = embed(groups(), UMAP).plane
        nearest = np.argsort(np.linalg.norm(plane[:, None] - plane[None], axis=2), axis=1)[:, 1]
        assert ((nearest < 40) == (np.arange(80) < 40)).all()

    def test_a_seed_lays_out_the_same_again_and_another_one_otherwise(self):
        planes = [embed(groups(), replace(UMAP, seed=seed)).plane for seed in (3, 3, 4)]
        assert np.array_equal(planes[0], planes[1])
        assert not np.allclose(planes[0], planes[2])

    def test_fewer_samples_than_neighbours(self):
        assert np.isfinite(embed(vectors(5), UMAP).plane).all()

    def test_it_tells_how_far_it_is(self):
        told = []
        embed(groups(), UMAP, lambda *state: told.append(state))
        assert told[0] == ("finding neighbours", 0, 80)
        laid_out = [done for phase, done, total in told[1:] if (phase, total) == ("laying out the samples", 80)]
        assert laid_out == sorted(laid_out)
        assert (laid_out[0], laid_out[-1], len(laid_out)) == (0, 80, len(told) - 1)

    def test_it_can_be_stopped_while_it_lays_out(self):
        def step(phase, done, total):
            if phase == "laying out the samples":
                raise Cancelled

        with pytest.raises(Cancelled):
            embed(groups(), UMAP, step)


@pytest.mark.parametrize("text", ["", "\n", "/", "a/b", "1/", "-1/5", "50%"])
def test_what_is_no_state_of_the_bar_is_passed_over(text):
    told = []
    Epochs(lambda *state: told.append(state), 10).write(text)
    assert told == []


def test_a_state_of_the_bar_is_told_in_samples():
    told = []
    Epochs(lambda *state: told.append(state), 10).write("\r250/500   ")
    assert told == [("laying out the samples", 5, 10)]


class TestProbabilities:
    def test_all_heads_side_by_side(self, run):
        path = predictions_path(run.folder, 1)
        expected = read_predictions(path)
        found = stored_probabilities(path)
        assert found.values.shape == (40, 9)
        assert found.values.dtype == np.float32
        assert found.values[:, 3:6] == pytest.approx(expected.probabilities["text"])
        assert found.sample_ids.tolist() == expected.sample_ids.tolist()

    def test_a_damaged_file_is_named(self, run):
        predictions_path(run.folder, 1).write_bytes(b"PAR1 torn")
        with pytest.raises(RunError, match="evaluation=001.parquet cannot be read"):
            stored_probabilities(predictions_path(run.folder, 1))


def made_map(run, **given):
    request = checked_request(run, "probabilities", **given)
    found = stored_probabilities(predictions_path(run.folder, request.evaluation))
    return request, write_map(run, request, origin(run, request), found, embed(found, request))


class TestFile:
    def test_it_is_a_plain_table_with_what_it_takes_to_read_it(self, run):
        request, path = made_map(run)
        assert path == run.folder / "maps" / "evaluation=002-train-probabilities-pca.parquet"
        table = pd.read_parquet(path)
        assert list(table.columns[:4]) == ["sample_id", "x", "y", "component_1"]
        assert set(table.dtypes.astype(str)[1:]) == {"float32"}
        assert table["sample_id"].tolist() == [f"x-{row:02d}" for row in range(40)]
        assert np.array_equal(table[["x", "y"]], table[["component_1", "component_2"]])
        about = read_map_about(path)
        assert (about.request, about.samples, about.dimensions, about.skipped) == (request, 40, 9, 0)
        assert about.origin == {"epoch": 2, "bytes": predictions_path(run.folder, 2).stat().st_size}
        assert sum(about.variance) == pytest.approx(1, abs=1e-4)
        assert set(about.versions) == {"numpy", "scikit-learn", "umap-learn"}
        assert json.loads(pq.read_schema(path).metadata[b"bss_lens"])["request"]["method"] == "pca"
        assert [item.name for item in path.parent.iterdir()] == [path.name]

    def test_it_holds_until_its_evaluation_is_another(self, run):
        request, path = made_map(run)
        assert current_map(run, request) == read_map_about(path)
        write_some(run.folder, 2, some_predictions(2, 39))
        assert current_map(run, request) is None

    def test_it_does_not_hold_for_another_seed(self, run):
        made_map(run, seed=1)
        assert current_map(run, checked_request(run, "probabilities", seed=1))
        assert current_map(run, checked_request(run, "probabilities", seed=2)) is None

    @pytest.mark.parametrize("content", [b"", b"PAR1 torn", None])
    def test_a_damaged_one_counts_as_none(self, run, content):
        request, path = made_map(run)
        path.write_bytes(content) if content is not None else pd.DataFrame({"x": [1]}).to_parquet(path)
        assert current_map(run, request) is None
        with pytest.raises(RunError, match=r"The map .*pca\.parquet cannot be read"):
            read_map_about(path)

    def test_gone_predictions_are_named(self, run):
        request = checked_request(run, "probabilities")
        predictions_path(run.folder, 2).unlink()
        with pytest.raises(RunError, match="There are no predictions .*evaluation=002"):
            origin(run, request)

    def test_a_damaged_checkpoint_is_named(self, run):
        (run.folder / "checkpoints").mkdir()
        (run.folder / "checkpoints" / "best.safetensors").write_bytes(b"no weights")
        with pytest.raises(CheckpointError, match=r"best\.safetensors cannot be read"):
            origin(run, checked_request(run, "multimodal"))

    def test_a_modality_with_a_path_for_a_name_stays_in_its_folder(self, run):
        path = map_path(run, MapRequest("../../a b", "pca", "train", checkpoint="best"))
        assert path.parent == run.folder / "maps"
        assert path.name == "best-train-..%2F..%2Fa%20b-pca.parquet"


class TestRequest:
    def test_a_run_without_weights_has_its_probabilities(self, run):
        assert sources(run) == ["probabilities"]
        assert checked_request(run, "probabilities") == MapRequest("probabilities", "pca", "train", evaluation=2)
        assert checked_request(run, "probabilities", evaluation=1).evaluation == 1

    def test_a_run_with_weights_has_its_features_too(self, run):
        (run.folder / "checkpoints").mkdir()
        (run.folder / "checkpoints" / "best.safetensors").touch()
        assert sources(run) == ["multimodal", "audio", "text", "probabilities"]
        assert checked_request(run) == MapRequest("multimodal", "pca", "train", checkpoint="best")
        assert checked_request(run, "text", "umap", "all").name == "best-all-text-umap"

    def test_the_latest_evaluation_of_the_split_is_taken(self, run):
        write_some(run.folder, 7, some_predictions(1), split="test", kind="scoring")
        assert checked_request(run, "probabilities").evaluation == 2
        assert checked_request(run, "probabilities", split="test").evaluation == 7
        assert checked_request(run, "probabilities", evaluation=7).split == "test"

    @pytest.mark.parametrize(
        ("given", "error", "said"),
        [
            ({"of": "smell"}, ConfigError, "no map of 'smell'; some-1 has multimodal, audio, text and probabilities"),
            ({"method": "tsne"}, ConfigError, "no method 'tsne'; choose pca or umap"),
            ({"split": "dev"}, ConfigError, "no split 'dev'; choose train, validation, test or all"),
            ({"of": "audio"}, RunError, "no checkpoint 'best'; it has none, so only its probabilities"),
            ({"of": "audio", "evaluation": 1}, ConfigError, "not from evaluation 1; leave that out"),
            ({"checkpoint": "best"}, ConfigError, "not to the checkpoint 'best'"),
            ({"evaluation": 9}, RunError, r"no evaluation 9; it has 0 \(train\), 1 \(train\), 2 \(train\)"),
            ({"split": "test"}, RunError, r"no evaluation of test; it has 0 \(train\)"),
            ({"split": "test", "evaluation": 1}, ConfigError, "Evaluation 1 of some-1 is of train, not of test"),
            ({"seed": -1}, ConfigError, "cannot have seed -1"),
            ({"neighbours": 1}, ConfigError, "1 neighbours"),
            ({"min_dist": float("nan")}, ConfigError, "a least distance of nan"),
        ],
    )
    def test_what_cannot_be_asked(self, run, given, error, said):
        with pytest.raises(error, match=said):
            checked_request(run, **{"of": "probabilities", **given})
