"""The loss ledger of an export: each item of each layer is exported, truncated or dropped, with the reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from standoff.model import ITEM_LISTS, Annotations

DOCUMENTS = "documents"
"""The layer under which a document itself stands: what is said of it as a whole."""

WITHHELD = "text withheld"
DANGLING = "dangling after a drop"


class Loss(NamedTuple):
    """One item that is not in an export, or not whole. `fate` is `truncated` or `dropped`."""

    fate: str
    layer: str
    reason: str
    doc_id: str
    annotator: str
    item: str


@dataclass(slots=True)
class Ledger:
    """What became of every item: `total` counts the items a layer, `losses` names those that are not whole."""

    total: Counter[str] = field(default_factory=Counter)
    losses: list[Loss] = field(default_factory=list)

    def enter(self, annotations: Annotations) -> None:
        """Count the items of a document, and the document."""
        self.total[DOCUMENTS] += 1
        self.total.update({layer: len(getattr(annotations, layer)) for layer in ITEM_LISTS})

    def lose(self, annotations: Annotations, fate: str, layer: str, reason: str, item: str = "") -> None:
        """Note a loss; an item that is truncated for several reasons, or then dropped, stands here once."""
        self.losses.append(Loss(fate, layer, reason, annotations.doc_id, annotations.annotator, item))

    def drop(self, annotations: Annotations, layer: str, reason: str, items: Iterable[str]) -> None:
        """Note that items are not in the export."""
        for item in items:
            self.lose(annotations, "dropped", layer, reason, item)

    def drop_all(self, annotations: Annotations, reason: str) -> None:
        """Note that a document, which is entered already, is not in the export, and nothing of it."""
        self.lose(annotations, "dropped", DOCUMENTS, reason)
        for layer in ITEM_LISTS:
            self.drop(annotations, layer, reason, [item.id for item in getattr(annotations, layer)])

    def lose_empty_layers(self, annotations: Annotations) -> None:
        """Note that an export cannot say of a layer without items that somebody looked and found none."""
        if any(not getattr(annotations, layer) for layer in annotations.layers or ()):
            self.lose(annotations, "truncated", DOCUMENTS, "not expressible: that nothing was found in a layer")

    def settled(self) -> list[Loss]:
        """Return one loss an item: the reasons of a truncated one together, a dropped one as dropped alone."""
        found: dict[tuple[str, str, str, str], Loss] = {}
        for loss in self.losses:
            key = (loss.layer, loss.doc_id, loss.annotator, loss.item)
            earlier = found.get(key)
            if earlier is None or (earlier.fate, loss.fate) == ("truncated", "dropped"):
                found[key] = loss
            elif earlier.fate == loss.fate == "truncated" and loss.reason not in earlier.reason.split("; "):
                found[key] = earlier._replace(reason=f"{earlier.reason}; {loss.reason}")
        return list(found.values())

    def counts(self) -> dict[str, dict[str, int]]:
        """Return items, exported, truncated and dropped ones a layer; the last three sum to the first."""
        fates = Counter((loss.layer, loss.fate) for loss in self.settled())
        rows = {}
        for layer in (DOCUMENTS, *ITEM_LISTS):
            items, truncated, dropped = self.total[layer], fates[layer, "truncated"], fates[layer, "dropped"]
            if items or layer == DOCUMENTS:
                kept = items - truncated - dropped
                rows[layer] = {"items": items, "exported": kept, "truncated": truncated, "dropped": dropped}
        return rows

    def reasons(self) -> dict[tuple[str, str, str], list[Loss]]:
        """Return the losses by layer, fate and reason, in the order of the layers, most frequent reason first."""
        groups: dict[tuple[str, str, str], list[Loss]] = {}
        for loss in self.settled():
            groups.setdefault((loss.layer, loss.fate, loss.reason), []).append(loss)
        order = {layer: number for number, layer in enumerate((DOCUMENTS, *ITEM_LISTS))}
        return dict(sorted(groups.items(), key=lambda each: (order[each[0][0]], each[0][1], -len(each[1]), each[0][2])))

    def share(self) -> tuple[int, int]:
        """Return how many items are lost, and how many there are."""
        return len(self.settled()), sum(self.total.values())

    def as_json(self, form: str) -> dict[str, Any]:
        """Return all of it for a JSON file."""
        losses = [
            {"layer": layer, "fate": fate, "reason": reason, "count": len(found), "items": [
                {"doc_id": loss.doc_id, "annotator": loss.annotator, "id": loss.item} for loss in found
            ]}
            for (layer, fate, reason), found in self.reasons().items()
        ]  # fmt: skip
        return {"format": form, "layers": self.counts(), "losses": losses}
