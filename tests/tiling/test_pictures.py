"""Pictures are pages: upright, on white, in points."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw

from tiling import DocumentError, Limits, PageState, Reason
from tiling.picture import on_white


def print_of(size=(200, 300), mode="RGB") -> Image.Image:
    image = Image.new("RGB", size, "white")
    ImageDraw.Draw(image).rectangle((20, 20, 80, 60), fill="black")
    return image.convert(mode)


@pytest.mark.parametrize(
    ("mode", "kind"),
    [
        ("1", "PNG"),
        ("L", "PNG"),
        ("LA", "PNG"),
        ("P", "PNG"),
        ("RGB", "PNG"),
        ("RGBA", "PNG"),
        ("I;16", "PNG"),
        ("RGB", "JPEG"),
        ("CMYK", "JPEG"),
        ("L", "JPEG"),
        ("CMYK", "TIFF"),
        ("F", "TIFF"),
        ("1", "TIFF"),
        ("P", "GIF"),
        ("RGB", "WEBP"),
        ("RGB", "BMP"),
        ("RGB", "JPEG2000"),
    ],
)
def test_every_mode_is_black_print_on_white(make, mode, kind):
    image = print_of(mode="L" if mode == "I;16" else mode)
    if mode == "I;16":
        image = Image.fromarray(np.asarray(image).astype(np.uint16) * 257)
    with make.opened(make.picture(image, kind)) as document:
        page = document.page(0)
        pixels = document.render(0)
    assert pixels.shape == (300, 200, 3)
    assert page.state is PageState.READ
    assert pixels[40, 50].max() < 40
    assert pixels[200, 150].min() > 215


def test_transparency_is_white_paper():
    clear = Image.new("RGBA", (4, 4), (0, 0, 0, 0))
    assert np.asarray(on_white(clear)).min() == 255


@pytest.mark.parametrize("orientation", range(1, 9))
def test_photos_are_upright_as_their_camera_says(make, orientation):
    undo = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    upright = print_of()
    stored = upright.transpose(undo[orientation]) if orientation in undo else upright
    exif = Image.Exif()
    exif[0x0112] = orientation
    with make.opened(make.picture(stored, "PNG", exif=exif)) as document:
        page = document.page(0)
        pixels = document.render(0)
    assert page.height_pt > page.width_pt
    assert (pixels == np.asarray(upright)).all()


def test_the_paper_is_as_large_as_a_sane_resolution_says(make):
    with make.opened(make.picture(print_of((1700, 2200)), "PNG", dpi=(200, 200))) as document:
        page = document.page(0)
    assert (page.width_pt, page.height_pt) == pytest.approx((612, 792), rel=0.001)


@pytest.mark.parametrize("dpi", [None, (1, 1), (72, 72), (5000, 5000)])
def test_paper_of_unknown_size_is_about_a4(make, dpi):
    options = {"dpi": dpi} if dpi else {}
    with make.opened(make.picture(print_of((3000, 4000)), "PNG", **options)) as document:
        page = document.page(0)
    assert page.height_pt == pytest.approx(842)
    assert page.width_pt == pytest.approx(842 * 3 / 4)


def test_a_fax_has_square_pixels_when_it_is_rendered(make):
    with make.opened(make.picture(print_of((1700, 1100)), "TIFF", dpi=(200, 100))) as document:
        page = document.page(0)
        assert page.height_pt == pytest.approx(792)
        assert document.render(0).shape == (2200, 1700, 3)


def test_pictures_are_never_enlarged(make):
    with make.opened(make.picture(print_of())) as document:
        assert document.render(0, longest_side_px=5000).shape == (300, 200, 3)
        assert document.render(0, longest_side_px=150, grey=True).shape == (150, 100, 1)


def test_every_frame_of_a_tiff_is_a_page(make):
    frames = [print_of((100, 100 + 10 * i)) for i in range(3)]
    with make.opened(make.picture(frames[0], "TIFF", save_all=True, append_images=frames[1:])) as document:
        assert document.page_count == 3
        assert [document.render(i).shape[0] for i in (2, 0, 1)] == [120, 100, 110]


def test_an_animation_is_its_first_picture(make):
    frames = [print_of(mode="P"), Image.new("P", (200, 300))]
    with make.opened(make.picture(frames[0], "GIF", save_all=True, append_images=frames[1:])) as document:
        assert document.page_count == 1


def test_a_tiff_of_too_many_pages_is_refused(make):
    frames = [print_of((20, 20))] * 5
    data = make.picture(frames[0], "TIFF", save_all=True, append_images=frames[1:])
    with pytest.raises(DocumentError) as caught:
        make.opened(data, limits=Limits(max_pages=3))
    assert caught.value.reason is Reason.TOO_MANY_PAGES


def test_a_cut_off_photo_is_broken_not_half_read(make):
    noise = Image.fromarray(np.random.default_rng(1).integers(0, 255, (300, 300, 3), np.uint8))
    data = make.picture(noise, "JPEG")
    with make.opened(data[: len(data) // 2]) as document, pytest.raises(DocumentError) as caught:
        document.page(0)
    assert caught.value.reason is Reason.BROKEN
    assert caught.value.page == 0


def test_a_header_without_a_picture_is_broken(capfd):
    from tiling import open_document

    with pytest.raises(DocumentError) as caught:
        open_document(None, b"\x89PNG\r\n\x1a\n" + b"garbage" * 20, source="x")
    assert caught.value.reason is Reason.BROKEN
    assert capfd.readouterr().err == ""


def test_white_paper_is_blank(make):
    with make.opened(make.picture(Image.new("L", (850, 1100), 238))) as document:
        page = document.page(0)
    assert page.state is PageState.BLANK
    assert page.ink == 0
