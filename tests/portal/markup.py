"""Reading pages the way their readers do: texts, links, rows, and what the policy forbids."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

_VOID = {
    "meta",
    "link",
    "input",
    "br",
    "img",
    "circle",
    "rect",
    "line",
    "path",
    "polygon",
    "polyline",
}


@dataclass
class Page(HTMLParser):
    """A parsed page."""

    ids: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    forbidden: list[str] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)
    heads: list[str] = field(default_factory=list)
    open_tags: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.forbidden += [f"{tag} {n}" for n in found if n == "style" or n.startswith("on")]
        if tag == "style" or (tag == "script" and "src" not in found):
            self.forbidden.append(tag)
        self.forbidden += [
            f"{tag} {n}={v}" for n, v in attrs
            if n in ("href", "src", "action") and v and not v.startswith(("/", "#", "?"))
        ]  # fmt: skip
        if found.get("id"):
            self.ids.append(str(found["id"]))
        if tag == "a" and found.get("href"):
            self.links.append(str(found["href"]))
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th") and self.rows:
            self.rows[-1].append("")
        if tag in ("h1", "h2") and "nav" not in self.open_tags:
            self.heads.append("")
        if tag not in _VOID:
            self.open_tags.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in _VOID:
            assert self.open_tags.pop() == tag, f"</{tag}> closes something else"

    def handle_data(self, data: str) -> None:
        text = " ".join(data.split())
        if not text:
            return
        self.texts.append(text)
        if self.open_tags and self.rows and any(t in self.open_tags for t in ("td", "th")):
            self.rows[-1][-1] = (self.rows[-1][-1] + " " + text).strip()
        inside = any(t in self.open_tags for t in ("h1", "h2"))
        if inside and "nav" not in self.open_tags:
            self.heads[-1] = (self.heads[-1] + " " + text).strip()

    @property
    def text(self) -> str:
        """All text of the page."""
        return " ".join(self.texts)

    def row(self, first: str) -> list[str]:
        """The cells of the first row that begins with a text."""
        return next(cells for cells in self.rows if cells and cells[0] == first)


def parse(html: str) -> Page:
    """A page whose tags nest as they should."""
    page = Page()
    page.feed(html)
    page.close()
    assert not page.open_tags, page.open_tags
    return page
