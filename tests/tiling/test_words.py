"""Words are what a person sees as words, wherever the PDF's maker put its characters."""

from __future__ import annotations

import numpy as np
import pytest

from tiling.upright import displayed_size, to_displayed


def text(x: float, y: float, words: str, *, size: float = 10, more: str = "") -> str:
    return f"BT {more} /F {size} Tf {x} {y} Td ({words}) Tj ET\n"


def test_words_of_a_line_are_parted_by_its_spaces(make):
    assert make.read(text(50, 200, "Total due 1,200.00")) == ["Total due 1,200.00"]


def test_kerned_digits_stay_one_word(make):
    assert make.read("BT /F 10 Tf 50 200 Td [($1) -60 (,2) 70 (00) -80 (.00)] TJ ET") == ["$1,200.00"]


def test_words_that_are_parted_by_a_shift_instead_of_a_space_are_two(make):
    assert make.read("BT /F 10 Tf 50 200 Td [(Due) -260 (date)] TJ ET") == ["Due date"]


@pytest.mark.parametrize("spacing", [0.8, 1.5, 3, 5])
def test_letter_spaced_print_is_one_word(make, spacing):
    assert make.read(text(50, 200, "RECEIPT", more=f"{spacing} Tc")) == ["RECEIPT"]


def test_letter_spaced_words_stay_two_words(make):
    assert make.read(text(50, 200, "DELIVERY NOTE", more="3 Tc")) == ["DELIVERY NOTE"]


def test_letters_typed_with_spaces_between_them_are_one_word(make):
    assert make.read(text(50, 200, "I N V O I C E")) == ["INVOICE"]


def test_marks_in_columns_are_no_word(make):
    assert make.read(text(50, 200, "X X X X X")) == ["X X X X X"]


def test_tightly_set_words_are_parted(make):
    assert make.read(text(50, 200, "net of tax", more="-0.8 Tc -0.6 Tw")) == ["net of tax"]


def test_pieces_of_a_word_from_several_text_objects_are_joined(make):
    # Helvetica: "In" is 0.278 + 0.556 em wide
    assert make.read(text(50, 200, "In") + text(58.34, 200, "voice")) == ["Invoice"]


def test_cells_that_overlap_are_two_words(make):
    assert make.read(text(50, 200, "AB12") + text(72.5, 200, "Widget")) == ["AB12 Widget"]


def test_columns_that_touch_by_chance_are_two_words(make):
    rows = "".join(text(50, 200 - 20 * i, "WXYZ") + text(79.45, 200 - 20 * i, f"0{i}/03") for i in range(5))
    assert make.read(rows)[0] == "WXYZ 00/03"


def test_content_order_does_not_matter_for_the_order_of_words(make):
    scrambled = text(150, 200, "third") + text(50, 180, "fourth") + text(100, 200, "second") + text(50, 200, "first")
    assert make.read(scrambled) == ["first second third", "fourth"]


def test_bold_faked_by_printing_twice_is_read_once(make):
    assert make.read(text(50, 200, "Total") + text(50.3, 200, "Total") + text(90, 200, "12.00")) == ["Total 12.00"]


def test_letters_printed_twice_one_by_one_are_read_once(make):
    assert make.read("BT /F 10 Tf 50 200 Td [(S) 650 (S) -20 (u) 545 (u) -20 (m)] TJ ET") == ["Sum"]


def test_double_letters_are_two_letters(make):
    assert make.read(text(50, 200, "Zoo illness 1100")) == ["Zoo illness 1100"]


def test_lines_of_a_narrow_pitch_are_not_merged(make):
    stacked = "".join(text(50, 200 - 8.5 * i, f"line {i} of four") for i in range(4))
    assert make.read(stacked) == [f"line {i} of four" for i in range(4)]


def test_a_line_of_mixed_sizes_is_one_line(make):
    assert make.read(text(50, 200, "Total", size=9) + text(90, 200, "99.00", size=16)) == ["Total 99.00"]


def test_cells_on_slightly_different_baselines_are_one_line(make):
    assert make.read(text(50, 200, "Item") + text(150, 201.6, "7.50") + text(250, 198.8, "EUR")) == ["Item 7.50 EUR"]


def test_a_column_that_is_offset_by_half_a_line_has_lines_of_its_own(make):
    left = "".join(text(50, 200 - 12 * i, f"left {i}") for i in range(3))
    right = "".join(text(200, 194 - 12 * i, f"right {i}") for i in range(3))
    assert make.read(left + right) == ["left 0", "right 0", "left 1", "right 1", "left 2", "right 2"]


def test_raised_cents_are_a_word_of_their_own_on_the_line(make):
    assert make.read(text(50, 200, "19") + text(61.2, 203.5, "99", size=6) + text(90, 200, "each")) == ["19 99 each"]


def test_a_note_along_the_margin_is_not_mixed_into_the_lines(make):
    upright = "".join(text(50, 250 - 15 * i, f"row {i}") for i in range(6))
    margin = "BT /F 8 Tf 0 1 -1 0 30 150 Tm (Registered office Nowhere) Tj ET\n"
    assert make.read(margin + upright) == [*(f"row {i}" for i in range(6)), "Registered office Nowhere"]


def test_a_watermark_across_the_page_is_not_mixed_into_the_lines(make):
    upright = "".join(text(50, 250 - 15 * i, f"row {i}") for i in range(6))
    across = "BT /F 40 Tf 0.7071 0.7071 -0.7071 0.7071 60 60 Tm (DRAFT) Tj ET\n"
    assert make.read(across + upright) == [*(f"row {i}" for i in range(6)), "DRAFT"]


def test_a_skewed_line_is_one_line(make):
    tilted = "BT /F 10 Tf 0.9994 0.0349 -0.0349 0.9994 50 150 Tm (all of this is one tilted line of print) Tj ET"
    assert make.read(tilted) == ["all of this is one tilted line of print"]


def test_print_outside_the_page_is_not_on_the_page(make):
    assert make.read(text(50, 200, "inside") + text(50, 20, "outside"), page="/CropBox [0 100 400 300]") == ["inside"]


def test_soft_hyphens_are_printed_hyphens(make):
    assert make.read(b"BT /F 10 Tf 50 200 Td (AB\xad12) Tj ET") == ["AB-12"]


def test_no_break_spaces_part_words(make):
    assert make.read(b"BT /F 10 Tf 50 200 Td (1\xa0200) Tj ET") == ["1 200"]


def test_words_know_their_size_even_if_the_matrix_holds_it(make):
    page = make.page(make.pdf("BT /F 1 Tf 12 0 0 12 50 200 Tm (scaled) Tj ET"))
    assert page.words[0].size_pt == pytest.approx(12)


def test_bold_is_told_by_the_font_or_by_stroked_letters(make):
    page = make.page(make.pdf(text(50, 200, "plain") + text(50, 150, "strong", more="2 Tr")))
    assert [word.bold for word in page.words] == [False, True]


def mapped_font(code: int, unicode_hex: str) -> tuple[bytes, bytes]:
    """Helvetica with one character code mapped to other text."""
    cmap = (
        b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /X def /CMapType 2 def\n"
        b"1 begincodespacerange <00> <FF> endcodespacerange\n"
        b"1 beginbfchar <%02X> <%b> endbfchar endcmap end end" % (code, unicode_hex.encode())
    )
    font = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding /ToUnicode 7 0 R >>"
    return font, b"<< /Length %d >>\nstream\n%b\nendstream" % (len(cmap), cmap)


WITH_MAP = "/Resources << /Font << /F 5 0 R /G 6 0 R >> >>"


def with_map(unicode_hex: str, printed: str) -> dict:
    return {
        "content": f"BT /F 10 Tf 50 200 Td (a) Tj /G 10 Tf (@) Tj /F 10 Tf ({printed}) Tj ET",
        "page": WITH_MAP,
        "objects": mapped_font(0x40, unicode_hex),
    }


def test_a_ligature_is_its_letters(make):
    assert make.read(**with_map("FB03", "ne")) == ["affine"]


def test_a_glyph_that_stands_for_several_letters_is_all_of_them(make):
    assert make.read(**with_map("006600660069", "ne")) == ["affine"]


def test_a_picture_that_stands_for_a_phrase_is_not_the_phrase(make):
    assert make.read(**with_map("2709002000780079", " mail")) == ["a✉ mail"]


def test_a_private_character_is_no_part_of_a_word(make):
    assert make.read(**with_map("E123", "12")) == ["a \ue123 12"]


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
@pytest.mark.parametrize("crop", ["", "/CropBox [20 90 380 280]"])
def test_the_box_of_a_word_covers_its_ink_however_the_page_is_turned(make, rotation, crop):
    data = make.pdf(text(60, 230, "HHHH", size=20), page=f"/Rotate {rotation} {crop}")
    with make.opened(data) as document:
        page = document.page(0)
        grey = document.render(0, dpi=144, grey=True)[:, :, 0]
    box = to_displayed(page, page.words[0].box).scaled(2, 2)
    width_pt, height_pt = displayed_size(page)
    rows, columns = np.nonzero(grey < 128)
    assert page.rotation == rotation
    assert grey.shape == (round(height_pt * 2), round(width_pt * 2))
    assert box.x0 - 2 <= columns.min() < columns.max() <= box.x1 + 2
    assert box.y0 - 2 <= rows.min() < rows.max() <= box.y1 + 2
    assert box.area < 2.5 * (np.ptp(columns) * np.ptp(rows))


def test_a_page_turned_with_its_print_reads_like_an_upright_one(make):
    sideways = "".join(f"BT /F 10 Tf 0 1 -1 0 {100 + 20 * i} 40 Tm (row {i} $1,2{i}0.00) Tj ET\n" for i in range(4))
    assert make.read(sideways, page="/Rotate 90") == [f"row {i} $1,2{i}0.00" for i in range(4)]
