"""What cannot be opened says why, truly, and what to do."""

from __future__ import annotations

import hashlib
import io

import pytest
from PIL import Image
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from tiling import Box, DocumentError, Limits, OpenDocument, Reason, Stage, open_document


def locked_pdf(user: str, owner: str = "owner") -> bytes:
    buffer = io.BytesIO()
    canvas = Canvas(buffer, encrypt=StandardEncryption(user, owner, canCopy=0))
    canvas.drawString(100, 700, "secret")
    canvas.save()
    return buffer.getvalue()


def reason_of(data: bytes, **options) -> tuple[Reason, str]:
    with pytest.raises(DocumentError) as caught:
        open_document(None, data, source="x", **options)
    assert caught.value.stage is Stage.OPEN
    assert caught.value.page is None
    return caught.value.reason, caught.value.message


def test_a_document_is_known_by_its_content(make, tmp_path):
    data = make.pdf("BT /F 10 Tf 50 200 Td (hello) Tj ET")
    path = tmp_path / "wrongly_named.jpg"
    path.write_bytes(data)
    with open_document(path, None, source="wrongly_named.jpg", limits=Limits()) as document:
        assert document.media_type == "application/pdf"
        assert document.document_id == hashlib.sha256(data).hexdigest()
        assert document.size_bytes == len(data)
        assert document.page_count == 1
        assert document.document().source == "wrongly_named.jpg"


def test_an_empty_file_is_empty():
    assert reason_of(b"")[0] is Reason.EMPTY_FILE


def test_an_unsupported_file_is_named():
    reason, message = reason_of(b"<!DOCTYPE html><html>")
    assert reason is Reason.UNSUPPORTED_TYPE
    assert "web page" in message


def test_a_cut_off_pdf_is_broken_and_says_so(make):
    data = make.pdf("BT /F 10 Tf 50 200 Td (hello) Tj ET" * 50)
    reason, message = reason_of(data[: len(data) // 3])
    assert reason is Reason.BROKEN
    assert "cut off" in message


def test_garbage_with_a_header_is_broken():
    assert reason_of(b"%PDF-1.4\nnothing follows\n%%EOF")[0] is Reason.BROKEN


def test_a_pdf_that_lists_no_page_has_no_pages(make):
    data = make.pdf().replace(b"/Kids [3 0 R] /Count 1", b"/Kids []      /Count 0")
    assert reason_of(data)[0] is Reason.NO_PAGES


def test_a_locked_pdf_asks_for_its_password():
    reason, message = reason_of(locked_pdf("open sesame"))
    assert reason is Reason.ENCRYPTED
    assert "--password" in message


def test_a_wrong_password_is_told_from_none():
    reason, message = reason_of(locked_pdf("open sesame"), passwords=("wrong", "also wrong"))
    assert reason is Reason.WRONG_PASSWORD
    assert "2 passwords" in message


def test_the_password_that_fits_is_found():
    with open_document(None, locked_pdf("open sesame"), source="x", passwords=("wrong", "open sesame")) as document:
        assert [word.text for word in document.page(0).words] == ["secret"]


def test_a_pdf_with_only_an_owners_password_opens():
    with open_document(None, locked_pdf(""), source="x") as document:
        assert document.page_count == 1


def test_too_many_pages_are_refused():
    buffer = io.BytesIO()
    canvas = Canvas(buffer)
    for _ in range(4):
        canvas.showPage()
    canvas.save()
    reason, message = reason_of(buffer.getvalue(), limits=Limits(max_pages=3))
    assert reason is Reason.TOO_MANY_PAGES
    assert message == "the document has 4, more than the 3 pages allowed; raise it with --max-pages"


def test_too_many_bytes_are_refused_before_they_are_read(tmp_path):
    path = tmp_path / "large.pdf"
    path.write_bytes(b"%PDF-1.4" + b" " * 2000)
    with pytest.raises(DocumentError) as caught:
        open_document(path, None, source="large.pdf", limits=Limits(max_bytes=1000))
    assert caught.value.reason is Reason.TOO_MANY_BYTES
    assert "--max-bytes" in caught.value.message


def test_a_file_that_is_not_there_says_so(tmp_path):
    with pytest.raises(DocumentError, match="No such file") as caught:
        open_document(tmp_path / "gone.pdf", None, source="gone.pdf")
    assert caught.value.reason is Reason.STORE_FAILED


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF"])
def test_too_many_pixels_are_refused_before_they_are_decoded(make, kind):
    data = make.picture(Image.effect_noise((4000, 3000), 50), kind)
    data = data[: len(data) // 2] if kind != "TIFF" else data  # decoding this would fail
    reason, message = reason_of(data, limits=Limits(max_pixels=1_000_000))
    assert reason is Reason.TOO_MANY_PIXELS
    assert "--max-pixels" in message


def test_pictures_beyond_pillows_own_limit_are_ours_to_judge(make, recwarn):
    data = make.picture(Image.new("1", (20_000, 10_000)))
    with make.opened(data, limits=Limits(max_pixels=300_000_000)) as document:
        assert document.page_count == 1
    assert not recwarn.list


def test_an_electronic_invoice_has_no_pages_but_its_xml():
    data = b'<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"/>'
    with open_document(None, data, source="x.xml") as document:
        assert document.page_count == 0
        assert document.xml() == data
        assert document.attachments() == ()
        with pytest.raises(IndexError):
            document.page(0)


def test_an_unknown_rasterizer_is_a_mistake_of_the_caller(make):
    with pytest.raises(ValueError, match="pdfium, poppler"):
        open_document(None, make.pdf(), source="x", rasterizer="other")


@pytest.fixture
def document(make):
    with make.opened(make.pdf("100 100 50 50 re f", size=(400, 300))) as opened:
        yield opened


def test_a_page_is_rendered_at_the_resolution_asked_for(document: OpenDocument):
    assert document.render(0, dpi=144).shape == (600, 800, 3)
    assert document.render(0, dpi=72, grey=True).shape == (300, 400, 1)
    assert document.render(0, longest_side_px=1288).shape == (966, 1288, 3)


def test_a_crop_is_that_part_of_the_page(document: OpenDocument):
    whole = document.render(0, dpi=144)
    part = document.render(0, dpi=144, crop=Box(90, 140, 160, 210))
    assert (part == whole[280:420, 180:320]).all()
    assert part.min() == 0


def test_a_crop_can_be_larger_than_the_page_would_be(document: OpenDocument):
    part = document.render(0, longest_side_px=700, crop=Box(100, 150, 150, 200))
    assert part.shape == (700, 700, 3)
    assert part.max() < 10


def test_an_empty_crop_is_still_a_picture(document: OpenDocument):
    assert min(document.render(0, dpi=72, crop=Box(500, 500, 500, 500)).shape) >= 1


def test_a_huge_page_is_rendered_smaller_instead_of_failing(make):
    with make.opened(make.pdf(size=(14400, 14400)), limits=Limits(max_pixels=1_000_000)) as document:
        assert document.render(0, dpi=300).shape == (1000, 1000, 3)


def test_colours_come_as_red_green_blue(make):
    with make.opened(make.pdf("1 0 0 rg 0 0 400 300 re f")) as document:
        assert tuple(document.render(0, dpi=20)[40, 40]) == (255, 0, 0)
