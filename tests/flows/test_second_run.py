from __future__ import annotations

import os
import sys

import pytest

from flows.cli import main
from flows.s3.access import s3_client
from tests.flows.made_pdf import invoice, pdf_of
from tests.flows.s3.conftest import access, keys, moto, s3

__all__ = ["access", "keys", "moto", "s3"]
OPENED: list[str] | None = None


def _note(event: str, arguments: tuple) -> None:
    if event == "open" and OPENED is not None:
        OPENED.append(os.fsdecode(arguments[0]) if isinstance(arguments[0], str | bytes | os.PathLike) else "")


sys.addaudithook(_note)  # it cannot be taken away again, and does nothing while nobody looks


@pytest.fixture
def opened(monkeypatch) -> list[str]:
    """The files that this process opens; there are no others: to start a pool of workers is an error."""
    names: list[str] = []
    monkeypatch.setattr(sys.modules[__name__], "OPENED", names)
    return names


@pytest.fixture
def no_workers(monkeypatch):
    def no_workers() -> None:
        def pool(_options):
            pytest.fail("worker processes are started")

        monkeypatch.setattr("flows.run.open_pool", pool)

    return no_workers


def run(*arguments: str) -> int:
    return main(["run", *arguments, "--schema", "invoice", "--workers", "1"])


def test_a_second_run_opens_no_document(tmp_path, opened, no_workers, capsys):
    inbox, out = tmp_path / "in", str(tmp_path / "out")
    inbox.mkdir()
    (inbox / "a.pdf").write_bytes(pdf_of(invoice("A-1")))
    (inbox / "broken.pdf").write_bytes(b"%PDF-1.4 nothing")
    assert run(str(inbox), "--out", out) == 1
    for path in inbox.iterdir():  # whoever read one of them again would find another document
        status = path.stat()
        path.write_bytes(b"x" * status.st_size)
        os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    no_workers()
    opened.clear()
    capsys.readouterr()
    assert run(str(inbox), "--out", out) == 1
    assert "2 were done before" in capsys.readouterr().out
    assert [name for name in opened if name.startswith(out)], "what is opened is seen here"
    assert [name for name in opened if name.startswith(str(inbox))] == []


def test_a_second_run_fetches_no_object(s3, access, keys, no_workers, capsys, monkeypatch):
    for name in ("a.pdf", "b.pdf"):
        s3.put_object(Bucket="lake", Key=f"in/{name}", Body=pdf_of(invoice(name)))
    assert run("s3://lake/in", "--out", "s3://lake/out") == 0
    parts = keys("out/readings/")
    no_workers()
    client, fetched = s3_client(access), []
    get = client.get_object
    monkeypatch.setattr(client, "get_object", lambda **a: fetched.append(a["Key"]) or get(**a))
    capsys.readouterr()
    assert run("s3://lake/in", "--out", "s3://lake/out") == 0
    assert "2 were done before" in capsys.readouterr().out
    assert keys("out/readings/") == parts
    assert fetched
    assert [key for key in fetched if key.startswith("in/")] == []
