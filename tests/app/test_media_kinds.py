"""Every kind of modality over HTTP: pictures, facts and originals, and files that are sent from the disk."""

import io
import json
import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.testclient import TestClient

from app import media_answers, urls
from app.hosts import LocalHostsOnly
from app.media_facts import facts_of
from app.media_routes import media_routes
from app.media_store import Cell
from bss_core.manifest import write_manifest
from bss_core.runs import create_run
from tests.media_samples import FRAMES, MKV, MP4, WEBM, everything, frame, picture, sound, vector


@pytest.fixture
def data(tmp_path) -> Path:
    folder = tmp_path / "data"
    create_run(tmp_path / "runs" / "all", {}, write_manifest(folder, everything(folder)))
    return folder


@pytest.fixture
def client(data, tmp_path) -> TestClient:
    return TestClient(Starlette(routes=media_routes((tmp_path / "runs",))), base_url="http://localhost")


def facts(client, modality, sample="s0"):
    return client.get(urls.facts_url("all", sample, modality)).json()


def shown(answer) -> np.ndarray:
    assert answer.status_code == 200
    return np.asarray(Image.open(io.BytesIO(answer.content)).convert("RGBA")).astype(int)


@pytest.mark.parametrize("modality", ["photo", "voice", "vector", "gesture", "clip", "range", "pulse"])
@pytest.mark.parametrize("side", [16, 1024])
def test_every_kind_but_text_has_a_thumbnail_within_its_side(client, modality, side):
    pixels = shown(client.get(urls.thumb_url("all", "s1", modality, side)))
    assert max(pixels.shape[:2]) <= side
    assert pixels[..., 3].max() > 200


def test_a_thumbnail_of_another_size_is_another_picture(client):
    sizes = [shown(client.get(urls.thumb_url("all", "s1", "photo", side))).shape[1] for side in (16, 32, 16)]
    assert sizes == [16, 32, 16]


def test_facts_by_kind(client):
    assert facts(client, "voice") == {"seconds": 0.5, "sample_rate": 8000}
    assert facts(client, "gesture") == {"count": FRAMES}
    assert facts(client, "range") == {"lowest": 800, "highest": 2900}
    assert facts(client, "vector") == {"length": 32, "lowest": -2.5, "highest": 3.5}
    found = facts(client, "pulse")
    assert (found["channels"], found["shown"], found["steps"], found["highest"]) == (3, 3, 120, 2.0)
    for modality in ("photo", "words", "clip"):
        assert client.get(urls.facts_url("all", "s0", modality)).status_code == 404


def test_of_a_series_the_range_is_that_of_the_channels_drawn():
    nine = Cell("series", [[float(channel)] * 5 for channel in range(9)], Path())
    assert facts_of(nine) == {"channels": 9, "shown": 8, "steps": 5, "lowest": 0.0, "highest": 7.0}


def test_originals_of_numbers_are_json(client):
    assert client.get(urls.media_url("all", "s2", "vector")).json() == vector(2)
    answer = client.get(urls.media_url("all", "s0", "pulse"))
    assert (answer.headers["content-type"], len(json.loads(answer.content))) == ("application/json", 3)


def test_frames_are_counted_from_zero_and_the_middle_one_stands_for_all(client):
    for index in (0, FRAMES - 1):
        answer = client.get(urls.media_url("all", "s1", "gesture") + f"?index={index}")
        assert answer.content == frame(1, index)
    middle = client.get(urls.media_url("all", "s1", "gesture"))
    assert middle.content == frame(1, FRAMES // 2)
    small = client.get(urls.thumb_url("all", "s1", "gesture", 64))
    assert small.content == client.get(urls.thumb_url("all", "s1", "gesture", 64, FRAMES // 2)).content
    assert small.content != client.get(urls.thumb_url("all", "s1", "gesture", 64, 0)).content


@pytest.mark.parametrize("index", [str(FRAMES), "-1", "1e1", "9999999", "٣", "../0", "0 OR 1=1"])
def test_a_frame_that_is_not_there(client, index):
    for kind in ("thumb", "media"):
        answer = client.get(f"/api/{kind}/all/s0/gesture", params={"index": index})
        assert answer.status_code in (404, 415)
        assert "index=" in answer.text or f"run from 0 to {FRAMES - 1}" in answer.text


@pytest.mark.parametrize(("film", "kind"), [(WEBM, "video/webm"), (MP4, "video/mp4"), (MKV, "video/x-matroska")])
def test_a_video_is_known_by_its_first_bytes(client, data, film, kind):
    (data / "clip" / "0").write_bytes(film)
    answer = client.get(urls.media_url("all", "s0", "clip"))
    assert (answer.content, answer.headers["content-type"]) == (film, kind)


def test_what_is_not_of_the_kind_is_refused(client, data):
    for modality, content in {"clip": sound(0), "photo": WEBM, "voice": picture(0), "range": b"<svg/>"}.items():
        (data / modality / "0").write_bytes(content)
        answer = client.get(urls.media_url("all", "s0", modality))
        assert answer.status_code == 415
        assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    (data / "range" / "1").write_bytes(picture(1))
    assert "must be grey" in client.get(urls.facts_url("all", "s1", "range")).text


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "localhost@evil.example", ""])
def test_another_host_gets_nothing(data, tmp_path, host):
    guarded = Starlette(routes=media_routes((tmp_path / "runs",)), middleware=[Middleware(LocalHostsOnly)])
    client = TestClient(guarded, base_url="http://localhost")
    for modality in ("photo", "clip"):
        address = urls.media_url("all", "s0", modality)
        answer = client.get(address, headers={"Host": host, "Range": "bytes=0-1"})
        assert (answer.status_code, WEBM in answer.content) == (421, False)
        assert client.get(address).status_code == 200


class TestFilesFromTheDisk:
    def test_a_range_of_a_large_file_is_read_alone(self, client, data, monkeypatch):
        with (data / "clip" / "0").open("r+b") as file:  # two terabytes, of which the disk holds nothing
            file.truncate(2**41)
        monkeypatch.setattr(Path, "read_bytes", lambda path: pytest.fail("a file was read whole"))
        address, last = urls.media_url("all", "s0", "clip"), 2**41 - 1
        for asked, first, end in (("bytes=0-3", 0, 3), (f"bytes={2**40}-{2**40 + 9}", 2**40, 2**40 + 9)):
            answer = client.get(address, headers={"Range": asked})
            assert answer.status_code == 206
            assert answer.headers["content-range"] == f"bytes {first}-{end}/{2**41}"
            assert len(answer.content) == end - first + 1
        assert client.get(address, headers={"Range": "bytes=-1"}).headers["content-range"].startswith(f"bytes {last}-")
        head = client.head(address)
        assert (head.headers["content-length"], head.content) == (str(2**41), b"")
        assert client.get(address, headers={"Range": f"bytes={2**41}-"}).status_code == 416

    def test_ranges_put_together_are_the_file(self, client, data, monkeypatch):
        monkeypatch.setattr(media_answers, "_CHUNK", 7)
        content = WEBM + bytes(range(256))
        (data / "clip" / "0").write_bytes(content)
        address, size = urls.media_url("all", "s0", "clip"), len(content)
        parts = [client.get(address, headers={"Range": f"bytes={at}-{at + 49}"}) for at in range(0, size, 50)]
        assert b"".join(part.content for part in parts) == content
        assert client.get(address).content == content

    @pytest.mark.parametrize(
        "asked",
        ["bytes=" + ",".join(f"{at}-{at}" for at in range(2000)), "bytes=0-1,0-1", "bytes=" + "0" * 9000 + "-1"],
    )
    def test_thousands_of_ranges_get_the_whole_once(self, client, data, asked):
        answer = client.get(urls.media_url("all", "s0", "clip"), headers={"Range": asked})
        assert (answer.status_code, answer.content) == (200, WEBM)

    def test_the_entity_tag_follows_the_file(self, client, data):
        address, path = urls.media_url("all", "s0", "clip"), data / "clip" / "0"
        tag = client.get(address).headers["etag"]
        assert client.get(address, headers={"If-None-Match": tag}).status_code == 304
        path.write_bytes(WEBM + b"more")
        os.utime(path, ns=(1, 1))
        changed = client.get(address, headers={"If-None-Match": tag, "Range": "bytes=0-1", "If-Range": tag})
        assert (changed.status_code, changed.content) == (200, WEBM + b"more")

    def test_the_entity_tag_tells_files_of_one_size_or_of_one_time_apart(self, client, data):
        tags = []
        for size, time in ((0, 1), (0, 2), (4, 2)):
            (data / "clip" / "0").write_bytes(WEBM + b"x" * size)
            os.utime(data / "clip" / "0", ns=(time, time))
            tags.append(client.get(urls.media_url("all", "s0", "clip")).headers["etag"])
        assert len(set(tags)) == 3

    @pytest.mark.parametrize("modality", ["photo", "voice", "clip", "range", "gesture"])
    def test_a_link_out_of_the_folder_is_refused(self, client, data, tmp_path, modality):
        (tmp_path / "secret").write_bytes(picture(0) + b"secret")
        path = data / modality / "0" / str(FRAMES // 2) if modality == "gesture" else data / modality / "0"
        path.unlink()
        path.symlink_to(tmp_path / "secret")
        for url in (urls.media_url, urls.thumb_url):
            if (url, modality) != (urls.thumb_url, "clip"):  # its sign is drawn, not read
                answer = client.get(url("all", "s0", modality))
                assert (answer.status_code, b"secret" in answer.content) == (415, False)
                assert "leads out of the data folder" in answer.text

    def test_what_is_no_file_is_refused(self, client, data):
        path = data / "clip" / "0"
        path.unlink()
        os.mkfifo(path)  # reading it would wait for ever
        assert "does not exist" in client.get(urls.media_url("all", "s0", "clip")).text
        path.unlink()
        path.mkdir()
        assert client.get(urls.media_url("all", "s0", "clip")).status_code == 415

    def test_a_file_too_large_to_be_decoded_is_refused_unread(self, client, data):
        with (data / "photo" / "0").open("r+b") as file:
            file.truncate(2**40)
        assert "at most" in client.get(urls.thumb_url("all", "s0", "photo")).text
