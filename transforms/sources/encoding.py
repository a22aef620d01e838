"""The encoding of a text file: found from its bytes, and the file decoded without ever failing."""

import codecs
import re
from dataclasses import dataclass
from itertools import islice

import charset_normalizer
import ftfy.bad_codecs  # noqa: F401  (registers sloppy-windows-1252, which knows all 256 bytes)

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# In order of likelihood in French exports: Windows, Unix with the euro sign, old Mac, old DOS.
_SINGLE_BYTE = {
    "cp1252": "sloppy-windows-1252",
    "iso-8859-15": "iso-8859-15",
    "mac-roman": "mac-roman",
    "cp850": "cp850",
}
_FRENCH = frozenset("éèêëàâäçîïôöùûüœÉÈÊËÀÂÄÇÎÏÔÖÙÛÜŒ€°«»’–…²\xa0")
_FOREIGN = frozenset("ñáíóúãõßÁÑÓåøæÆ·—“”‘®")
_MULTIBYTE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]")
_ASCII = bytes(range(32, 127))
_HIGH = re.compile(rb"[\x80-\xff]+")
# Read in a wrong encoding of wide characters, a text has no line breaks left.
_BREAK = re.compile("[\r\n]")
_MARKED = {"utf-8-sig": "UTF-8", "utf-16": "UTF-16", "utf-32": "UTF-32"}
# How French a text must look; German still does, Greek or Cyrillic read as western letters does not.
_SURE, _LIKELY = 0.75, 0.5
_SAMPLE = 200_000
_ENOUGH = 5_000


@dataclass(frozen=True)
class Decoded:
    """A decoded file: its text, the encoding as people know it, and what had to be done (French)."""

    text: str
    encoding: str
    notes: tuple[str, ...] = ()


def decode(data: bytes) -> Decoded:
    """The text of `data`; never fails, because every byte means something in the last resort.

    A byte-order mark decides; then valid UTF-8; then UTF-8 with a few foreign bytes; then the single-byte
    encoding whose letters look most like French; other alphabets are left to charset-normalizer.
    """
    decoded = _by_mark(data) or _unmarked_utf16(data) or _utf8(data) or _single_byte(data)
    if "\0" not in decoded.text:
        return decoded
    count = decoded.text.count("\0")
    note = f"Le fichier contient {count} caractère(s) NUL, retiré(s) à la lecture."
    return Decoded(decoded.text.replace("\0", ""), decoded.encoding, (*decoded.notes, note))


def _by_mark(data: bytes) -> Decoded | None:
    for mark, name in _BOMS:
        if data.startswith(mark):
            found = _marked(data, name, data[len(mark) :])
            if found.encoding == name.removesuffix("-sig"):
                return Decoded(found.text, name, found.notes)
            note = f"La marque du fichier annonce {_MARKED[name]}, mais ses octets sont en {found.encoding}."
            return Decoded(
                found.text, f"{found.encoding} (malgré une marque {_MARKED[name]})", (note, *found.notes)
            )
    return None


def _marked(data: bytes, name: str, rest: bytes) -> Decoded:
    """What follows a mark, as the mark says or, where that leaves no line break at all, as the bytes say."""
    if name == "utf-8-sig":
        return _unmarked_utf16(rest) or _utf8(rest) or _single_byte(rest)
    announced = data.decode(name, errors="replace")
    if _BREAK.search(announced):
        return Decoded(announced, name)
    others = (_unmarked_utf16(rest), _utf8(rest) or _single_byte(rest))
    broken = (found for found in others if found is not None and _BREAK.search(found.text))
    return next(broken, Decoded(announced, name))


def _unmarked_utf16(data: bytes) -> Decoded | None:
    """UTF-16 without its mark: every other byte of western text is NUL."""
    sample = data[:4000]
    if len(sample) < 8 or sample.count(0) < len(sample) * 0.4:
        return None
    name = "utf-16-le" if sample[1::2].count(0) > sample[::2].count(0) else "utf-16-be"
    return Decoded(data.decode(name, errors="replace"), name)


def _utf8(data: bytes) -> Decoded | None:
    try:
        return Decoded(data.decode("utf-8"), "utf-8")
    except UnicodeDecodeError:
        pass
    # Sequences lie within runs of high bytes, which are few and quickly found.
    high = b" ".join(_HIGH.findall(data))
    rest, sequences = _MULTIBYTE.subn(b"", high)
    foreign = len(rest) - rest.count(b" ")
    # A cp1252 text has hardly any bytes that are UTF-8 by chance; a patched-up UTF-8 file has mostly such.
    if sequences <= foreign:
        return None
    note = f"Le fichier mêle deux encodages : {foreign} octet(s) hors UTF-8 ont été lus en cp1252."
    return Decoded(data.decode("utf-8", errors="alliage_cp1252"), "utf-8", (note,))


def _single_byte(data: bytes) -> Decoded:
    # Cells that are UTF-8 by themselves (mojibake to be) say nothing about the rest.
    sample = _MULTIBYTE.sub(b"", data[:_SAMPLE])
    fits = {name: _frenchness(sample.decode(codec, errors="replace")) for name, codec in _SINGLE_BYTE.items()}
    best = max(fits, key=fits.__getitem__)
    if fits[best] >= _SURE:
        return Decoded(data.decode(_SINGLE_BYTE[best], errors="replace"), best)
    guess = charset_normalizer.from_bytes(data[:20_000]).best() if fits[best] < _LIKELY else None
    name = guess.encoding if guess is not None and _keeps_ascii(guess.encoding) else best
    note = (
        f"Encodage incertain : lu en {name}. Vérifier les lettres accentuées, ou refaire l'export en UTF-8."
    )
    return Decoded(data.decode(_SINGLE_BYTE.get(name, name), errors="replace"), name, (note,))


def _keeps_ascii(encoding: str) -> bool:
    """Whether plain letters mean themselves, as they do in every export that can be guessed."""
    return _ASCII.decode(encoding, errors="replace") == _ASCII.decode("ascii")


def _frenchness(text: str) -> float:
    """The share of the non-ASCII characters that stand where French has them; 1 when there is none."""
    found = [match.start() for match in islice(_BEYOND_ASCII.finditer(text), _ENOUGH)]
    return sum(_belongs(text, at) for at in found) / len(found) if found else 1.0


def _belongs(text: str, at: int) -> float:
    """How well one character fits; a capital after a small letter, as in « SociÇtÇ », does not."""
    character = text[at]
    if character.isupper() and at and text[at - 1].islower():
        return 0.0
    return 1.0 if character in _FRENCH else 0.5 * (character in _FOREIGN)


def _as_cp1252(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeDecodeError)
    wrong = error.object[error.start : error.end]
    return wrong.decode("sloppy-windows-1252"), error.end


codecs.register_error("alliage_cp1252", _as_cp1252)
