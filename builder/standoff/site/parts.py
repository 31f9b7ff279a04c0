"""A version of a document -> the parts that its page is cut into, so that no page grows beyond its bound."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field

from standoff.site.items import Card
from standoff.site.layout import Block

_CHARACTER, _SEGMENT, _TAG = 3, 70, 150


@dataclass(slots=True)
class Part:
    """What stands on one page: blocks of text, and the cards of the items in it, a list each layer."""

    number: int
    blocks: list[Block] = field(default_factory=list)
    cards: dict[str, list[Card]] = field(default_factory=dict)

    @property
    def span(self) -> tuple[int, int]:
        """The first and last offset of its text."""
        return (self.blocks[0].start, self.blocks[-1].end) if self.blocks else (0, 0)


def cut(blocks: Sequence[Block], cards: Sequence[Card], budget: int) -> list[Part]:
    """Pack blocks, each with the cards that belong into it, into parts of about `budget` bytes.

    A card without a place stands on the first part. The cards of one block may fill several parts, of which only the
    first has the block.
    """
    by_block = _by_block(blocks, cards)
    parts = [Part(1)]
    left = budget
    for number in range(max(len(blocks), 1)):
        block = blocks[number] if blocks else None
        cost = _cost(block) if block else 0
        needed = cost + sum(card.cost for card in by_block[number])
        if parts[-1].blocks and needed > left:
            parts.append(Part(len(parts) + 1))
            left = budget
        if block:
            parts[-1].blocks.append(block)
            left -= cost
        for card in by_block[number]:
            if card.cost > left and (parts[-1].cards or parts[-1].blocks):
                parts.append(Part(len(parts) + 1))
                left = budget
            parts[-1].cards.setdefault(card.layer, []).append(card)
            left -= card.cost
    return parts


def _by_block(blocks: Sequence[Block], cards: Sequence[Card]) -> list[list[Card]]:
    starts = [block.start for block in blocks]
    found: list[list[Card]] = [[] for _ in blocks] or [[]]
    for card in cards:
        number = max(bisect_right(starts, card.place or 0) - 1, 0)
        found[number].append(card)
    return found


def _cost(block: Block) -> int:
    tags = sum(len(segment.tags) for segment in block.segments)
    marks = sum(len(segment.marks) for segment in block.segments)
    if not block.segments:
        return 0
    return (block.end - block.start) * _CHARACTER // 2 + len(block.segments) * _SEGMENT + tags * _TAG + marks * 8 + 60
