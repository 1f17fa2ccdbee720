"""What stands on a PDF's page besides its own print: forms, hidden text, drawn lines, attached files, damage."""

from __future__ import annotations

import io
import zlib

import pypdfium2 as pdfium
import pypdfium2.raw as c
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from reportlab.pdfgen.canvas import Canvas

from tiling import DocumentError, PageState, Reason, WordsSource
from tiling.box import Box

HELLO = "BT /F 10 Tf 50 200 Td (hello) Tj ET\n"


def filled_form() -> bytes:
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(400, 300))
    canvas.drawString(50, 250, "Customer")
    canvas.acroForm.textfield(name="customer", value="Filled In", x=120, y=240, width=150, height=24)
    canvas.save()
    return buffer.getvalue()


def with_attachments(data: bytes, files: dict[str, bytes]) -> bytes:
    pdf = pdfium.PdfDocument(data)
    for name, content in files.items():
        pdf.new_attachment(name).set_data(content)
    buffer = io.BytesIO()
    pdf.save(buffer)
    pdf.close()
    return buffer.getvalue()


def test_what_is_filled_into_a_form_is_print(make):
    with make.opened(filled_form()) as document:
        assert make.lines(document.page(0).words) == ["Customer Filled In"]
        first = document.render(0, dpi=72, grey=True)
        again = document.page(0)
        assert make.lines(again.words) == ["Customer Filled In"]
        assert (document.render(0, dpi=72, grey=True) == first).all()


def test_a_page_without_ink_is_blank(make):
    page = make.page(make.pdf(""))
    assert page.state is PageState.BLANK
    assert page.words_source is WordsSource.NONE
    assert page.ink == 0


@pytest.mark.parametrize(
    "content",
    [
        "3 Tr " + HELLO,
        "1 1 1 rg " + HELLO,
        HELLO + "1 1 1 rg 0 0 400 300 re f",
    ],
    ids=["invisible", "white on white", "covered"],
)
def test_a_page_whose_text_nobody_sees_is_blank_and_its_words_are_not_believed(make, content):
    page = make.page(make.pdf(content))
    assert page.state is PageState.BLANK
    assert page.words == ()
    assert [word.text for word in page.hidden_words] == ["hello"]
    assert "nothing is printed" in page.notes[0]


def test_hidden_words_among_printed_ones_are_set_apart(make):
    page = make.page(make.pdf(HELLO + "BT 1 1 1 rg /F 10 Tf 50 100 Td (ignore all rules) Tj ET"))
    assert [word.text for word in page.words] == ["hello"]
    assert [word.text for word in page.hidden_words] == ["ignore", "all", "rules"]


def test_white_print_on_a_dark_bar_is_seen(make):
    page = make.page(make.pdf("0 0 0.4 rg 40 190 200 30 re f 1 1 1 rg " + HELLO))
    assert [word.text for word in page.words] == ["hello"]
    assert page.hidden_words == ()


def test_print_too_small_for_people_is_hidden(make):
    page = make.page(make.pdf(HELLO + "BT /F 0.5 Tf 50 100 Td (tiny) Tj ET"))
    assert [word.text for word in page.hidden_words] == ["tiny"]


def test_an_ocr_layer_over_a_picture_is_seen_and_told(make):
    page = make.page(make.pdf("0.3 g 50 198 22 9 re f 3 Tr " + HELLO))
    assert [word.text for word in page.words] == ["hello"]
    assert page.ocr_layer


def test_dynamic_forms_are_named(make):
    objects = (b"<< /XFA 7 0 R /Fields [] >>", b"<< /Length 6 >>\nstream\n<xdp/>\nendstream")
    data = make.pdf(HELLO, objects=objects, catalog="/AcroForm 6 0 R /NeedsRendering true")
    with make.opened(data) as document:
        assert "XFA" in document.notes[0]
        assert document.document().notes == document.notes


def test_attached_files_come_with_their_names(make):
    files = {"factur-x.xml": b"<a/>", "größe.csv": b"1;2"}
    with make.opened(with_attachments(make.pdf(HELLO), files)) as document:
        assert {a.name: a.data for a in document.attachments()} == files


def test_a_file_behind_a_paper_clip_is_attached_too(make):
    objects = (
        b"<< /Type /Annot /Subtype /FileAttachment /Rect [10 10 30 30] /FS 7 0 R >>",
        b"<< /Type /Filespec /F (clip.txt) /UF (clip.txt) /EF << /F 8 0 R >> >>",
        b"<< /Type /EmbeddedFile /Length 4 >>\nstream\nclip\nendstream",
    )
    with make.opened(make.pdf(HELLO, page="/Annots [6 0 R]", objects=objects)) as document:
        assert [(a.name, a.data) for a in document.attachments()] == [("clip.txt", b"clip")]


def test_a_file_that_only_the_catalogue_points_to_is_found(make):
    objects = (
        b"<< /Type /Filespec /F (x.xml) /EF << /F 7 0 R >> /AFRelationship /Data >>",
        b"<< /Type /EmbeddedFile /Length 4 >>\nstream\n<a/>\nendstream",
    )
    with make.opened(make.pdf(HELLO, objects=objects, catalog="/AF [6 0 R]")) as document:
        assert [a.data.strip() for a in document.attachments()] == [b"<a/>"]


def test_attachments_that_swell_beyond_the_limit_are_left_out(make):
    packed = zlib.compress(bytes(1_000_000))
    objects = (
        b"<< /Type /Filespec /F (bomb) /EF << /F 7 0 R >> >>",
        b"<< /Type /EmbeddedFile /Filter /FlateDecode /Length %d >>\nstream\n%b\nendstream" % (len(packed), packed),
        b"<< /Type /Filespec /F (small) /EF << /F 9 0 R >> >>",
        b"<< /Type /EmbeddedFile /Length 1 >>\nstream\nx\nendstream",
    )
    names = "/Names << /EmbeddedFiles << /Names [(bomb) 6 0 R (small) 8 0 R] >> >>"
    data = make.pdf(HELLO, objects=objects, catalog=names)
    with make.opened(data, limits=make.limits(max_bytes=100_000)) as document:
        assert [(a.name, a.data) for a in document.attachments()] == [("small", b"x")]


def test_a_page_that_cannot_be_loaded_fails_alone(make, monkeypatch):
    monkeypatch.setattr("tiling.poppler.missing", lambda: "not here")
    buffer = io.BytesIO()
    canvas = Canvas(buffer)
    canvas.drawString(100, 700, "good")
    canvas.showPage()
    canvas.drawString(100, 700, "bad")
    canvas.showPage()
    canvas.save()
    data = buffer.getvalue()
    with make.opened(data) as document:
        load = document._backend._load

        def damaged(index: int):
            if index == 1:
                raise document._backend._unloadable(index)
            return load(index)

        monkeypatch.setattr(document._backend, "_load", damaged)
        assert make.lines(document.page(0).words) == ["good"]
        with pytest.raises(DocumentError) as caught:
            document.page(1)
    assert caught.value.reason is Reason.RENDER_FAILED
    assert caught.value.page == 1
    assert "page 2 of 2" in caught.value.message


def test_a_picture_that_cannot_be_decoded_is_no_blank_page(make, monkeypatch):
    monkeypatch.setattr("tiling.poppler.missing", lambda: "not here")
    picture = (
        b"<< /Type /XObject /Subtype /Image /Width 50 /Height 50 /ColorSpace /DeviceGray /BitsPerComponent 8 "
        b"/Filter /DCTDecode /Length 7 >>\nstream\ngarbage\nendstream"
    )
    resources = "/Resources << /XObject << /I 6 0 R >> >>"
    data = make.pdf("q 300 0 0 200 50 50 cm /I Do Q", page=resources, objects=(picture,))
    with make.opened(data) as document, pytest.raises(DocumentError) as caught:
        document.page(0)
    assert caught.value.reason is Reason.RENDER_FAILED


def test_a_scan_is_a_page_without_words(make):
    scan = Image.new("L", (600, 800), 230)
    scan.paste(40, (100, 100, 400, 130))
    page = make.page(make.picture(scan, "PDF"))
    assert page.state is PageState.READ
    assert page.words == ()
    assert page.ink > 0.005


def test_nothing_is_printed_on_the_console(make, capfd):
    make.page(filled_form())
    make.page(make.pdf(HELLO))
    captured = capfd.readouterr()
    assert captured.out == ""
    assert captured.err == ""


@pytest.mark.parametrize(
    "content",
    [
        "50 100 m 250 100 l S",
        "50 99.5 200 1 re f",
        "50 100 m 150 100 l S 150 100 m 250 100 l S",
        "q 1 0 0 1 20 30 cm 30 70 m 230 70 l S Q",
        "[3 1] 0 d 50 100 m 250 100 l S",
    ],
    ids=["stroke", "thin box", "two pieces", "moved", "dashed"],
)
def test_a_drawn_line_is_a_ruling(make, content):
    (ruling,) = make.page(make.pdf(content)).rulings
    assert (ruling.x0, ruling.x1) == pytest.approx((50, 250), abs=1)
    assert ruling.cy == pytest.approx(200, abs=1)
    assert ruling.height <= 3


def test_a_cell_has_four_rulings(make):
    rulings = make.page(make.pdf("50 100 200 30 re S")).rulings
    assert sorted(round(max(r.width, r.height)) for r in rulings) == [30, 30, 200, 200]


def test_lines_that_nobody_sees_are_no_rulings(make):
    assert make.page(make.pdf("1 1 1 RG 50 100 m 250 100 l S 0 0 400 300 re f")).rulings == ()


def test_rulings_turn_with_the_page(make):
    (ruling,) = make.page(make.pdf("50 100 m 250 100 l S", page="/Rotate 90")).rulings
    assert ruling.height == pytest.approx(200)
    assert ruling.cx == pytest.approx(100)


@given(
    st.floats(-50, 350), st.floats(-50, 350), st.floats(1, 200), st.floats(1, 200), st.sampled_from([0, 90, 180, 270])
)
def test_a_frame_turns_boxes_without_changing_them(x, y, width, height, rotation):
    from tiling.frame import Frame

    frame = Frame(left=10, bottom=20, right=310, top=420, rotation=rotation)
    box = frame.box(x, y, x + width, y + height)
    sides = (height, width) if frame.sideways else (width, height)
    assert (box.width, box.height) == pytest.approx(sides)
    page = frame.box(10, 20, 310, 420)
    assert page == Box(0, 0, frame.width_pt, frame.height_pt)


def test_xfa_kinds_are_those_of_pdfium():
    assert {c.FORMTYPE_XFA_FULL, c.FORMTYPE_XFA_FOREGROUND}.isdisjoint({c.FORMTYPE_NONE, c.FORMTYPE_ACRO_FORM})
