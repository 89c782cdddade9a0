"""Reading a list by page numbers while it changes: again, until nothing was passed over.

When a record leaves such a list, those behind it move up by one, and the first of the next page is
never seen. No answer tells. So a list of several pages is read until a whole pass brings no record
that the passes before had not. Each pass has pages of another size, so that what one boundary hides
another shows. Records that are younger than the read do not count: the next read finds them.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator

from connectors.http import HttpError

_MOST = 6


class Passes:
    """The passes of one read; iterating gives the page size of each.

    Args:
        where: names the list, in messages.
        page_size: rows asked for in one page.
    """

    def __init__(self, where: str, page_size: int) -> None:
        self._where = where
        self._page_size = page_size
        self._seen: set[Hashable] = set()
        self._new = self._pages = 0

    def __iter__(self) -> Iterator[int]:
        """Page sizes, one for each pass.

        Raises:
            HttpError: after many passes there still are records not seen before.
        """
        for number in range(_MOST):
            self._new = self._pages = 0
            yield max(1, self._page_size - number)
            if self._pages <= 1 or (number and not self._new):
                return
        raise HttpError(
            f"The list kept shifting through {_MOST} passes",
            where=self._where,
            remedy="Run again at a quieter hour; what was landed stays.",
        )

    def page(self, keys: Iterable[Hashable]) -> None:
        """Note a page of the pass under way.

        Args:
            keys: of its records that were there before the read began.
        """
        found = set(keys) - self._seen
        self._seen |= found
        self._new += len(found)
        self._pages += 1
