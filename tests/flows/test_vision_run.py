"""`extract run --endpoint` from end to end: documents, worker processes, a server of the chat API, tables."""

from __future__ import annotations

import json
import re
import sys
from decimal import Decimal
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from PIL import Image

from extractors.engine.http import HttpEngine
from extractors.vision.prompts import VERSION
from flows.cli import main
from flows.errors import UnavailableError, UsageError
from flows.output import open_output
from flows.rescore import rescore
from flows.run import run
from flows.run_options import RunOptions
from flows.summary import to_text
from schemas.registry import load_schema
from tests.flows.chat_server import chat_server, choice, filled, picture_of, text_of
from tests.flows.made_pdf import invoice, pdf_of
from tests.flows.test_run import Silent
from tests.flows.vllm_server.fake_vllm import environment

VALUES = {
    "invoice_number": "F-1", "issue_date": "12 March 2026", "seller_name": "Copper Finch Ltd", "currency": "GBP",
    "total": "120.00",
}  # fmt: skip


IN_PROCESS = ("--engine", "transformers")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """The working directory, with an invoice of one page in `in/`."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.pdf").write_bytes(pdf_of(invoice("F-1")))
    return tmp_path


def ran(endpoint, **options):
    values = {"model": "qwen2.5-vl-7b", "schema": "invoice", "workers": 1, **options}
    return run(RunOptions(paths=("in",), endpoint=(endpoint,), **values), Silent())


def table(name):
    return [row for p in sorted(Path("out", name).rglob("*.parquet")) for row in pq.read_table(p).to_pylist()]


def field(path):
    return next(row for row in table("fields") if row["path"] == path)


@pytest.mark.usefixtures("folder")
def test_a_model_reads_and_the_words_bear_it_out():
    with chat_server(lambda body: choice(filled(body, VALUES))) as (url, bodies):
        summary = ran(url)
    (record,) = table("records")
    total = field("total")
    assert (record["_reader"].split("+")[0], record["_model"], record["total"]) == (
        "vision", "qwen2.5-vl-7b", Decimal("120.00"),
    )  # fmt: skip
    assert (total["reader"], total["match"], total["page"]) == ("vision", "exact", 1)
    signals = dict(total["signals"])
    assert signals["agreement"] == 1.0
    assert signals["token_least"] == pytest.approx(0.999, abs=1e-4)
    assert total["status"] == "accepted"
    (body,) = bodies
    assert [part["type"] for part in body["messages"][0]["content"]] == ["text", "image_url"]
    assert body["response_format"]["json_schema"]["schema"]["additionalProperties"] is False
    assert [message["role"] for message in body["messages"]] == ["user"]
    assert summary.content["calls"] == {"calls": 1, "retries": 0}
    assert summary.content["tokens"]["prompt"] == 700
    assert "50% of them cached" in to_text(summary)


@pytest.mark.usefixtures("folder")
def test_a_server_on_this_machine_reads_pictures_from_the_folder_that_it_was_told(tmp_path):
    (tmp_path / "pictures").mkdir()
    seen = []

    def say(body):
        url = body["messages"][0]["content"][1]["image_url"]["url"]
        seen.append((Path(url.removeprefix("file://")).parent, Path(url.removeprefix("file://")).read_bytes()[:2]))
        return choice(filled(body, VALUES))

    with chat_server(say) as (url, _):
        summary = ran(url, pictures="pictures")
    assert summary.content["readers"] == {"vision+layout": 1}
    assert [folder for folder, _ in seen] == [tmp_path / "pictures"]
    assert list((tmp_path / "pictures").iterdir()) == []


@pytest.mark.usefixtures("folder")
def test_every_call_is_kept_as_it_came():
    with chat_server(lambda body: choice(filled(body, VALUES))) as (url, _):
        ran(url)
    (call,) = [row for row in table("readings") if row["kind"] == "call"]
    assert '"total":"120.00"' in call["raw"]
    assert (call["model"], call["prompt_version"], call["finish_reason"], call["attempt"], call["page"]) == (
        "qwen2.5-vl-7b", VERSION, "stop", 1, 1,
    )  # fmt: skip
    assert len(call["token_logprobs"]) == sum(map(len, VALUES.values()))
    assert call["visual_tokens"] > 0
    (page,) = table("pages")
    assert (page["tiles"], page["tokens"]) == (1, call["visual_tokens"] + 30)
    before = table("fields")
    rescore(open_output("out"))
    assert table("fields") == before


@pytest.mark.usefixtures("folder")
def test_what_a_model_invents_waits_for_a_person():
    invented = VALUES | {"total": "999.00", "iban": "DE02120300000000202051"}
    with chat_server(lambda body: choice(filled(body, invented))) as (url, _):
        ran(url)
    assert {"disagreement", "no_evidence"} <= set(field("total")["reasons"])
    assert "no_evidence" in field("iban")["reasons"]
    assert field("total")["alternatives"] == ["120.00"]


@pytest.mark.usefixtures("folder")
def test_a_doubtful_value_is_looked_at_again_by_another_model():
    def say(body):
        if "google/paligemma2" in body["model"]:
            return choice("120.00")
        return choice(filled(body, VALUES), probability=0.4)

    names = ("Qwen/Qwen2.5-VL-7B-Instruct", "google/paligemma2-3b-mix-448")
    with chat_server(say, names) as (url, bodies):
        ran(url, verify_model="paligemma2-3b-mix-448", threshold=0.999)
    again = [text_of(body) for body in bodies if "paligemma2" in body["model"]]
    assert "answer en what is the total?" in again
    assert not any("120" in text for text in again)
    assert dict(field("total")["signals"])["verify_agreement"] == 1.0
    assert {row["purpose"] for row in table("readings") if row["kind"] == "call"} == {"json", "verify"}


@pytest.mark.usefixtures("folder")
def test_a_verifier_that_does_not_answer_is_told_in_the_record_and_in_the_summary():
    def say(body):
        if "google/paligemma2" in body["model"]:
            return 400, "this server has no eyes"
        return choice(filled(body, VALUES), probability=0.4)

    names = ("Qwen/Qwen2.5-VL-7B-Instruct", "google/paligemma2-3b-mix-448")
    with chat_server(say, names) as (url, _):
        summary = ran(url, verify_model="paligemma2-3b-mix-448", threshold=0.999)
    looks = [row for row in table("readings") if row["kind"] == "call" and row["purpose"] == "verify"]
    assert {row["finish_reason"] for row in looks} == {"error"}
    assert summary.content["second_looks"] == {"values": len(looks), "without_answer": len(looks)}
    assert summary.content["calls"]["calls"] == 1
    assert f"{len(looks)} of them without an answer" in to_text(summary)
    (note,) = [note for note in field("total")["notes"] if "second look" in note]
    assert "paligemma2-3b-mix-448 gave nothing" in note
    assert "no eyes" in note
    assert "verify_agreement" not in dict(field("total")["signals"])
    before = table("fields")
    rescore(open_output("out"))
    assert table("fields") == before


@pytest.mark.usefixtures("folder")
def test_a_transcript_is_made_json_by_a_second_model():
    def say(body):
        return choice(filled(body, VALUES) if "response_format" in body else "Copper Finch Ltd\nTotal GBP 120.00\n")

    with chat_server(say, ("reducto/RolmOCR", "Qwen/Qwen2.5-VL-7B-Instruct")) as (url, bodies):
        ran(url, model="rolmocr", json_model="qwen2.5-vl-7b")
    assert [body["model"] for body in bodies] == ["reducto/RolmOCR", "Qwen/Qwen2.5-VL-7B-Instruct"]
    signals = dict(field("total")["signals"])
    assert signals["transcript_agreement"] == 1.0


@pytest.mark.usefixtures("folder")
def test_a_transcript_that_is_too_long_for_the_second_model_is_told_with_what_helps():
    def say(body):
        if "response_format" in body:
            return 400, "This model's maximum context length is 2048 tokens. However, you requested 2049 tokens."
        return choice("Copper Finch Ltd\nTotal GBP 120.00\n")

    with chat_server(say, ("reducto/RolmOCR", "Qwen/Qwen2.5-VL-7B-Instruct")) as (url, _):
        assert ran(url, model="rolmocr", json_model="qwen2.5-vl-7b").exit_code == 1
    (failure,) = table("failures")
    assert failure["reason"] == "engine_refused"
    told = ("characters of text", "too long for qwen2.5-vl-7b", "2048 tokens", "--json-model", "--strategy direct")
    assert [each for each in told if each not in failure["message"]] == []
    assert failure["message"].count("a.pdf") == 0, "the row has its source already"


@pytest.mark.usefixtures("folder")
def test_a_blank_page_costs_no_call_and_each_page_with_print_costs_one(folder):
    (folder / "in" / "a.pdf").write_bytes(pdf_of(invoice("F-1"), [], [(60, 700, "Terms of payment")]))
    with chat_server(lambda body: choice(filled(body, VALUES))) as (url, bodies):
        ran(url)
    assert len(bodies) == 2
    assert [row["state"] for row in table("pages")] == ["read", "blank", "read"]
    assert [row["tiles"] for row in table("pages")] == [1, None, 1]


@pytest.mark.usefixtures("folder")
def test_more_tiles_than_are_drawn_at_once_are_all_read(folder):
    pages = [[(60, 780, f"Page {n} of the contract")] for n in range(11)]
    (folder / "in" / "a.pdf").write_bytes(pdf_of(*pages))
    with chat_server(lambda body: choice(filled(body, {}))) as (url, bodies):
        summary = ran(url)
    assert len(bodies) == 11
    assert summary.content["pages"]["read"] == 11


@pytest.mark.usefixtures("folder")
def test_a_tile_whose_answer_is_cut_is_drawn_again_in_halves(folder):
    lines = [(60, 800 - 14 * n, f"Line {n} of a long list of things") for n in range(54)]
    (folder / "in" / "a.pdf").write_bytes(pdf_of(lines))
    heights = []

    def say(body):
        heights.append(picture_of(body).height)
        return choice(filled(body, {"invoice_number": "F-1"}), "length" if len(heights) == 1 else "stop")

    with chat_server(say) as (url, _):
        ran(url)
    assert len(heights) in {3, 4}  # a cut follows the white space, and may leave a rest
    assert sum(heights[1:]) < 1.2 * heights[0]
    assert max(heights[1:]) < 0.75 * heights[0]
    assert field("invoice_number")["reader"] == "vision"
    assert not any("cut" in note for note in table("records")[0]["_notes"])


@pytest.mark.usefixtures("folder")
def test_a_tile_that_is_too_long_for_the_server_is_drawn_again_in_halves(folder):
    lines = [(60, 800 - 14 * n, f"Line {n} of a long list of things") for n in range(54)]
    (folder / "in" / "a.pdf").write_bytes(pdf_of(lines))
    heights = []

    def say(body):
        heights.append(picture_of(body).height)
        if len(heights) == 1:
            return 400, "This model's maximum context length is 4096 tokens. However, you requested 5000 tokens."
        return choice(filled(body, {"invoice_number": "F-1"}))

    with chat_server(say) as (url, _):
        summary = ran(url)
    assert len(heights) in {3, 4}
    assert max(heights[1:]) < 0.75 * heights[0]
    assert table("failures") == []
    assert summary.content["calls"]["calls"] == len(heights) - 1
    assert table("pages")[0]["tiles"] == len(heights) - 1


@pytest.mark.usefixtures("folder")
def test_a_scan_is_read_without_words_where_ocr_is_switched_off(folder):
    (folder / "in" / "a.pdf").unlink()
    page = Image.new("L", (800, 1100), 255)
    page.paste(0, (80, 80, 500, 110))
    page.save(folder / "in" / "scan.png")
    with chat_server(lambda body: choice(filled(body, VALUES))) as (url, bodies):
        summary = ran(url, ocr="never")
    assert len(bodies) == 1
    assert summary.content["documents"] == {"in": 1, "records": 1, "failures": 0}
    assert "no_evidence" in field("total")["reasons"]


@pytest.mark.usefixtures("folder")
def test_an_e_invoice_is_believed_without_a_model():
    example = Path(__file__).parents[2] / "examples" / "invoices" / "orchard_facturx_fr.pdf"
    Path("in", "a.pdf").write_bytes(example.read_bytes())
    with chat_server(lambda body: choice(filled(body, VALUES))) as (url, bodies):
        ran(url)
    assert bodies == []
    assert table("records")[0]["_reader"] == "einvoice"


@pytest.mark.usefixtures("folder")
def test_an_answer_that_cannot_be_used_leaves_the_words_reading_and_says_so():
    with chat_server(lambda _: choice("I am sorry.")) as (url, _):
        summary = ran(url)
    assert summary.exit_code == 1
    assert [(row["reason"], row["page"]) for row in table("failures")] == [("invalid_answer", 1)]
    (record,) = table("records")
    assert (record["_status"], record["total"]) == ("incomplete", Decimal("120.00"))


@pytest.mark.usefixtures("folder")
def test_a_page_that_the_server_refuses_is_a_failure_and_is_read_again():
    with chat_server(lambda _: (400, "the picture is too large")) as (url, _):
        summary = ran(url)
    assert summary.content["failures"]["documents"] == {"engine_refused": 1}
    assert "too large" in table("failures")[0]["message"]
    assert table("records") == []
    with chat_server(lambda body: choice(filled(body, VALUES))) as (url, _):
        again = ran(url, retry_failed=True)
    assert again.content["documents"] == {"in": 1, "records": 1, "failures": 0}
    assert table("failures") == []


@pytest.mark.usefixtures("folder")
def test_a_second_run_reads_nothing_and_another_model_reads_again():
    with chat_server(lambda body: choice(filled(body, VALUES)), ("qwen2.5-vl-7b", "qwen3-vl-8b")) as (url, bodies):
        ran(url)
        ran(url)
        assert len(bodies) == 1
        ran(url, model="qwen3-vl-8b")
        assert len(bodies) == 2


@pytest.mark.usefixtures("folder")
def test_a_model_of_ones_own_that_is_like_another_reads_again_and_so_do_other_prompts_of_it(folder):
    own = folder / "extract.toml"
    with chat_server(lambda body: choice(filled(body, VALUES)), ("qwen2.5-vl-7b", "mine")) as (url, bodies):
        ran(url)
        for more, asked in (("", 2), ("", 2), ('prompts = ["Read it."]', 3)):
            own.write_text(f'[models.mine]\nlike = "qwen2.5-vl-7b"\n{more}\n', encoding="utf-8")
            ran(url, model="mine", config=own)
            assert len(bodies) == asked


@pytest.mark.usefixtures("folder")
def test_an_endpoint_that_is_down_ends_the_run_before_anything_is_read():
    with chat_server(lambda _: choice("")) as (url, _):
        pass
    with pytest.raises(UnavailableError, match=r"127\.0\.0\.1"):
        ran(url)
    assert table("records") == []


@pytest.mark.usefixtures("folder")
def test_an_endpoint_that_serves_another_model_says_what_it_serves():
    with chat_server(lambda _: choice(""), ("llama",)) as (url, _), pytest.raises(UsageError, match="llama"):
        ran(url)


@pytest.mark.usefixtures("folder")
def test_the_advice_for_a_model_that_the_catalogue_does_not_have_leads_to_a_run(capsys):
    with chat_server(lambda body: choice(filled(body, VALUES)), ("my/thing",)) as (url, bodies):
        arguments = ["run", "in", "--schema", "invoice", "--workers", "1", "--endpoint", url, "--model"]
        assert main([*arguments, "qwen2.5-vl-7b"]) == 2
        said = " ".join(capsys.readouterr().err.split())
        table_line, like = re.search(r"extract.toml: (\[\S+\]) and, below it, (like = \S+) ", said).groups()
        Path("extract.toml").write_text(f"{table_line}\n{like}\n", encoding="utf-8")
        assert main([*arguments, re.search(r"and give --model (\S+);", said).group(1)]) == 0
    assert bodies[0]["model"] == "my/thing"


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["--endpoint", "http://h/v1"], 2, "--model"),
        (["--reader", "vision"], 2, "--model"),
        (["--model", "qwen2.5-vl-7"], 2, "Did you mean 'qwen2.5-vl-7b'"),
        (["--model", "qwen2.5-vl-7b", "--budget", "20"], 2, "smaller than one readable tile"),
        (["--model", "paligemma2-3b-pt-448"], 2, "answers no questions"),
        (["--model", "qwen2.5-vl-7b", "--json-model", "qwen3-vl-8b"], 2, "--strategy transcribe"),
        (["--model", "qwen2.5-vl-7b", "--endpoint", "nonsense"], 2, "nonsense"),
        (["--model", "qwen2.5-vl-7b", "--endpoint", "http://h/v1", "--api-key-file", "gone"], 2, "gone"),
        (["--model", "qwen2.5-vl-7b"], 4, "no GPU here"),
        (["--model", "smolvlm2-256m", "--weights", "w"], 2, "add --engine transformers"),
        (["--model", "smolvlm2-256m", *IN_PROCESS, "--endpoint", "http://localhost:1/v1"], 2, "leave one of them out"),
        (["--model", "gpt-4o", *IN_PROCESS], 2, "at its maker's API only"),
        (["--model", "smolvlm2-256m", *IN_PROCESS, "--verify-model", "paligemma2-3b-mix-448"], 2, "holds one model"),
        (["--model", "smolvlm2-256m", *IN_PROCESS, "--weights", "nowhere"], 2, "there is no config.json"),
        (["--model", "gpt-4o"], 2, "its maker's API"),
        (
            ["--model", "qwen2.5-vl-7b", "--endpoint", "http://h/v1", "--pictures", "."],
            2,
            "for servers on this machine",
        ),
        (["--model", "qwen2.5-vl-7b", "--pictures", "."], 2, "for servers on this machine"),
        (["--model", "qwen2.5-vl-7b", "--endpoint", "http://localhost:1/v1", "--pictures", "x"], 2, "no such folder"),
        (["--model", "rolmocr", "--json-model", "qwen2.5-vl-7b"], 2, "serves one model"),
    ],
)
def test_what_does_not_go_together_is_one_sentence(arguments, code, words, capsys):
    assert main(["run", "in", "--schema", "invoice", "--workers", "1", *arguments]) == code
    (said,) = [line for line in capsys.readouterr().err.splitlines() if words in line]
    assert said.startswith("extract: ")


@pytest.mark.usefixtures("folder")
def test_without_torch_a_run_with_transformers_says_what_to_install(monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "torch", None)
    monkeypatch.delitem(sys.modules, "extractors.engine.transformers_model", raising=False)
    assert main(["run", "in", "--schema", "invoice", "--workers", "1", "--model", "smolvlm2-256m", *IN_PROCESS]) == 2
    assert "pip install 'pagewise-extract[transformers]'" in capsys.readouterr().err
    assert not list(Path("out", "readings").rglob("*.parquet"))


def test_other_weights_are_other_work(tmp_path):
    made = []
    for name, weight in (("a", b"1"), ("b", b"2"), ("c", b"1")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "config.json").write_text("{}", encoding="utf-8")
        (tmp_path / name / "model.safetensors").write_bytes(weight)
        made.append(RunOptions(paths=("in",), schema="invoice", model="smolvlm2-256m", engine="transformers",
                               weights=str(tmp_path / name)).stored())  # fmt: skip
    assert made[0] == made[2] != made[1]
    assert made[0]["vision"]["engine"] == "transformers"
    assert str(tmp_path) not in str(made)


@pytest.mark.usefixtures("folder")
def test_without_an_endpoint_the_run_has_a_worker_of_its_own(tmp_path):
    environment(tmp_path / "vllm")
    values = {f.name: VALUES.get(f.name) for f in load_schema("invoice").fields}
    record = json.dumps(values, separators=(",", ":"))
    (tmp_path / "vllm" / "record").write_text(record, encoding="utf-8")
    python = str(tmp_path / "vllm" / "python")
    options = RunOptions(paths=("in",), schema="invoice", workers=1, model="qwen2.5-vl-7b", vllm_python=python)
    summary = run(options, Silent())
    assert summary.content["readers"] == {"vision+layout": 1}
    (started,) = (tmp_path / "vllm" / "starts").read_text().splitlines()
    assert "Qwen/Qwen2.5-VL-7B-Instruct" in started


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(("flags", "requests"), [([], 80), (["--requests", "9"], 9)])
def test_as_many_are_in_flight_at_each_endpoint_as_the_setting_says(monkeypatch, flags, requests):
    limits, opened = [], HttpEngine.__init__
    monkeypatch.setattr(HttpEngine, "__init__", lambda *a, **k: limits.append(k["limits"]) or opened(*a, **k))
    monkeypatch.setenv("EXTRACT_REQUESTS", "80")
    with chat_server(lambda body: choice(filled(body, {}))) as (url, _):
        arguments = ["--schema", "invoice", "--workers", "1", "--model", "qwen2.5-vl-7b", "--endpoint", url]
        assert main(["run", "in", *arguments, *flags]) == 0
    assert [each.requests for each in limits] == [requests]


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("served", [0, 3])
@pytest.mark.parametrize(
    ("status", "told", "code", "words"),
    [
        (401, "no", 2, "wants an API key (401): put it into the variable EXTRACT_API_KEY"),
        (404, "The model does not exist.", 2, "look whether it still serves this model"),
        (429, "You exceeded your quota (insufficient_quota)", 4, "its quota is used up: pay for more"),
    ],
)
def test_what_no_document_would_be_answered_for_stops_the_run(folder, capsys, served, status, told, code, words):
    for n in range(8):
        (folder / "in" / f"{n}.pdf").write_bytes(pdf_of(invoice(f"F-{n}")))
    answered = []

    def say(body):
        if len(answered) >= served:
            return status, told
        answered.append(body)
        return choice(filled(body, VALUES))

    def probe(_):
        return choice('{"code":"ABCD","count":7}') if len(answered) < served else (status, told)

    with chat_server(say, probe=probe) as (url, _):
        arguments = ["--schema", "invoice", "--workers", "1", "--model", "qwen2.5-vl-7b", "--endpoint", url]
        assert main(["run", "in", *arguments]) == code
    (said,) = [line for line in capsys.readouterr().err.splitlines() if words in line]
    assert said.startswith("extract: ")
    assert table("failures") == []


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("flags", "place"),
    [
        ([], "EXTRACT_API_KEY"),
        (["--api-key-variable", "OTHER_KEY"], "OTHER_KEY"),
        (["--api-key-file", "key"], "file key"),
    ],
)
def test_a_key_that_is_refused_is_looked_for_where_it_was_given(monkeypatch, capsys, flags, place):
    monkeypatch.setenv("EXTRACT_API_KEY", "sesame-1")
    monkeypatch.setenv("OTHER_KEY", "sesame-2")
    Path("key").write_text("sesame-3", encoding="utf-8")
    with chat_server(lambda _: (401, "no"), probe=lambda _: (401, "no")) as (url, _):
        arguments = ["--schema", "invoice", "--workers", "1", "--model", "qwen2.5-vl-7b", "--endpoint", url]
        assert main(["run", "in", *arguments, *flags]) == 2
    assert f"refuses the API key (401): check the one in the {'' if 'file' in place else 'variable '}{place}." in (
        capsys.readouterr().err
    )


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("status", [400, 401])
def test_a_key_that_a_server_repeats_is_written_nowhere(monkeypatch, capsys, status):
    monkeypatch.setenv("EXTRACT_API_KEY", "sesame-4711")
    refusal = (status, "Incorrect API key provided: Bearer sesame-4711")
    with chat_server(lambda _: refusal) as (url, bodies):
        main(["run", "in", "--schema", "invoice", "--workers", "1", "--model", "qwen2.5-vl-7b", "--endpoint", url])
    assert bodies
    assert table("failures")
    said = capsys.readouterr()
    written = b"".join(p.read_bytes() for p in Path("out").rglob("*") if p.is_file())
    assert "sesame" not in said.out + said.err + str(table("failures"))
    assert b"sesame" not in written


@pytest.mark.usefixtures("folder")
def test_a_key_goes_to_the_server_and_nowhere_else(monkeypatch, capsys):
    monkeypatch.setenv("OTHER_KEY", "sesame-4711")
    with chat_server(lambda body: choice(filled(body, VALUES))) as (url, _):
        code = main(
            ["run", "in", "--schema", "invoice", "--workers", "1", "--model", "qwen2.5-vl-7b", "--endpoint", url,
             "--api-key-variable", "OTHER_KEY"]
        )  # fmt: skip
    assert code == 0
    said = capsys.readouterr()
    assert "sesame" not in said.out + said.err
    assert not any(b"sesame" in p.read_bytes() for p in Path("out").rglob("*") if p.is_file())
