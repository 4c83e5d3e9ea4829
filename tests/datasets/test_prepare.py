"""Preparing from small raw folders: columns, selection, groups, and what a wrong folder is told."""

import pytest

from bss_core.datasets.emoji import base_code, base_name
from bss_core.datasets.emoji import prepare as prepare_emoji
from bss_core.datasets.stamps import normalised
from bss_core.datasets.stamps import prepare as prepare_stamps
from bss_core.errors import ManifestError
from bss_core.manifest import Modality, write_manifest
from tests.datasets.raw import picture, sound, write_index, write_media


def stamps(root, changes=(), n=20):
    """``n`` stamps of two classes, two by two with one caption; ``changes`` are (line, column, value)."""
    lines = []
    for number in range(n):
        line = {"id": f"{number:04}", "label": ("animals", "plants")[number % 2], "sub": "folder"}
        line |= {"caption": f"Caption {number // 4} {number % 2}.", "seconds": f"{number / 10:.2f}"}
        line["image"] = write_media(root, f"img/{number}.webp", picture(number))
        line["speech_fr"] = write_media(root, f"speech/{number}.wav", sound(number))
        lines.append(line)
    for number, column, value in changes:
        lines[number][column] = value
    return write_index(root, lines)


def emoji(root, names, label="Flags"):
    lines = []
    for number, name in enumerate(names):
        image = write_media(root, f"img/{number}.webp", picture(number))
        lines.append({"id": f"1f9{number:02x}", "label": label, "sub": "some", "name": name, "image": image})
    return write_index(root, lines)


class TestStamps:
    def test_rows_and_modalities(self, tmp_path):
        manifest = prepare_stamps(stamps(tmp_path))
        assert list(manifest.rows) == ["sample_id", "split", "label", "image", "speech", "caption", "folder", "group"]
        assert manifest.rows["image"].tolist() == [picture(number) for number in range(20)]
        assert manifest.rows["speech"][3] == sound(3)
        assert manifest.rows["group"][3] == "caption 0 1"
        # numpy's 95 % point of 0.0 … 1.9 s is 1.805 s, rounded up to tenths
        assert manifest.info.modalities["speech"] == Modality("audio", 8000, 1.9)
        assert write_manifest(tmp_path / "out", manifest).classes[0] == "animals"

    def test_the_same_folder_gives_the_same_data(self, tmp_path):
        hashes = [
            write_manifest(tmp_path / f"out{time}", prepare_stamps(stamps(tmp_path / f"raw{time}"))).content_hash
            for time in range(2)
        ]
        assert hashes[0] == hashes[1]

    def test_letters_and_other_folders_are_left_out(self, tmp_path):
        changes = [(0, "sub", "symbols/alphabets/asl"), (1, "label", "military")]
        assert list(prepare_stamps(stamps(tmp_path, changes)).rows["sample_id"])[:2] == ["0002", "0003"]

    def test_one_recording_joins_two_captions(self, tmp_path):
        rows = prepare_stamps(stamps(tmp_path, [(19, "speech_fr", "speech/0.wav")])).rows.set_index("sample_id")
        assert rows["group"]["0019"] == rows["group"]["0000"] == "caption 0 0"
        assert rows["group"]["0017"] == rows["group"]["0019"]  # through the caption that 17 and 19 share

    def test_no_class_of_the_set(self, tmp_path):
        changes = [(number, "label", "space") for number in range(4)]
        with pytest.raises(ManifestError, match="expected are animals, symbols"):
            prepare_stamps(stamps(tmp_path, changes, n=4))

    @pytest.mark.parametrize("seconds", ["", "long"])
    def test_a_length_that_is_no_number(self, tmp_path, seconds):
        with pytest.raises(ManifestError, match="'0002' .* has no length"):
            prepare_stamps(stamps(tmp_path, [(2, "seconds", seconds)]))

    def test_normalised(self):
        assert normalised("  An  Adelaide\tRosella. ") == normalised("an adelaide rosella") == "an adelaide rosella"


class TestRawFolders:
    @pytest.mark.parametrize("prepare", [prepare_stamps, prepare_emoji])
    def test_no_folder(self, tmp_path, prepare):
        with pytest.raises(
            ManifestError, match=r"index\.csv does not exist; a folder with index\.csv \(columns id, label"
        ):
            prepare(tmp_path / "nowhere")

    @pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00\xd8", b'id,label\n"a'])
    def test_an_index_that_is_no_table(self, tmp_path, content):
        (tmp_path / "index.csv").write_bytes(content)
        with pytest.raises(ManifestError, match="not a readable table"):
            prepare_stamps(tmp_path)

    def test_a_missing_column(self, tmp_path):
        (tmp_path / "index.csv").write_text("id,label,sub,image\n1,Flags,x,y\n")
        with pytest.raises(ManifestError, match="lacks the column 'name'; expected are id, label, sub, name, image"):
            prepare_emoji(tmp_path)

    def test_a_missing_file(self, tmp_path):
        stamps(tmp_path)
        (tmp_path / "speech" / "7.wav").unlink()
        with pytest.raises(ManifestError, match=r"Sample '0007' needs 'speech/7\.wav' .* does not exist"):
            prepare_stamps(tmp_path)

    @pytest.mark.parametrize("path", ["../secret.webp", "/etc/hostname"])
    def test_a_file_elsewhere(self, tmp_path, path):
        (tmp_path / "secret.webp").write_bytes(picture(0))
        with pytest.raises(ManifestError, match="leads out of the data folder"):
            prepare_stamps(stamps(tmp_path / "raw", [(0, "image", path)]))

    def test_a_sound_in_place_of_a_picture(self, tmp_path):
        with pytest.raises(ManifestError, match=r"needs a file of kind image .* found audio/wav"):
            prepare_stamps(stamps(tmp_path, [(0, "image", "speech/0.wav")]))

    def test_a_file_of_another_type(self, tmp_path):
        stamps(tmp_path)
        (tmp_path / "img" / "0.webp").write_bytes(b"<html>not found</html>")
        with pytest.raises(ManifestError, match="'0000' .* neither webp"):
            prepare_stamps(tmp_path)


class TestEmoji:
    def test_rows(self, tmp_path):
        rows = prepare_emoji(emoji(tmp_path, ["italy flag", "woman mage", "mage", "spain flag"])).rows
        assert list(rows) == ["sample_id", "split", "label", "image", "name", "subgroup", "group"]
        assert list(rows["group"]) == ["italy flag", "mage", "mage", "spain flag"]
        assert set(rows["label"]) == {1}

    def test_an_unknown_group(self, tmp_path):
        with pytest.raises(ManifestError, match="'Sports' as a group; expected are People & Body"):
            prepare_emoji(emoji(tmp_path, ["ball"], label="Sports"))

    def test_no_sample(self, tmp_path):
        (tmp_path / "index.csv").write_text("id,label,sub,name,image\n")
        with pytest.raises(ManifestError, match="no sample as a group"):
            prepare_emoji(tmp_path)

    @pytest.mark.parametrize(
        ("code", "base"),
        [
            ("1f3c3-200d-2640-fe0f-200d-27a1-fe0f", "1f3c3"),
            ("1f3c3-1f3fd-200d-2642-fe0f", "1f3c3"),
            ("1f468-200d-1f9b0", "person"),
            ("1f469-1f3ff-200d-1f33e", "person-200d-1f33e"),
            ("1f478", "1f934"),
            ("2640-fe0f", "2640"),
            ("1f1eb-1f1f7", "1f1eb-1f1f7"),
        ],
    )
    def test_base_codes(self, code, base):
        assert base_code(code) == base

    @pytest.mark.parametrize(
        ("name", "base"),
        [
            ("woman running facing right", "running"),
            ("waving hand: medium-dark skin tone", "waving hand"),
            ("man", "person"),
            ("two men holding hands", "holding hands"),
            ("mango", "mango"),
            ("keycap: *", "keycap *"),
            ("côte d’ivoire flag", "côte d ivoire flag"),
        ],
    )
    def test_base_names(self, name, base):
        assert base_name(name) == base
