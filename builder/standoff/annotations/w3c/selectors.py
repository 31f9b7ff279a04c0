"""The selectors of a target of a Web Annotation -> where in a plain text it is: offsets, a quote, or both.

The model counts positions in code points; tools count UTF-16 units, too, so a quote beside a position proves it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from standoff.annotations.w3c.model import listed, types
from standoff.model import Quote

_NOT_TEXT = {"SvgSelector": "a region of an image", "DataPositionSelector": "bytes of a file"}
_MEDIA = ("xywh=", "t=", "track=", "npt:")
_REFINED = 50


class NotText(ValueError):
    """A selector selects something else than text: a region, bytes, a time."""


class Unfollowable(ValueError):
    """A selector names a place that cannot be found in a plain text, or several disagree."""


@dataclass(slots=True)
class Anchor:
    """A place in the text as selectors give it: offsets in the tool's unit, a quote, or both, which must agree."""

    position: tuple[int, int] | None = None
    quote: Quote | None = None


def anchor(selectors: Any) -> Anchor:
    """Return the place that alternative selectors give together.

    Raises NotText or Unfollowable where none of them can be followed in a plain text, or two contradict each other.
    """
    found = Anchor()
    reasons: list[ValueError] = []
    for selector in listed(selectors):
        try:
            one = _one(selector, 0)
        except (NotText, Unfollowable) as error:
            reasons.append(error)
            continue
        for name in ("position", "quote"):
            ours, theirs = getattr(found, name), getattr(one, name)
            if ours is not None and theirs is not None and ours != theirs:
                said = f"{_said(ours)} and {_said(theirs)}"
                raise Unfollowable(f"two selectors of one target contradict each other: {said}")
            setattr(found, name, ours if theirs is None else theirs)
    if found.position is None and found.quote is None:
        raise next((reason for reason in reasons if isinstance(reason, Unfollowable)), reasons[0])
    return found


def _said(place: Any) -> str:
    return repr(place.exact) if isinstance(place, Quote) else f"{place[0]}-{place[1]}"


def _one(selector: Any, depth: int) -> Anchor:
    if not isinstance(selector, dict):
        raise Unfollowable(f"the selector {selector!r} lies elsewhere, and nothing is fetched")
    kind = next(iter(types(selector)), "")
    place = _plain(selector, kind)
    inner = selector.get("refinedBy")
    if inner is None:
        if place is None:
            what = kind or "a selector without a type"
            raise Unfollowable(f"{what} names a place in the markup of a page, not in its text")
        return place
    if depth > _REFINED:
        raise Unfollowable(f"selectors refine each other more than {_REFINED} times")
    refined = [_one(each, depth + 1) for each in listed(inner)]
    return _refined(place, refined[0] if refined else Anchor())


def _plain(selector: dict[str, Any], kind: str) -> Anchor | None:
    """Return the place of a selector without its refinement, None where it is one in markup."""
    if kind == "TextPositionSelector":
        return Anchor((selector["start"], selector["end"]))
    if kind == "TextQuoteSelector":
        return Anchor(None, Quote(selector["exact"], None, selector.get("prefix", ""), selector.get("suffix", "")))
    if kind == "RangeSelector":
        return _range(selector)
    if kind in _NOT_TEXT:
        raise NotText(f"{kind} selects {_NOT_TEXT[kind]}, no text")
    value = str(selector.get("value", ""))
    if kind == "FragmentSelector" and value.startswith(_MEDIA):
        raise NotText(f"the fragment {value!r} is of an image, a sound or a film")
    return None


def _range(selector: dict[str, Any]) -> Anchor | None:
    """Return the place from the start of the first selector to the start of the second, which is exclusive."""
    first, last = (_one(selector[key], 0) for key in ("startSelector", "endSelector"))
    if first.position is not None and last.position is not None:
        return Anchor((first.position[0], last.position[0]))
    if first.quote is None or last.quote is None:
        raise Unfollowable("a RangeSelector from a position to a quote; give it two of one kind")
    return Anchor(None, replace(first.quote, until=last.quote))


def _refined(outer: Anchor | None, inner: Anchor) -> Anchor:
    """Return a place within another one. In a place of the markup only a quote can be found."""
    if inner.quote is not None and (outer is None or outer.quote is None):
        return Anchor(None, inner.quote)
    if outer is None or (inner.position is None and inner.quote is None):
        raise Unfollowable("a position counts from a place in the markup of a page")
    if outer.position is not None and inner.position is not None:
        start = outer.position[0]
        return Anchor((start + inner.position[0], start + inner.position[1]))
    whole = outer.quote or Quote("")
    exact = whole.exact or ""
    start, end = inner.position or _within(exact, inner.quote or Quote(""))
    return Anchor(None, Quote(exact[start:end], None, whole.prefix + exact[:start], exact[end:] + whole.suffix))


def _within(exact: str, inner: Quote) -> tuple[int, int]:
    found = f"{inner.prefix}{inner.exact}{inner.suffix}"
    if exact.count(found) == 1:
        start = exact.index(found) + len(inner.prefix)
        return start, start + len(inner.exact or "")
    raise Unfollowable(f"the quote {inner.exact!r} stands {exact.count(found)} times in the quote that it refines")
