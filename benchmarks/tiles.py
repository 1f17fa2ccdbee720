"""`python -m benchmarks.tiles FOLDER ...`: what tiles save, and whether what is printed can still be read on them.

A folder holds PDFs, each with its truth (`<stem>.json`: values, nested at will) beside it. Every page is made into
pictures twice: whole with a longest side of 1,288 pixels, and as tiles; visual tokens are those of Qwen2.5-VL. Both are
read by the OCR of `tiling`, as the model would see them, and a value of the truth that the page prints counts as found
where the OCR's text has it.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks import truths
from benchmarks.seen import Seen

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tiling.open import OpenDocument
    from tiling.page import Page
    from tiling.tile import Tile

LONGEST_PX = 1288
TARGET = 0.65
BUDGET_TOKENS = 2048
MAX_PIXELS = 12_845_056


@dataclass(slots=True)
class Tally:
    """Of one way of making pictures."""

    tokens: int = 0
    pictures: int = 0
    found: int = 0
    words_found: int = 0
    missed: list[str] = field(default_factory=list)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--every", type=int, default=1, metavar="N", help="take every Nth document only")
    parser.add_argument("--most-pages", type=int, default=3, help="leave out longer documents (OCR takes its time)")
    parser.add_argument("--no-ocr", action="store_true", help="count tokens only")
    parser.add_argument("--em-px", type=float, nargs="*", help="pixels of the smallest print to try beside the usual")
    parser.add_argument("--cache", type=Path, help="folder that keeps what OCR read")
    parser.add_argument("--missed", action="store_true", help="list the values that only one of the two has")
    arguments = parser.parse_args()
    seen = None if arguments.no_ocr else Seen(arguments.cache)
    return max([_folder(folder, arguments, seen) for folder in arguments.folders])


def _folder(folder: Path, arguments: argparse.Namespace, seen: Seen | None) -> int:
    ways: dict[str, Tally] = {"whole": Tally(), "tiles": Tally()}
    ways |= {f"tiles, {em:g} px": Tally() for em in arguments.em_px or ()}
    pages = documents = values = words = 0
    for path in sorted(folder.glob("*.pdf"))[:: arguments.every]:
        for opened, taken in _opened(path, arguments.most_pages):
            printed = truths.printed(path.with_suffix(".json"), truths.text_of(taken)) if seen else ()
            texts = dict.fromkeys(ways, "")
            for page in taken:
                for name, tally in ways.items():
                    texts[name] += _page(opened, page, name, tally, seen)
            documents, pages, values = documents + 1, pages + len(taken), values + len(printed)
            words += _score(ways, texts, printed, taken) if seen else 0
    return _report(folder, ways, documents, pages, values, words, missed=arguments.missed)


def _opened(path: Path, most_pages: int) -> Iterator[tuple[OpenDocument, list[Page]]]:
    from tiling import DocumentError, PageState
    from tiling.open import open_document

    try:
        with open_document(path, None, source=str(path)) as opened:
            if opened.page_count <= most_pages:
                pages = [opened.page(index) for index in range(opened.page_count)]
                yield opened, [page for page in pages if page.state is PageState.READ]
    except DocumentError as error:
        print(f"{path}: {error.message}", file=sys.stderr)


def _page(opened: OpenDocument, page: Page, name: str, tally: Tally, seen: Seen | None) -> str:
    """The text that OCR finds on the pictures of a page made in this way."""
    from tiling.tile_picture import draw_tile, encode_tile
    from tiling.tokens_patches import Patches

    formula = Patches(factor=28, min_pixels=3136, max_pixels=MAX_PIXELS)
    texts = []
    if name == "whole":
        pixels = opened.render(page.index, longest_side_px=LONGEST_PX)
        size = formula.size(pixels.shape[1], pixels.shape[0])
        tally.tokens += formula.tokens(pixels.shape[1], pixels.shape[0])
        tally.pictures += 1
        texts += [seen.pixels(pixels, size)] if seen else []
    else:
        for tile in _tiles(opened, page, name, formula):
            tally.tokens += tile.tokens
            tally.pictures += 1
            texts += [seen.file(encode_tile(draw_tile(opened, page, tile))[0])] if seen else []
    return "\n".join(texts) + "\n"


def _tiles(opened: OpenDocument, page: Page, name: str, formula: object) -> Sequence[Tile]:
    from tiling.page_tiles import cuts_of
    from tiling.scale import EM_PX
    from tiling.tiles import Budget

    cuts = cuts_of(opened, page)
    if cuts is None:
        return ()
    if name != "tiles":
        wanted = float(name.split()[1])
        cuts = replace(cuts, look=replace(cuts.look, em_pt=cuts.look.em_pt * EM_PX / wanted))
    return cuts.tiles(formula, Budget(request=BUDGET_TOKENS))  # type: ignore[arg-type]


def _score(ways: dict[str, Tally], texts: dict[str, str], printed: Sequence[truths.Value], pages: list[Page]) -> int:
    there = Counter(word.text for page in pages for word in page.words)
    for name, tally in ways.items():
        text = truths.Text(texts[name])
        missed = [value for value in printed if not text.has(value)]
        tally.found += len(printed) - len(missed)
        tally.missed += [str(value) for value in missed]
        tally.words_found += sum((Counter(texts[name].split()) & there).values())
    return there.total()


def _report(
    folder: Path, ways: dict[str, Tally], documents: int, pages: int, values: int, words: int, *, missed: bool
) -> int:
    whole, tiles = ways["whole"], ways["tiles"]
    print(f"{folder}: {documents} documents, {pages} pages, {values} values of the truth that they print")
    for name, tally in ways.items():
        share, a_page = tally.tokens / max(1, whole.tokens), tally.tokens / max(1, pages)
        told = f"  {name:<14} {tally.pictures:>4} pictures  {a_page:6.0f} tokens a page, x {share:.3f}"
        if words:
            told += f"  values {tally.found}/{values}  words {tally.words_found / words:.3f}"
        print(told, flush=True)
    if missed:
        for name, one, other in (("only whole", tiles, whole), ("only tiles", whole, tiles)):
            print(f"  {name}: {list((Counter(one.missed) - Counter(other.missed)).elements())}")
    reached = tiles.tokens <= TARGET * whole.tokens and tiles.found >= whole.found
    print(f"  {'ok  ' if reached else 'MISS'} target: at most x {TARGET}, and as many values found")
    return 0 if reached else 1


if __name__ == "__main__":
    sys.exit(main())
