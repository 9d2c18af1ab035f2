"""Two versions of one text, word by word: which words went and which came."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby

_WORD = re.compile(r"\s*\S+")
LIKE = 0.4
"""Least share of words in common. Below it, marked words would be noise: another text is one whole."""


@dataclass(frozen=True)
class Piece:
    """Part of a text with the blanks before it; ``differs``: the other version does not have it here."""

    text: str
    differs: bool = False


def words_apart(before: str, after: str) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    """Both texts whole, in pieces; of texts that have little in common each is one piece, unmarked."""
    old, new = _WORD.findall(before), _WORD.findall(after)
    # Frequent words of a long text are no anchors (autojunk), which also keeps a hostile text from taking long.
    matcher = SequenceMatcher(None, _keys(old), _keys(new))
    if matcher.ratio() < LIKE:
        return (Piece(before),), (Piece(after),)
    went, came = [False] * len(old), [False] * len(new)
    for how, i, j, k, m in matcher.get_opcodes():
        if how != "equal":
            went[i:j] = [True] * (j - i)
            came[k:m] = [True] * (m - k)
    return _pieces(old, went), _pieces(new, came)


def _keys(words: Sequence[str]) -> list[str]:
    """What is compared: the word, and whether a line begins with it; how many blanks stand before it is nothing."""
    return [("\n" if "\n" in word else "") + word.lstrip() for word in words]


def _pieces(words: Sequence[str], marked: Sequence[bool]) -> tuple[Piece, ...]:
    runs = groupby(zip(words, marked, strict=True), key=lambda pair: pair[1])
    return tuple(Piece("".join(word for word, _ in run), differs) for differs, run in runs)
