from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from flows import sources
from flows.errors import UsageError
from flows.sources import collect, printable, stream

PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\n"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(24)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder that is the working directory; `write(name, content)` puts a file into it."""
    monkeypatch.chdir(tmp_path)

    def write(name, content=PDF):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return name

    return write


def paths_of(*named, **kwargs):
    return [file.path for file in collect(named, **kwargs).files]


def test_a_folder_is_read_recursively_and_in_order(folder):
    for name in ("in/b.pdf", "in/a/z.png", "in/a.pdf"):
        folder(name)
    assert paths_of("in") == ["in/a.pdf", "in/b.pdf", "in/a/z.png"]


def test_paths_stay_as_they_were_given(folder, tmp_path):
    folder("in/a.pdf")
    assert paths_of("./in/") == ["./in/a.pdf"]
    assert paths_of(str(tmp_path / "in")) == [str(tmp_path / "in" / "a.pdf")]


def test_the_same_file_named_twice_is_one_source(folder):
    folder("in/a.pdf")
    assert paths_of("in", "in/a.pdf", "in/*.pdf") == ["in/a.pdf"]


def test_content_makes_a_document_whatever_its_name(folder):
    folder("in/scan.txt", PDF)
    folder("in/picture.dat", PNG)
    assert paths_of("in") == ["in/picture.dat", "in/scan.txt"]


def test_sidecars_and_hidden_files_are_left_out_and_counted(folder):
    folder("in/a.pdf")
    for name in ("in/a.json", "in/b.json", "in/notes.md", "in/.hidden.pdf"):
        folder(name, b"{}")
    intake = collect(["in"])
    assert [file.path for file in intake.files] == ["in/a.pdf"]
    assert intake.left_out == {".json": 2, ".md": 1, "hidden": 1}


def test_a_name_that_promises_a_document_is_one_though_its_content_is_not(folder):
    for name in ("in/broken.pdf", "in/letter.docx", "in/unknown.xyz", "in/empty.pdf"):
        folder(name, b"" if "empty" in name else b"nothing known")
    assert len(paths_of("in")) == 4


def test_only_what_its_name_leaves_open_is_looked_into(folder, monkeypatch):
    """A nightly run over 100,000 files that are done must not read the beginning of each."""
    opened = []

    def noted(path, *mode):
        opened.append(Path(path).name)
        return open(path, *mode)  # noqa: PTH123 - in the place of the built-in one

    folder("in/a.pdf")
    folder("in/b.txt", b"a note")
    monkeypatch.setattr(sources, "open", noted, raising=False)
    assert paths_of("in") == ["in/a.pdf"]
    assert opened == ["b.txt"]


def test_a_sidecar_that_is_named_is_a_document(folder):
    folder("in/a.json", b"{}")
    assert paths_of("in/a.json") == ["in/a.json"]
    assert paths_of("in/*.json") == ["in/a.json"]


def test_an_empty_folder_is_refused_with_what_was_looked_for(folder):
    folder("in/a.json", b"{}")
    with pytest.raises(UsageError, match=r"No documents in in: .*PDF.*\.json 1"):
        collect(["in"])


def test_a_place_that_runs_write_to_is_refused_as_such(folder):
    folder("in/a.pdf", b"%PDF-1.4")
    folder("out/readings/a.pdf", b"%PDF-1.4")
    folder("out/runs/a.pdf", b"%PDF-1.4")
    with pytest.raises(UsageError, match=r"No documents in in: what runs write is never read"):
        collect(["in"], own_output="in")
    with pytest.raises(UsageError, match=r"No documents in out: what runs write is never read"):
        collect(["out"], own_output="other")


def test_a_missing_path_and_a_pattern_without_a_match_are_refused(folder):
    folder("a.pdf")
    with pytest.raises(UsageError, match="no such file"):
        collect(["a.pdf", "gone"])
    with pytest.raises(UsageError, match="matches this pattern"):
        collect(["*.tiff"])


def test_a_list_names_documents_and_folders(folder):
    folder("a.pdf")
    folder("in/b.pdf")
    folder("list.txt", b"a.pdf\r\n\nin\n")
    assert paths_of("@list.txt") == ["a.pdf", "in/b.pdf"]
    assert paths_of("-", stdin=b"in/b.pdf\n") == ["in/b.pdf"]


def test_what_a_list_names_and_is_gone_is_a_document_that_will_fail(folder):
    folder("a.pdf")
    intake = collect(["-"], stdin=b"a.pdf\ngone.pdf\n")
    assert [(file.path, file.version is None) for file in intake.files] == [("a.pdf", False), ("gone.pdf", True)]


def test_names_with_line_breaks_spaces_and_bytes_that_are_no_text_survive(folder):
    names = ["line\nbreak.pdf", " space .pdf", "ü€.pdf", os.fsdecode(b"caf\xe9.pdf")]
    for name in names:
        folder(f"in/{name}")
    found = collect(["in"]).files
    assert sorted(file.path for file in found) == sorted(f"in/{name}" for name in names)
    assert all(Path(file.location).exists() for file in found)
    listed = b"\0".join(os.fsencode(f"in/{name}") for name in names)
    assert len(paths_of("-", stdin=listed)) == len(names)
    assert printable(names[0]) == "line\\nbreak.pdf"
    assert printable(names[3]) == "caf\\udce9.pdf"
    assert printable("1\u202f234,50\xa0€") == "1\u202f234,50\xa0€"


def test_a_loop_of_links_ends(folder, tmp_path):
    folder("in/a.pdf")
    (tmp_path / "in" / "again").symlink_to(tmp_path / "in")
    assert paths_of("in") == ["in/a.pdf"]


def test_a_dangling_link_and_a_socket_are_left_out(folder, tmp_path):
    folder("in/a.pdf")
    (tmp_path / "in" / "gone.pdf").symlink_to(tmp_path / "nowhere")
    with socket.socket(socket.AF_UNIX) as door:
        door.bind("in/door")
        intake = collect(["in"])
    assert [file.path for file in intake.files] == ["in/a.pdf"]
    assert intake.left_out == {"dangling link": 1, "no regular file": 1}


def test_an_output_inside_the_folder_is_not_read(folder):
    folder("in/a.pdf")
    folder("in/out/crops/b.pdf")
    folder("in/old/readings/schema=invoice/c.pdf")
    folder("in/old/runs/x/d.pdf")
    assert paths_of("in", own_output="in/out") == ["in/a.pdf"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_folder_that_may_not_be_read_is_told(folder, tmp_path):
    folder("in/a.pdf")
    folder("in/locked/b.pdf")
    locked = tmp_path / "in" / "locked"
    locked.chmod(0)
    try:
        intake = collect(["in"])
        with pytest.raises(UsageError, match="cannot be read"):
            collect(["in/locked"])
    finally:
        locked.chmod(0o700)
    assert intake.unreadable == ["in/locked: Permission denied"]


def test_the_files_of_a_folder_are_found_one_after_the_other(folder, monkeypatch):
    for n in range(50):
        folder(f"in/{n:02}.pdf")
    looked_at = []
    real = os.stat
    monkeypatch.setattr(sources.os, "stat", lambda path, **more: looked_at.append(path) or real(path, **more))
    intake = stream("in")
    coming = intake.take()
    assert [next(coming).path for _ in range(3)] == ["in/00.pdf", "in/01.pdf", "in/02.pdf"]
    assert len([path for path in looked_at if str(path).endswith(".pdf")]) == 3
    assert [file.path for file in coming] == [file.path for file in collect(["in"]).files][3:]
    assert (intake.sources, intake.files) == (50, [])


def test_a_folder_in_which_nothing_comes_is_told_before_anything_begins(folder):
    folder("in/a.json", b"{}")
    with pytest.raises(UsageError, match=r"No documents in in: .* What is there: \.json 1"):
        stream("in")
