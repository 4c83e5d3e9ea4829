import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocket, WebSocketDisconnect

from app.__main__ import main
from app.foreign import NothingForeign
from app.hosts import LocalHostsOnly, is_local
from app.page_list import GROUPS, ROOT, page_named
from app.roots import VARIABLE, checked_roots, publish, roots
from app.server import _home, build_app, check_port, options
from bss_core.errors import ConfigError


@pytest.fixture
def used_port():
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        held.listen()
        yield held.getsockname()[1]


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:8501", "127.0.0.1", "127.0.0.1:1", "[::1]", "[::1]:8501"])
def test_this_machine_s_names_are_local(host):
    assert is_local(host)


@pytest.mark.parametrize(
    "host",
    ["", "evil.example", "localhost.evil.example", "evil.example:8501", "127.0.0.1.evil.example", "localhost:x"]
    + ["user@localhost", "localhost/x", "localhost#", "localhost?", "[::1", "0.0.0.0", "localhost:99999", "::1"],
)
def test_other_names_are_not_local(host):
    assert not is_local(host)


def test_answers_allow_no_picture_of_another_machine_and_keep_a_policy_of_their_own():
    own = PlainTextResponse("report", headers={"Content-Security-Policy": "default-src 'none'"})
    routes = [Route("/", lambda request: PlainTextResponse("home")), Route("/report", lambda request: own)]
    client = TestClient(Starlette(routes=routes, middleware=[Middleware(NothingForeign)]))
    policy = client.get("/").headers["content-security-policy"]
    assert "img-src 'self' data: blob:;" in policy
    assert "media-src 'self' data: blob:;" in policy
    assert client.get("/report").headers["content-security-policy"] == "default-src 'none'"


async def _talk(socket_: WebSocket) -> None:
    await socket_.accept()
    await socket_.send_text("hello")
    await socket_.close()


def test_other_hosts_are_refused_over_http_and_websocket():
    routes = [Route("/", lambda request: PlainTextResponse("home")), WebSocketRoute("/talk", _talk)]
    guarded = Starlette(routes=routes, middleware=[Middleware(LocalHostsOnly)])
    here, there = (
        TestClient(guarded, base_url="http://localhost:8501"),
        TestClient(guarded, base_url="http://evil.example"),
    )
    assert here.get("/").text == "home"
    assert there.get("/").status_code == 421
    with here.websocket_connect("ws://localhost/talk") as talk:
        assert talk.receive_text() == "hello"
    with pytest.raises(WebSocketDisconnect), there.websocket_connect("ws://evil.example/talk"):
        pytest.fail("the socket was opened")


def test_the_default_folder_is_made_and_others_are_not(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert checked_roots(["runs"]) == (tmp_path / "runs",)
    assert (tmp_path / "runs").is_dir()
    with pytest.raises(ConfigError, match="--runs other does not exist; name a run folder"):
        checked_roots(["other"])
    assert not (tmp_path / "other").exists()


def test_a_file_is_no_folder_of_runs(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(ConfigError, match="is a file; name a run folder"):
        checked_roots([str(tmp_path / "file")])


def test_folders_are_kept_in_order_and_once(tmp_path, monkeypatch):
    monkeypatch.setenv(VARIABLE, "")
    for name in "ba":
        (tmp_path / name).mkdir()
    folders = checked_roots([str(tmp_path / name) for name in "bab"])
    publish(folders)
    assert roots() == folders == (tmp_path / "b", tmp_path / "a")


def test_a_folder_that_cannot_be_listed_is_refused(tmp_path):
    (tmp_path / "a:b").mkdir()
    with pytest.raises(ConfigError, match="separates folders; rename"):
        checked_roots([str(tmp_path / "a:b")])


def test_without_named_folders_runs_is_looked_at(tmp_path, monkeypatch):
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.chdir(tmp_path)
    assert roots() == (tmp_path / "runs",)


def test_a_used_port_is_told_in_one_sentence(used_port, tmp_path, capsys):
    assert main(["--runs", str(tmp_path), "--port", str(used_port), "--no-browser"]) == 1
    said = capsys.readouterr().err
    assert said == f"error: Port {used_port} cannot be used (Address already in use); choose another with --port.\n"


@pytest.mark.parametrize("port", [0, -1, 65536])
def test_a_port_that_does_not_exist_is_refused(port):
    with pytest.raises(ConfigError, match="ports run from 1 to 65535"):
        check_port(port)


def test_a_missing_folder_is_told_in_one_sentence(tmp_path, capsys):
    assert main(["--runs", str(tmp_path / "absent")]) == 1
    assert capsys.readouterr().err.count("\n") == 1


def test_the_app_s_own_settings_win(tmp_path):
    settings = tmp_path / "config.toml"
    settings.write_text('[server]\naddress = "0.0.0.0"\n[theme.light]\nprimaryColor = "#123456"\n')
    found = options(9000, settings)
    assert (found["server.address"], found["server.port"]) == ("127.0.0.1", 9000)
    assert found["theme.light.primaryColor"] == "#123456"
    assert found["browser.gatherUsageStats"] is False


def test_the_project_s_settings_are_options_streamlit_knows():
    from streamlit import config

    assert set(options(8501)) <= set(config._config_options_template)


def test_damaged_settings_are_named(tmp_path):
    (tmp_path / "config.toml").write_text("[theme")
    with pytest.raises(ConfigError, match="config.toml cannot be read"):
        options(8501, tmp_path / "config.toml")


def test_missing_settings_leave_what_the_app_depends_on(tmp_path):
    assert options(8501, tmp_path / "absent.toml")["server.address"] == "127.0.0.1"


def test_the_app_has_the_routes_for_media_and_downloads(tmp_path):
    paths = {route.path for route in build_app((tmp_path,))._user_routes}
    assert "/api/thumb/{run}/{sample_id:path}/{modality}" in paths
    assert {f"/api/share/{kind}/{{run}}" for kind in ("parquet", "csv", "html")} <= paths


def test_the_server_starts_from_any_folder_without_torch(tmp_path):
    program = "import sys; sys.path.insert(0, sys.argv[1]); import app.server, app.state, app.widgets.gallery"
    program += "; import app.widgets.player; print('torch' in sys.modules, 'app.media_routes' in sys.modules)"
    words = [sys.executable, "-c", program, str(ROOT)]
    done = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, check=True, env=os.environ)
    assert done.stdout.split() == ["False", "True"]


def test_every_page_is_a_file():
    listed = {path.stem for path in (ROOT / "pages").glob("*.py")}
    assert listed == {"overview", "browse", "scores", "trajectories", "map", "pacing", "train", "score"}
    assert listed == {page.name for members in GROUPS.values() for page in members}
    assert page_named("map").symbol == ":material/bubble_chart:"
    assert Path(ROOT, "app", "main.py").is_file()


def test_the_overview_can_be_typed_by_its_name(tmp_path):
    here = TestClient(Starlette(routes=[Route("/overview", _home)]), base_url="http://localhost")
    assert here.get("/overview?run=a%20b", follow_redirects=False).headers["location"] == "/?run=a%20b"
    assert here.get("/overview", follow_redirects=False).headers["location"] == "/"
