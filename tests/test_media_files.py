"""From cells to files: what is read, in which order, and what is refused."""

import pytest

from bss_core import media, media_files
from bss_core.errors import MediaError


class TestReadBytes:
    def test_bytes_stay_bytes(self, tmp_path):
        assert media.read_bytes(b"abc", tmp_path) == b"abc"
        assert media.read_bytes(memoryview(b"abc"), tmp_path) == b"abc"

    def test_a_relative_path_is_read(self, tmp_path):
        (tmp_path / "sub").mkdir()
        (tmp_path / "sub" / "a.bin").write_bytes(b"xyz")
        assert media.read_bytes("sub/a.bin", tmp_path) == b"xyz"
        assert media.read_bytes("sub/../sub/a.bin", tmp_path) == b"xyz"

    @pytest.mark.parametrize("cell", ["../secret", "sub/../../secret", "/etc/hostname", ".."])
    def test_a_path_out_of_the_root_is_refused(self, tmp_path, cell):
        root = tmp_path / "root"
        root.mkdir()
        (tmp_path / "secret").write_bytes(b"secret")
        with pytest.raises(MediaError, match="leads out of the data folder"):
            media.read_bytes(cell, root)

    def test_an_absolute_path_is_refused_even_inside_the_root(self, tmp_path):
        (tmp_path / "a").write_bytes(b"a")
        with pytest.raises(MediaError, match="must be relative"):
            media.read_bytes(str(tmp_path / "a"), tmp_path)

    def test_a_symbolic_link_out_of_the_root_is_refused(self, tmp_path):
        root = tmp_path / "root"
        root.mkdir()
        (tmp_path / "root-secret").write_bytes(b"secret")
        (root / "link").symlink_to(tmp_path / "root-secret")
        with pytest.raises(MediaError, match="leads out of the data folder"):
            media.read_bytes("link", root)

    def test_a_link_inside_the_root_and_a_root_that_is_a_link_work(self, tmp_path):
        (tmp_path / "root").mkdir()
        (tmp_path / "root" / "a").write_bytes(b"a")
        (tmp_path / "root" / "link").symlink_to(tmp_path / "root" / "a")
        (tmp_path / "alias").symlink_to(tmp_path / "root")
        assert media.read_bytes("link", tmp_path / "alias") == b"a"

    @pytest.mark.parametrize("cell", ["missing.png", ".", "a\0b", "x" * 5000])
    def test_a_missing_file_a_folder_and_an_impossible_name(self, tmp_path, cell):
        with pytest.raises(MediaError, match="does not exist|not a usable file path|File name too long"):
            media.read_bytes(cell, tmp_path)

    def test_a_loop_of_links(self, tmp_path):
        (tmp_path / "a").symlink_to(tmp_path / "b")
        (tmp_path / "b").symlink_to(tmp_path / "a")
        with pytest.raises(MediaError, match="does not exist|not a usable file path"):
            media.read_bytes("a", tmp_path)

    @pytest.mark.parametrize("cell", [None, float("nan"), 3, ""])
    def test_an_empty_or_foreign_cell(self, tmp_path, cell):
        with pytest.raises(MediaError, match="must hold bytes or a relative path"):
            media.read_bytes(cell, tmp_path)

    def test_a_file_too_large_is_refused_unread(self, tmp_path, monkeypatch):
        (tmp_path / "a").write_bytes(b"x" * 11)
        monkeypatch.setattr(media_files, "MAX_BYTES", 10)
        with pytest.raises(MediaError, match="'a' has 11 bytes; at most 10 are read"):
            media.read_bytes("a", tmp_path)
        monkeypatch.setattr(media_files, "MAX_BYTES", 11)
        assert media.read_bytes("a", tmp_path) == b"x" * 11


class TestFolders:
    def test_files_in_the_order_of_their_numbers(self, tmp_path):
        for name in ("f10.png", "f9.png", "a.png", ".hidden"):
            (tmp_path / "film" / name).parent.mkdir(exist_ok=True)
            (tmp_path / "film" / name).write_bytes(b"x")
        (tmp_path / "film" / "sub").mkdir()
        assert media_files.files_in("film/", tmp_path) == ["film/a.png", "film/f9.png", "film/f10.png"]
        assert media_files.files_in("film/a.png", tmp_path) == ["film/a.png"]

    @pytest.mark.parametrize("cell", ["..", "/etc", "a\0b"])
    def test_a_folder_elsewhere_is_refused(self, tmp_path, cell):
        with pytest.raises(MediaError, match="leads out of the data folder|not a usable file path"):
            media_files.files_in(cell, tmp_path)
