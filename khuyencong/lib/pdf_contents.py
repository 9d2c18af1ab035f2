"""What a PDF does by itself or hides, found without trusting its own index.

A reader comes to an object by an index that may name any byte of the file, inside a string or a picture, too. So the
telltale names are looked for in all bytes, and wherever a reader could find an object stream (objects packed into one)
it is unpacked and looked through. Every writer at hand packs them by deflate; whatever else a reader would unpack is
refused rather than understood.
"""

from __future__ import annotations

import re
import zlib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

MAX_UNPACKED = 32 << 20
MAX_LEXED = 16 << 20  # bytes read word by word: beyond it a file is made to tire us
WORD, OBJECT = 64, 16  # bytes that a word, and the place of an object, counts for at least
MAX_HEAD = 120  # of an object: its number and generation, with what stands between
MAX_HEADER = 4096  # of an object stream; usual ones have some hundred bytes
MAX_OBJECT = 64 << 10
MAX_NESTED = 40
MAX_DIGITS = 20
MAX_CHAIN = 20  # actions that follow each other
CHUNK = 64 << 10

_ENDS = b"\\x00\\t\\n\\x0c\\r ()<>\\[\\]{}/%"

_ACTIVE = {"JavaScript", "Launch", "RichMedia", "Rendition", "XFA"}
_SENDING = {"SubmitForm", "ImportData", "GoToR", "GoToE"}
_ATTACHED = {"EmbeddedFile", "EmbeddedFiles", "FileAttachment"}
_LOCK = {"Encrypt"}
_PACKED = {"ObjStm", "First"}  # the type, which readers do not insist on, and a key that no other stream has
_AUTOMATIC = {"OpenAction", "AA"}

_REMEDY = "Hãy in ra PDF (Print to PDF) rồi tải lại."
_LOCKED_SENTENCE = "tệp PDF có mật khẩu hoặc bị khóa. Hãy bỏ khóa rồi tải lại."
_ACTIVE_SENTENCE = f"tệp PDF có mã lệnh hoặc biểu mẫu động. {_REMEDY}"
_SENDING_SENTENCE = f"tệp PDF tự gửi dữ liệu đi hoặc mở tệp khác. {_REMEDY}"
_ATTACHED_SENTENCE = "tệp PDF có tệp khác đính kèm bên trong. Hãy tải từng tệp riêng."
_URI_SENTENCE = f"tệp PDF tự mở trang mạng khi xem. {_REMEDY}"
_ODD_SENTENCE = "tệp PDF nén bất thường. Hãy xuất ra PDF rồi tải lại."


def pdf_fault(data: bytes) -> str | None:
    """Why the PDF is not taken in, as the end of a Vietnamese sentence with what to do; None when it is harmless."""
    try:
        budget = _Budget()
        streams = list(_object_streams(data, budget))
        names = {name for text in (data, *(stream.text for stream in streams)) for name in _telltales(text)}
        for telltales, sentence in (
            (_LOCK, _LOCKED_SENTENCE),
            (_ACTIVE, _ACTIVE_SENTENCE),
            (_SENDING, _SENDING_SENTENCE),
            (_ATTACHED, _ATTACHED_SENTENCE),
        ):
            if names & telltales:
                return sentence
        if names & _AUTOMATIC and _File(data, streams, budget).opens_address():
            return _URI_SENTENCE
    except _Odd:
        return _ODD_SENTENCE
    return None


class _Odd(Exception):
    """Packed or written as no usual writer does."""


class _Broken(Exception):
    """No object of PDF stands here."""


class _Budget:
    """How much is still read word by word, in bytes. Raises _Odd when it is used up."""

    def __init__(self) -> None:
        self.left = MAX_LEXED

    def use(self, size: int) -> None:
        self.left -= size
        if self.left < 0:
            raise _Odd


# -- Names --------------------------------------------------------------------------------------------


def _either_spelling(name: str) -> bytes:
    """A name and its escaped spellings (J#61vaScript) as one pattern."""
    return "".join(f"(?:{char}|(?i:#{ord(char):02x}))" for char in name).encode()


def _pattern(names: set[str]) -> re.Pattern[bytes]:
    """One pattern for many names: a file may hold millions of others, and those must cost nothing."""
    alternatives = b"|".join(
        b"(?P<%s>%s)" % (name.encode(), _either_spelling(name)) for name in sorted(names)
    )
    return re.compile(b"/(?:%s)(?=[%s]|$)" % (alternatives, _ENDS))


_TELLTALE = _pattern(_ACTIVE | _SENDING | _ATTACHED | _LOCK | _AUTOMATIC)
_PACKING = _pattern(_PACKED)
_STARTING = _pattern(_AUTOMATIC)


def _telltales(text: bytes) -> Iterator[str]:
    return (match.lastgroup or "" for match in _TELLTALE.finditer(text))


# -- Words and values ---------------------------------------------------------------------------------

_GAP = rb"(?>[\x00\t\n\x0c\r ]++|%[^\r\n]*+)"
_WORD = re.compile(
    _GAP
    + rb"*+(?:(?P<mark><<|>>|[\[\]{})])|(?P<name>/[^"
    + _ENDS
    + rb"]*)|(?P<hex><[^>]*+>)|(?P<string>\()|(?P<plain>[^"
    + _ENDS
    + rb"]+))"
)
_COMMENT = re.compile(rb"%[^\r\n]*")
_IN_STRING = re.compile(rb"[^()\\]*(?:\\.[^()\\]*)*([()])", re.DOTALL)
_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
_OBJECT = re.compile(rb"(?<!end)obj")


class _Name(str):
    """A name of PDF, unescaped."""


@dataclass(frozen=True)
class _Reference:
    number: int


class _Dictionary(list["tuple[str, _Value]"]):
    """Keys and values as they are written: of a key that stands twice readers take the first or the last."""

    def all(self, key: str) -> list[_Value]:
        return [value for name, value in self if name == key]


_Value = _Name | _Reference | _Dictionary | list["_Value"] | bytes


def _words(data: bytes, start: int, end: int, budget: _Budget) -> Iterator[tuple[str, bytes, int]]:
    """Kind, text and end of each word from ``start``, as a reader that was sent there cuts them."""
    while True:
        match = _WORD.match(data, start, end)
        if match is None:
            budget.use(end - start + WORD)  # so far it was looked for a closing bracket, at most
            return
        kind, text = match.lastgroup or "", match.group(match.lastgroup or 0)
        after = _string_end(data, match.end(), end) if kind == "string" else match.end()
        budget.use(max(after - start, WORD))
        start = after
        yield kind, text, start


def _string_end(data: bytes, start: int, end: int) -> int:
    depth = 1
    while depth:
        match = _IN_STRING.match(data, start, end)
        if match is None:
            return end
        depth += 1 if match.group(1) == b"(" else -1
        start = match.end()
    return start


def _value(words: Iterator[tuple[str, bytes, int]]) -> _Value:
    """The value at which the words begin. Raises _Broken."""
    closings: list[bytes] = []
    opened: list[list[_Value]] = [[]]
    for kind, text, _ in words:
        if text in (b"<<", b"["):
            if len(opened) > MAX_NESTED:
                raise _Broken
            closings.append(b">>" if text == b"<<" else b"]")
            opened.append([])
        elif text in (b">>", b"]"):
            if not closings or closings.pop() != text:
                raise _Broken
            items = opened.pop()
            opened[-1].append(_dictionary(items) if text == b">>" else items)
        elif text == b"R" and len(opened[-1]) >= 2:
            number = _number(opened[-1][-2])
            del opened[-1][-2:]
            opened[-1].append(b"null" if number is None else _Reference(number))
        else:
            opened[-1].append(_Name(_unescaped(text)) if kind == "name" else text)
        if len(opened) == 1 and (closings or not _may_be_reference(opened[0])):
            return opened[0][0]
    if len(opened) == 1 and opened[0]:
        return opened[0][0]
    raise _Broken


def _number(value: _Value) -> int | None:
    return int(value) if isinstance(value, bytes) and value.isdigit() and len(value) < MAX_DIGITS else None


def _may_be_reference(items: list[_Value]) -> bool:
    """Whether "5" or "5 0" may still become "5 0 R"."""
    return len(items) < 3 and all(isinstance(item, bytes) and item.isdigit() for item in items)


def _dictionary(items: list[_Value]) -> _Dictionary:
    """Readers pass over what stands where a key should."""
    found = _Dictionary()
    rest = iter(items)
    for key in rest:
        if isinstance(key, _Name):
            found.append((key, next(rest, b"null")))
    return found


def _unescaped(name: bytes) -> str:
    return _ESCAPED.sub(lambda code: bytes([int(code.group(1), 16)]), name[1:]).decode("latin-1")


# -- Object streams -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class _ObjectStream:
    text: bytes
    first: int
    """Where the first object begins; before it stand pairs of number and place."""

    def objects(self, budget: _Budget) -> Iterator[tuple[int, int]]:
        """Number and place of each object."""
        budget.use(4 * min(self.first, len(self.text)))
        numbers = [_number(word) for word in self.text[: self.first].split()]
        for number, place in zip(numbers[::2], numbers[1::2], strict=False):
            if number is not None and place is not None:
                yield number, self.first + place


def _object_streams(data: bytes, budget: _Budget) -> Iterator[_ObjectStream]:
    """All that a reader could take for an object stream, unpacked. Raises _Odd for what is packed in another way than
    usual writers do."""
    room, seen = MAX_UNPACKED, set()
    for match in _PACKING.finditer(data):
        body = _body_after(data, match.end(), budget)
        if body is None or body in seen:
            continue
        seen.add(body)
        headers = list(_headers(data, match.start(), body, budget))
        if not headers:
            raise _Odd
        for header in headers:
            text = _unpacked(data, body, header, room)
            room -= len(text)
            yield _ObjectStream(text, _first(header))


def _body_after(data: bytes, start: int, budget: _Budget) -> int | None:
    """Where the body begins of the stream in whose dictionary a key ends at ``start``; None when it is none's."""
    depth = 0
    words = _words(data, start, min(len(data), start + MAX_OBJECT), budget)
    for _, text, _ in words:
        depth += (text == b"<<") - (text == b">>")
        if depth < 0:
            _, keyword, end = next(words, ("", b"", 0))
            return end if keyword == b"stream" else None
    if start + MAX_OBJECT < len(data):
        raise _Odd
    return None


def _headers(data: bytes, at: int, body: int, budget: _Budget) -> Iterator[_Dictionary]:
    """Each dictionary that a reader could see before ``body``: from every "obj" before it that leads there. One of them
    may stand in a string, to be read in place of the true one; so all are looked at."""
    for match in _OBJECT.finditer(data, max(0, at - MAX_HEADER), at):
        words = list(_until(_words(data, match.end(), body, budget), body))
        if words and words[-1][1] == b"stream" and words[-1][2] == body:
            try:
                found = _value(iter(words[:-1]))
            except _Broken:
                continue
            if isinstance(found, _Dictionary):
                yield found


def _until(words: Iterator[tuple[str, bytes, int]], end: int) -> Iterator[tuple[str, bytes, int]]:
    for word in words:
        yield word
        if word[2] >= end:
            return


def _first(header: _Dictionary) -> int:
    found = header.all("First")
    if not found:
        return 0
    first = _number(found[0])
    if first is None or len(found) > 1:
        raise _Odd
    return first


def _unpacked(data: bytes, body: int, header: _Dictionary, room: int) -> bytes:
    """The objects, at most ``room`` bytes: stored as they are, or deflated and nothing more."""
    filters = header.all("Filter")
    flat = [each for value in filters for each in _listed(value)]
    if len(filters) > 1 or flat not in ([], [_Name("FlateDecode")]) or _is_predicted(header):
        raise _Odd
    try:
        return _inflated(data, body, room)
    except zlib.error:
        if flat:
            raise _Odd from None
        return b""  # it stands in the open and was looked at there


def _inflated(data: bytes, body: int, room: int) -> bytes:
    """What was deflated, to its own end, wherever the file says that the stream ends. Raises zlib.error."""
    while body < len(data) and data[body] in b"\t\n\r ":
        body += 1
    unpacking, text = zlib.decompressobj(), bytearray()
    while body < len(data) and not unpacking.eof:
        text += unpacking.decompress(data[body : body + CHUNK], room + 1 - len(text))
        if len(text) > room:
            raise _Odd
        body += CHUNK
    return bytes(text)


def _is_predicted(header: _Dictionary) -> bool:
    """Whether the bytes were changed before they were deflated."""
    return any(key in ("DecodeParms", "DP") and value not in (b"null", []) for key, value in header)


# -- What opens by itself -----------------------------------------------------------------------------


class _File:
    """The objects of a file by number, with all that stood under it: readers differ in which they take."""

    def __init__(self, data: bytes, streams: list[_ObjectStream], budget: _Budget) -> None:
        self.data, self.streams, self.budget = data, streams, budget
        self.packed: dict[int, list[tuple[bytes, int]]] = defaultdict(list)
        for stream in streams:
            for number, place in stream.objects(budget):
                self.packed[number].append((stream.text, place))

    def opens_address(self) -> bool:
        """Whether an action that nobody clicked (on opening, on turning a page …) leads to an address."""
        actions: list[_Value] = []
        triggers: list[_Value] = []
        for text in (self.data, *(stream.text for stream in self.streams)):
            for match in _STARTING.finditer(text):
                (actions if match.lastgroup == "OpenAction" else triggers).append(self._at(text, match.end()))
        actions += [value for each in (*triggers, *self._meant(triggers)) for _, value in _pairs(each)]
        for _ in range(MAX_CHAIN):
            if not actions:
                return False
            entries = [entry for each in (*actions, *self._meant(actions)) for entry in _pairs(each)]
            if any(key == "URI" or (key == "S" and _may_lead_out(value)) for key, value in entries):
                return True
            actions = [each for key, value in entries if key == "Next" for each in _listed(value)]
        raise _Odd

    def _meant(self, values: list[_Value]) -> list[_Value]:
        """All that the references among the values may mean, in one look through the file. Raises _Odd for one that
        leads nowhere."""
        numbers = {value.number for value in values if isinstance(value, _Reference)}
        if not numbers:
            return []
        places = [(number, place) for number in numbers for place in self.packed.get(number, [])]
        for match in _OBJECT.finditer(self.data):
            self.budget.use(OBJECT)
            before = _COMMENT.sub(b" ", self.data[max(0, match.start() - MAX_HEAD) : match.start()])
            head = before.replace(b"\0", b" ").split()[-2:]
            if len(head) == 2 and _number(head[0]) in numbers:
                places.append((int(head[0]), (self.data, match.end())))
        if numbers != {number for number, _ in places}:
            raise _Odd
        return [self._at(*place) for _, place in places]

    def _at(self, text: bytes, place: int) -> _Value:
        try:
            return _value(_words(text, place, min(len(text), place + MAX_OBJECT), self.budget))
        except _Broken:
            return b"null"


def _may_lead_out(kind: _Value) -> bool:
    return kind == "URI" or isinstance(kind, _Reference)


def _pairs(value: _Value) -> list[tuple[str, _Value]]:
    return list(value) if isinstance(value, _Dictionary) else []


def _listed(value: _Value) -> list[_Value]:
    """The parts of an array; of anything else the value itself."""
    return list(value) if isinstance(value, list) and not isinstance(value, _Dictionary) else [value]
