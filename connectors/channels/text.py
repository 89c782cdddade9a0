"""Card texts for vendors: cut to size, and with nothing that their markdown would act on."""

from __future__ import annotations

from connectors.channels.messages import Card

#: What begins a link, a mention, a picture, bold text or a tag stands in its full-width form.
_LOOKALIKE = str.maketrans("*_[]<>`~|#\\", "＊＿［］＜＞｀～｜＃＼")
_CUT = "…"


def harmless(text: str) -> str:
    """A text that markdown shows as it is."""
    return text.translate(_LOOKALIKE)


def cut(text: str, most_bytes: int) -> str:
    """A text of at most so many bytes of UTF-8; a cut one ends in …"""
    encoded = text.encode()
    if len(encoded) <= most_bytes:
        return text
    room = most_bytes - len(_CUT.encode())
    return encoded[: max(0, room)].decode(errors="ignore") + _CUT


def markdown(card: Card, most_bytes: int) -> str:
    """A card as simple markdown: a heading, lines, a link, which survives any cutting."""
    colon = "：" if card.language == "zh" else ": "
    body = [harmless(text) for text in card.paragraphs]
    body += [f"> {harmless(line.label)}{colon}{harmless(line.value)}" for line in card.lines]
    link = f"\n\n[{harmless(card.link_text) or card.link}]({card.link})" if card.link else ""
    head = f"### {harmless(card.title)}\n\n"
    room = most_bytes - len(head.encode()) - len(link.encode())
    return head + cut("\n\n".join(body), room) + link
