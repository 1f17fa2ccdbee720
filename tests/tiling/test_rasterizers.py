"""Two rasterizers, one picture; and a clear word where the second is missing."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from tiling import Box, DocumentError, Reason, poppler
from tiling.encode import encode_pixels

CONTENT = "100 100 150 80 re f BT /F 24 Tf 50 230 Td (hello) Tj ET"
needs_poppler = pytest.mark.skipif(poppler.missing() is not None, reason=str(poppler.missing()))


@needs_poppler
@pytest.mark.parametrize("page", ["", "/Rotate 90", "/CropBox [20 90 380 280] /Rotate 270"])
def test_poppler_draws_what_pdfium_draws(make, page):
    data = make.pdf(CONTENT, page=page)
    with make.opened(data) as one, make.opened(data, rasterizer="poppler") as other:
        ours, theirs = one.render(0, dpi=100, grey=True), other.render(0, dpi=100, grey=True)
        part = other.render(0, dpi=100, crop=Box(50, 50, 150, 150))
        assert make.lines(other.page(0).words) == ["hello"]
    assert ours.shape == theirs.shape
    assert part.shape == (139, 139, 3)
    assert np.mean(np.abs(ours.astype(int) - theirs) > 60) < 0.01


@needs_poppler
def test_poppler_is_the_second_try_for_a_page_that_pdfium_cannot_draw(make, monkeypatch):
    with make.opened(make.pdf(CONTENT)) as document:
        backend = document._backend
        monkeypatch.setattr(backend, "_load", lambda index: (_ for _ in ()).throw(backend._unloadable(index)))
        page = document.page(0)
        assert page.ink > 0.01
        assert "Poppler" in page.notes[0]
        assert document.render(0, dpi=50).min() == 0


def test_a_missing_poppler_is_said_with_the_remedy(make, monkeypatch):
    monkeypatch.setattr("tiling.poppler.shutil.which", lambda _: None)
    monkeypatch.setattr("tiling.poppler.importlib.util.find_spec", lambda _: object())
    with pytest.raises(DocumentError) as caught:
        make.opened(make.pdf(CONTENT), rasterizer="poppler")
    assert caught.value.reason is Reason.ENGINE_UNAVAILABLE
    assert "poppler-utils" in caught.value.message


def test_without_pdf2image_the_package_is_named(make, monkeypatch):
    monkeypatch.setattr("tiling.poppler.importlib.util.find_spec", lambda _: None)
    with pytest.raises(DocumentError, match="pip install pdf2image"):
        make.opened(make.pdf(CONTENT), rasterizer="poppler")


@pytest.mark.parametrize(("kind", "name"), [("jpeg", "JPEG"), ("png", "PNG")])
@pytest.mark.parametrize("shape", [(30, 40), (30, 40, 1), (30, 40, 3)])
def test_pixels_become_a_file_and_come_back(kind, name, shape):
    pixels = np.full(shape, 200, np.uint8)
    image = Image.open(io.BytesIO(encode_pixels(pixels, kind)))
    assert image.format == name
    assert image.size == (40, 30)
    assert np.abs(np.asarray(image).reshape(shape).astype(int) - 200).max() <= 2


def test_colour_can_be_dropped():
    pixels = np.zeros((10, 10, 3), np.uint8)
    assert Image.open(io.BytesIO(encode_pixels(pixels, grey=True))).mode == "L"
