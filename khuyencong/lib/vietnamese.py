"""Vietnamese text: normal form, search and sort columns, slugs.

The embedded PostgreSQL knows no Vietnamese collation and no `unaccent`, so what is searched or sorted
is stored beside the text in columns filled by `fold`, `sort_key` and `given_name_key`.
"""

import re
import unicodedata

_LETTERS = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
# From 0x50 on: behind the digits, and all of it ASCII.
_LETTER_RANK = {letter: chr(0x50 + rank) for rank, letter in enumerate(_LETTERS)}
_LETTER_MARKS = frozenset("\u0306\u0302\u031b")  # breve, circumflex, horn: they make another letter
_TONE_RANK = {"\u0300": "1", "\u0309": "2", "\u0303": "3", "\u0301": "4", "\u0323": "5"}
_NO_TONE, _LOWER, _UPPER = "0", "0", "1"
_SPACE = "#"  # below the digits: "Hà Nội" before "Hàm"
_NEXT_LEVEL = "!"  # below everything else, so that the shorter word comes first
_NEXT_KEY = " "  # below _NEXT_LEVEL


def nfc(text: str) -> str:
    """The one form in which text is stored; files and names from macOS arrive decomposed (NFD)."""
    return unicodedata.normalize("NFC", text)


def fold(text: str) -> str:
    """What a search compares: lower case, no marks, đ as d, runs of white space as one blank.

    "Hòa" and "Hoà" fold alike, and so does "hoa" typed on a keyboard without Vietnamese.
    """
    decomposed = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    bare = "".join(char for char in decomposed if not unicodedata.combining(char))
    return " ".join(bare.split())


def sort_key(text: str) -> str:
    """ASCII key whose byte order is the Vietnamese dictionary's: by letters, then tones, then case.

    Punctuation and signs of other scripts don't count. For a column declared with `db_collation="C"`:
    any other collation of the database would weigh the key's own signs.
    """
    letters, tones, cases = [], [], []
    for base, marks in _characters(text):
        letter = nfc(base.lower() + "".join(mark for mark in marks if mark in _LETTER_MARKS))
        if letter in _LETTER_RANK:
            letters.append(_LETTER_RANK[letter])
            tones.append(next((_TONE_RANK[mark] for mark in marks if mark in _TONE_RANK), _NO_TONE))
            cases.append(_LOWER if base == base.lower() else _UPPER)
        elif base.isdecimal() or base.isspace():
            letters.append(str(unicodedata.decimal(base)) if base.isdecimal() else _SPACE)
            tones.append(_NO_TONE)
            cases.append(_LOWER)
    return _NEXT_LEVEL.join("".join(level) for level in (letters, tones, cases))


def given_name_key(full_name: str) -> str:
    """Key for lists of people: by given name, the last word, then by family and middle name.

    Byte order, as `sort_key`.
    """
    *others, given = full_name.split() or [""]
    return sort_key(given) + _NEXT_KEY + sort_key(" ".join(others))


def slugify_vi(text: str) -> str:
    """Lower-case ASCII letters and digits joined by hyphens: "Bà Rịa - Vũng Tàu" as "ba-ria-vung-tau"."""
    return re.sub(r"[^a-z0-9]+", "-", fold(text)).strip("-")


def _characters(text: str) -> list[tuple[str, list[str]]]:
    """Each base character with the marks that stand on it."""
    characters: list[tuple[str, list[str]]] = []
    for char in unicodedata.normalize("NFD", text):
        if unicodedata.combining(char) and characters:
            characters[-1][1].append(char)
        else:
            characters.append((char, []))
    return characters


def in_a_sentence(label: str) -> str:
    """A label as it goes on within a sentence: "Chứng từ Kho bạc" as "chứng từ Kho bạc"."""
    return label[:1].lower() + label[1:]
