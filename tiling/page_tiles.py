"""The tiles that a page gets: the same ones that `extract plan` counts and that are sent to a model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tiling.page import PageState
from tiling.scale import look_at
from tiling.table_rows import tables_of
from tiling.tiles import tiles_of

if TYPE_CHECKING:
    from tiling.open import OpenDocument
    from tiling.page import Page
    from tiling.scale import Look
    from tiling.tile import Tile
    from tiling.tiles import Budget
    from tiling.tokens import Formula


@dataclass(frozen=True, slots=True, kw_only=True)
class PageCuts:
    """Where a page may be cut; worked out once, whatever the number of models."""

    page: Page
    look: Look

    def tiles(self, formula: Formula, budget: Budget) -> tuple[Tile, ...]:
        """The tiles from above to below; BudgetError where no picture of the page is within the budget."""
        tiles = tiles_of(self.page.index, self.look, formula, budget)
        if len(tiles) == 1:
            return tiles  # nothing is cut: where tables are does not matter
        tables = tables_of(self.page)
        return tiles_of(self.page.index, self.look, formula, budget, headings=tables.headings, whole=tables.rows)


def cuts_of(opened: OpenDocument, page: Page) -> PageCuts | None:
    """Where the page (the one last taken from `opened`, which makes it cheap) may be cut; None where it is blank."""
    look = None if page.state is PageState.BLANK else look_at(opened, page)
    return None if look is None else PageCuts(page=page, look=look)


def tiles_of_page(opened: OpenDocument, page: Page, formula: Formula, budget: Budget) -> tuple[Tile, ...]:
    """The tiles of a page, none where nothing is printed on it; BudgetError where no picture is within the budget."""
    cuts = cuts_of(opened, page)
    return () if cuts is None else cuts.tiles(formula, budget)
