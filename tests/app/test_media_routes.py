import hashlib
import json
import os
from io import BytesIO
from pathlib import Path
from urllib.parse import quote

import pandas as pd
import pytest
from PIL import Image
from starlette.applications import Starlette
from starlette.testclient import TestClient

from app import urls
from app.media_routes import media_routes
from bss_core.manifest import Info, Manifest, Modality, read_info, read_manifest, write_manifest
from bss_core.runs import create_run

HOSTILE = [
    "..",
    "../..",
    "%2e%2e",
    "..%2f..%2frun.json",
    "/etc/passwd",
    "a\0b",
    "' OR 1=1 --",
    "tiny-00' --",
    "☃" * 300,
    "*",
]


@pytest.fixture
def root(tmp_path, tiny_data) -> Path:
    """A folder of runs with one run on the tiny data set."""
    create_run(tmp_path / "runs" / "first", {}, read_info(tiny_data))
    return tmp_path / "runs"


@pytest.fixture
def client(root) -> TestClient:
    return TestClient(Starlette(routes=media_routes((root,))), base_url="http://localhost")


def cell(data: Path, sample_id: str, modality: str):
    return read_manifest(data).rows.set_index("sample_id").loc[sample_id, modality]


def file_run(tmp_path: Path, cells: list[str]) -> TestClient:
    """A run whose images are paths, the given ones."""
    ids = [f"s{place}" for place in range(len(cells))]
    rows = pd.DataFrame({"sample_id": ids, "split": "train", "label": [place % 2 for place in range(len(cells))]})
    rows = rows.assign(image=cells, caption="words")
    info = Info("files", ("no", "yes"), {"image": Modality("image"), "caption": Modality("text")})
    create_run(tmp_path / "runs" / "files", {}, write_manifest(tmp_path / "data", Manifest(info, rows)))
    return TestClient(Starlette(routes=media_routes((tmp_path / "runs",))), base_url="http://localhost")


def test_original_is_the_manifest_s_bytes(client, tiny_data):
    answer = client.get(urls.media_url("first", "tiny-07", "image"))
    assert answer.content == cell(tiny_data, "tiny-07", "image")
    assert answer.headers["content-type"] == "image/png"
    assert answer.headers["etag"] == f'"{hashlib.sha256(answer.content).hexdigest()[:32]}"'


def test_text_is_sent_as_plain_text(client):
    answer = client.get(urls.media_url("first", "tiny-04", "caption"))
    assert (answer.text, answer.headers["content-type"]) == ("mid green thing number 4", "text/plain; charset=utf-8")


@pytest.mark.parametrize("kind", ["media", "thumb", "spectrogram", "waveform", "facts"])
def test_every_answer_is_guarded(client, kind):
    for sample in ("tiny-00", "absent"):
        headers = client.get(f"/api/{kind}/first/{sample}/audio").headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["content-security-policy"].startswith("sandbox; default-src 'none'")
        assert headers["cross-origin-resource-policy"] == "same-origin"
        assert "public" not in headers["cache-control"]


@pytest.mark.parametrize("side", [16, 31, 256])
def test_thumbnail_fits_its_side_and_is_not_enlarged(client, side):
    picture = Image.open(BytesIO(client.get(urls.thumb_url("first", "tiny-00", "image", side)).content))
    assert (picture.format, picture.size) == ("WEBP", (min(side, 32), min(side, 32)))


@pytest.mark.parametrize("side", ["15", "1025", "-1", "1e3", "", "٣٢", "99999999999999999999"])
def test_a_side_out_of_range_is_refused(client, side):
    answer = client.get(f"/api/thumb/first/tiny-00/image?side={quote(side)}")
    assert answer.status_code == 404
    assert "from 16 to 1024 px" in answer.text


def test_a_sound_has_pictures_and_facts(client):
    for url in (urls.spectrogram_url, urls.waveform_url):
        answer = client.get(url("first", "tiny-02", "audio"))
        assert answer.headers["content-type"] == "image/png"
        assert Image.open(BytesIO(answer.content)).width == 960
    assert client.get(urls.facts_url("first", "tiny-02", "audio")).json() == {"seconds": 0.5, "sample_rate": 8000}


def test_a_known_entity_tag_gets_304_without_a_body(client):
    url = urls.media_url("first", "tiny-00", "image")
    tag = client.get(url).headers["etag"]
    for header in (tag, f'"other", W/{tag}'):
        answer = client.get(url, headers={"If-None-Match": header})
        assert (answer.status_code, answer.content, answer.headers["etag"]) == (304, b"", tag)
    assert client.get(url, headers={"If-None-Match": '"other"'}).status_code == 200


@pytest.mark.parametrize(
    ("asked", "cut"),
    [
        ("bytes=0-0", slice(0, 1)),
        ("bytes=10-99", slice(10, 100)),
        ("bytes=100-", slice(100, None)),
        ("bytes=-7", slice(-7, None)),
        ("bytes=5-999999999", slice(5, None)),
        ("bytes=-999999999", slice(0, None)),
    ],
)
def test_a_byte_range_is_cut_out(client, tiny_data, asked, cut):
    whole = cell(tiny_data, "tiny-03", "audio")
    answer = client.get(urls.media_url("first", "tiny-03", "audio"), headers={"Range": asked})
    assert (answer.status_code, answer.content) == (206, whole[cut])
    start = cut.indices(len(whole))[0]
    assert answer.headers["content-range"] == f"bytes {start}-{start + len(answer.content) - 1}/{len(whole)}"
    assert answer.headers["content-length"] == str(len(answer.content))


@pytest.mark.parametrize("asked", ["bytes=999999999-", "bytes=-0", "bytes=999999998-999999999"])
def test_a_range_beyond_the_end_gets_416(client, tiny_data, asked):
    answer = client.get(urls.media_url("first", "tiny-03", "audio"), headers={"Range": asked})
    assert (answer.status_code, answer.content) == (416, b"")
    assert answer.headers["content-range"] == f"bytes */{len(cell(tiny_data, 'tiny-03', 'audio'))}"


@pytest.mark.parametrize(
    "asked", ["bytes=5-2", "bytes=-", "bytes=0-1,3-4", "items=0-1", "bytes=a-b", "bytes=" + "9" * 50 + "-"]
)
def test_a_range_that_says_nothing_gets_the_whole(client, asked):
    answer = client.get(urls.media_url("first", "tiny-03", "audio"), headers={"Range": asked})
    assert (answer.status_code, answer.headers["accept-ranges"]) == (200, "bytes")


def test_a_range_of_older_content_gets_the_whole(client):
    headers = {"Range": "bytes=0-0", "If-Range": '"older"'}
    assert client.get(urls.media_url("first", "tiny-03", "audio"), headers=headers).status_code == 200


@pytest.mark.parametrize(
    ("run", "sample", "modality", "says"),
    [
        ("absent", "tiny-00", "image", "There is no run 'absent' here; there are first."),
        ("first", "absent", "image", "The run 'first' has no sample 'absent' with image."),
        ("first", "tiny-00", "label", "The run 'first' has no modality 'label'; it has image, audio, caption."),
        ("first", "tiny-00", 'image" --', "has no modality"),
    ],
)
def test_what_is_unknown_gets_404_in_one_sentence(client, run, sample, modality, says):
    answer = client.get(urls.media_url(run, sample, modality))
    assert answer.status_code == 404
    assert says in answer.text
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("piece", ["thumb/first/tiny-00/caption", "spectrogram/first/tiny-00/caption"])
def test_a_picture_of_text_does_not_exist(client, piece):
    assert client.get(f"/api/{piece}").status_code == 404


@pytest.mark.parametrize("kind", ["spectrogram", "waveform"])
def test_a_picture_has_no_sound(client, kind):
    answer = client.get(f"/api/{kind}/first/tiny-00/image")
    assert (answer.status_code, "of kind image" in answer.text) == (404, True)


@pytest.mark.parametrize("hostile", HOSTILE)
@pytest.mark.parametrize("place", [0, 1, 2])
@pytest.mark.parametrize("quoted", [True, False])
def test_hostile_names_find_nothing(client, hostile, place, quoted):
    parts = ["first", "tiny-00", "image"]
    parts[place] = quote(hostile, safe="") if quoted else quote(hostile, safe="/%*'")
    answer = client.get("/api/media/" + "/".join(parts), follow_redirects=False)
    assert answer.status_code in (307, 404)
    assert b"root:" not in answer.content
    assert not answer.headers.get("location", "").startswith("//")


def test_ids_may_hold_any_characters(tmp_path, tiny_data):
    manifest = read_manifest(tiny_data)
    strange = ["a/b/c", "50 % ?x=1#y", "snow ☃", "a..b", " "]
    rows = manifest.rows.head(5).assign(sample_id=strange)
    create_run(tmp_path / "runs" / "odd run", {}, write_manifest(tmp_path / "odd", Manifest(manifest.info, rows)))
    client = TestClient(Starlette(routes=media_routes((tmp_path / "runs",))), base_url="http://localhost")
    for sample_id, content in zip(strange, rows["image"], strict=True):
        assert client.get(urls.media_url("odd run", sample_id, "image")).content == content


def test_paths_in_a_manifest_stay_in_its_folder(tmp_path):
    (tmp_path / "secret.png").write_bytes(b"\x89PNG\r\n\x1a\nsecret")
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "link.png").symlink_to(tmp_path / "secret.png")
    cells = ["../secret.png", str(tmp_path / "secret.png"), "link.png", "gone.png"]
    client = file_run(tmp_path, cells)
    for place in range(len(cells)):
        answer = client.get(urls.media_url("files", f"s{place}", "image"))
        assert answer.status_code == 415
        assert b"secret\x00" not in answer.content
        assert not answer.content.startswith(b"\x89PNG")


def test_a_file_that_is_no_picture_gets_415(tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "page.png").write_bytes(b"<script>alert(1)</script>")
    client = file_run(tmp_path, ["page.png", "page.png"])
    answer = client.get(urls.media_url("files", "s0", "image"))
    assert answer.status_code == 415
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"


def test_runs_elsewhere_are_not_reachable(client, tmp_path, tiny_data):
    create_run(tmp_path / "elsewhere" / "other", {}, read_info(tiny_data))
    assert client.get(urls.media_url("other", "tiny-00", "image")).status_code == 404
    assert client.get("/api/media/..%2felsewhere%2fother/tiny-00/image").status_code == 404


def test_a_run_that_appears_later_is_found(client, root, tiny_data):
    assert client.get(urls.media_url("second", "tiny-00", "image")).status_code == 404
    create_run(root / "second", {}, read_info(tiny_data))
    assert client.get(urls.media_url("second", "tiny-00", "image")).status_code == 200


def test_other_data_than_the_run_s_are_not_shown(client, tiny_data):
    assert client.get(urls.media_url("first", "tiny-00", "image")).status_code == 200
    manifest = read_manifest(tiny_data)
    write_manifest(tiny_data, Manifest(manifest.info, manifest.rows.head(30)))
    answer = client.get(urls.media_url("first", "tiny-01", "image"))
    assert answer.status_code == 404
    assert "have changed since the run 'first' was made" in answer.text


def test_data_without_a_recorded_fingerprint_are_shown_as_they_are_now(client, root, tiny_data):
    details = json.loads((root / "first" / "run.json").read_text())
    details["data"]["content_hash"] = ""
    (root / "first" / "run.json").write_text(json.dumps(details))
    address, manifest = urls.media_url("first", "tiny-00", "image"), read_manifest(tiny_data)
    assert client.get(address).content == manifest.rows["image"].iloc[0]
    turned = manifest.rows.assign(image=manifest.rows["image"].tolist()[::-1])
    write_manifest(tiny_data, Manifest(manifest.info, turned))
    assert client.get(address).content == turned["image"].iloc[0] != manifest.rows["image"].iloc[0]


def test_data_sets_of_one_age_are_not_mixed_up(client, root, tmp_path, tiny_data):
    manifest = read_manifest(tiny_data)
    turned = manifest.rows.assign(image=manifest.rows["image"].tolist()[::-1])
    create_run(root / "turned", {}, write_manifest(tmp_path / "turned", Manifest(manifest.info, turned)))
    for folder in (tiny_data, tmp_path / "turned"):
        os.utime(folder / "manifest.parquet", ns=(1, 1))
    for run, rows in (("first", manifest.rows), ("turned", turned)):
        assert client.get(urls.media_url(run, "tiny-00", "image")).content == rows["image"].iloc[0]


def test_data_that_are_gone_are_named(client, tiny_data):
    (tiny_data / "manifest.parquet").unlink()
    answer = client.get(urls.media_url("first", "tiny-00", "image"))
    assert (answer.status_code, "is gone" in answer.text) == (404, True)


@pytest.mark.parametrize("content", ["{", "{}", '{"data": {}, "options": {}, "status": "finished"}'])
def test_a_broken_run_gets_404(client, root, content):
    (root / "first" / "run.json").write_text(content)
    answer = client.get(urls.media_url("first", "tiny-00", "image"))
    assert answer.status_code == 404
    assert "\n" not in answer.text


def test_facts_are_json_that_any_reader_takes(client):
    assert json.loads(client.get(urls.facts_url("first", "tiny-00", "audio")).content)["seconds"] == 0.5
