from __future__ import annotations

import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from flows.errors import UnavailableError, UsageError
from flows.orchestration import server
from tests.prefect_server import Server, programs_wanted

API = "http://prefect.example/api"
ROOT = Path(__file__).parents[3]


@pytest.fixture
def profiles(tmp_path):
    (tmp_path / "profiles.toml").write_text(
        'active = "office"\n[profiles.office]\nPREFECT_API_URL = "http://office/api"\n[profiles.local]\n'
    )
    return {"PREFECT_HOME": str(tmp_path)}


def test_the_environment_names_the_server_before_the_profile(profiles):
    assert server.server_named(profiles | {"PREFECT_API_URL": API}) == API


def test_the_active_profile_names_the_server(profiles):
    assert server.server_named(profiles) == "http://office/api"


def test_a_profile_without_a_server_names_none(profiles):
    assert server.server_named(profiles | {"PREFECT_PROFILE": "local"}) is None


@pytest.mark.parametrize("content", ["", "active = 1", "not toml", 'active = "x"\n[profiles]\nx = 1'])
def test_profiles_that_make_no_sense_name_no_server(tmp_path, content):
    (tmp_path / "profiles.toml").write_text(content)
    assert server.server_named({"PREFECT_HOME": str(tmp_path)}) is None


def test_without_a_server_a_run_stays_in_its_process(tmp_path):
    assert not server.is_wanted("auto", {"PREFECT_HOME": str(tmp_path)})


def test_with_a_server_a_run_is_a_flow_unless_told_otherwise():
    assert server.is_wanted("auto", {"PREFECT_API_URL": API})
    assert not server.is_wanted("none", {"PREFECT_API_URL": API})


def test_to_ask_for_prefect_without_a_server_starts_none_and_says_what_to_do(tmp_path):
    with pytest.raises(UsageError, match=r"DO_NOT_TRACK=1 .*prefect server start`.*PREFECT_API_URL"):
        server.is_wanted("prefect", {"PREFECT_HOME": str(tmp_path)})


def test_a_server_without_the_package_is_told_apart_from_a_run_without_a_server(monkeypatch):
    monkeypatch.setattr(server, "find_spec", lambda _name: None)
    with pytest.raises(UnavailableError, match=r"pagewise-extract\[prefect\].*--orchestrator none"):
        server.is_wanted("auto", {"PREFECT_API_URL": API})


def test_what_the_user_has_set_is_not_set_again():
    environment = {"DO_NOT_TRACK": "0"}
    server.make_quiet(environment)
    assert environment["DO_NOT_TRACK"] == "0"
    assert environment["PREFECT_SERVER_ANALYTICS_ENABLED"] == "false"


def test_where_postgres_has_to_be_no_other_database_is_taken():
    there = Path("/usr/bin")
    assert [programs_wanted(named, there) for named in (None, "postgres", "sqlite", "postgresql+asyncpg://x")] == [
        there,
        there,
        None,
        None,
    ]
    assert programs_wanted(None, None) is None
    with pytest.raises(pytest.fail.Exception, match="there is no Postgres"):
        programs_wanted("postgres", None)


def test_a_server_that_is_away_is_one_sentence_and_exit_code_4(run_extract, away, tmp_path):
    done = run_extract("run", "examples/orders", "--schema", "invoice", "--out", tmp_path / "out", server=away)
    assert (done.returncode, done.stdout) == (4, "")
    assert done.stderr.startswith("extract: The Prefect server at http://127.0.0.1:9/api does not answer")
    assert not (tmp_path / "out").exists()


class Refuses(BaseHTTPRequestHandler):
    """Healthy, and nothing else: a server of another kind, or one whose database is gone."""

    def do_GET(self):
        self.answer(200 if self.path == "/api/health" else 404)

    def do_POST(self):
        self.answer(404)

    def answer(self, status):
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


def test_a_server_that_begins_no_flow_is_one_sentence_and_exit_code_4(run_extract, tmp_path):
    with ThreadingHTTPServer(("127.0.0.1", 0), Refuses) as refusing:
        threading.Thread(target=refusing.serve_forever, daemon=True).start()
        named = Server(home=tmp_path, port=refusing.server_port)
        done = run_extract("run", "examples/orders", "--schema", "invoice", "--out", tmp_path / "out", server=named)
        refusing.shutdown()
    assert (done.returncode, done.stdout) == (4, "")
    assert done.stderr.startswith("extract: Prefect's server could not be used (")
    assert done.stderr.endswith("The same command again goes on.\n")
    assert len(done.stderr.splitlines()) == 1
    assert not (tmp_path / "out").exists()


def test_to_ask_for_prefect_without_a_server_is_exit_code_2(run_extract, tmp_path):
    done = run_extract(
        "run", "examples/orders", "--schema", "invoice", "--out", tmp_path / "out", "--orchestrator", "prefect"
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert "none is named" in done.stderr


def test_a_run_without_prefect_imports_none_of_it():
    code = (
        "import sys; from flows.cli import main; main(['run', 'examples/orders', '--schema', 'invoice', '--dry-run', "
        "'--out', '/nonexistent/out']); print(*sorted({'prefect', 'dask', 'httpx'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == ""
