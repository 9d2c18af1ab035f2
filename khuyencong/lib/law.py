"""Names of legal texts in full. Tables and data keep the short ones, which a developer reads at a glance; a user is
told "Thông tư 36/2013/TT-BCT", as papers cite it."""

from __future__ import annotations

import re

TEXTS = {
    ("N", "NĐ"): {
        "30/2020": "Nghị định 30/2020/NĐ-CP",
        "45/2012": "Nghị định 45/2012/NĐ-CP",
        "235/2025": "Nghị định 235/2025/NĐ-CP",
    },
    ("T", "TT"): {
        "26/2014": "Thông tư 26/2014/TT-BCT",
        "36/2013": "Thông tư 36/2013/TT-BCT",
        "46/2012": "Thông tư 46/2012/TT-BCT",
        "28/2018": "Thông tư 28/2018/TT-BTC",
    },
    ("L", "TTLT"): {
        "16/2011": "Thông tư liên tịch 16/2011/TTLT-BCT-BNV",
        "26/2014": "Thông tư liên tịch 26/2014/TTLT-BTC-BCT",
    },
}
"""Letter of the tables, abbreviation of the offices → number and year → name (as the texts call themselves)."""

_NAMES = {
    short: full
    for (letter, kind), texts in TEXTS.items()
    for number, full in texts.items()
    for short in (f"{kind} {number}", f"{letter}{number.split('/')[0]}")
}
# T26 and T28 are activities, too: only "T28 điều …" is a text. What already goes on ("45/2012/NĐ-CP") gets no
# second ending.
_SHORT = re.compile(
    r"(?<![\w/])(?P<name>(?:NĐ|TTLT|TT) \d+/\d{4}|[NL]\d+|T(?:36|46)|T\d+(?= điều))(?P<ending>/[\wĐ-]+)?(?![\w/])"
)


def in_full(text: str) -> str:
    """``text`` with the legal texts that it cites called by name: "T36 điều 8.3" as "Thông tư 36/2013/TT-BCT điều 8.3";
    what is not known stays as it is."""
    return _SHORT.sub(lambda found: _NAMES.get(found["name"], found[0]), text)
