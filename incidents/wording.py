"""Counts read out of words, English or Arabic, as proposals for a person to take or leave.

"at least four", "أربعة على الأقل", "some 200", "بين ٢١ و٢٣" and "dozens" are recognised; nothing is ever recorded
from here by itself. Pure: the words of the coding rules are given by the caller.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from incidents.counts import LARGEST, Quantifier, Stance

MOST = 4
"""How many proposals a text gives at most."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A count that words may mean: a quantifier with its numbers as stated, and the words it was read from."""

    quantifier: Quantifier
    first: int | None
    second: int | None
    words: str
    stance: Stance = Stance.ASSERTS
    coding_rule: str | None = None


_FOLDED = str.maketrans("أإآٱىة", "اااايه")
_TOKEN = re.compile(
    r"\d+[.,٫]\d{1,2}(?!\d)|\d+:\d+|\d+ ?[%٪]|\d{1,3}(?:[,٬'’ \u00a0\u202f]\d{3})+(?!\d)|\d+|[^\W\d_]+|[+–—-]",
    re.UNICODE,
)
_DASHES = frozenset("–—-")

_UNITS = {
    "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16,
    "seventeen": 17, "eighteen": 18, "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50,
    "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90, "dozen": 12,
    "صفر": 0, "واحد": 1, "واحده": 1, "احد": 1, "احدي": 1, "اثنان": 2, "اثنين": 2, "اثنتان": 2, "اثنتين": 2,
    "اثنا": 2, "اثني": 2, "اثنتا": 2, "اثنتي": 2, "ثلاثه": 3, "ثلاث": 3, "اربعه": 4, "اربع": 4, "خمسه": 5, "خمس": 5,
    "سته": 6, "ست": 6, "سبعه": 7, "سبع": 7, "ثمانيه": 8, "ثماني": 8, "ثمان": 8, "تسعه": 9, "تسع": 9, "عشره": 10,
    "عشر": 10, "عشرون": 20, "عشرين": 20, "ثلاثون": 30, "ثلاثين": 30, "اربعون": 40, "اربعين": 40, "خمسون": 50,
    "خمسين": 50, "ستون": 60, "ستين": 60, "سبعون": 70, "سبعين": 70, "ثمانون": 80, "ثمانين": 80, "تسعون": 90,
    "تسعين": 90, "مئتان": 200, "مئتين": 200, "مائتان": 200, "مائتين": 200,
}  # fmt: skip
_UNITS |= {
    f"{stem}{hundred}": 100 * number
    for number, stem in enumerate(("ثلاث", "اربع", "خمس", "ست", "سبع", "ثمان", "تسع"), start=3)
    for hundred in ("مئه", "مائه")
}
_SCALES = {
    "hundred": 100, "thousand": 1000, "million": 1_000_000, "مئه": 100, "مائه": 100, "الف": 1000, "الاف": 1000,
    "الفا": 1000, "مليون": 1_000_000, "ملايين": 1_000_000,
}  # fmt: skip
_DUALS = {"الفان": 2000, "الفين": 2000, "مليونان": 2_000_000, "مليونين": 2_000_000}

_Q = Quantifier
# What stands before a number, and after it, the longer first; as the tokens of folded text.
_BEFORE: tuple[tuple[str, Quantifier], ...] = (
    ("no fewer than", _Q.AT_LEAST), ("no less than", _Q.AT_LEAST), ("not less than", _Q.AT_LEAST),
    ("at least", _Q.AT_LEAST), ("a minimum of", _Q.AT_LEAST), ("no more than", _Q.AT_MOST),
    ("not more than", _Q.AT_MOST), ("at most", _Q.AT_MOST), ("up to", _Q.AT_MOST), ("as many as", _Q.AT_MOST),
    ("a maximum of", _Q.AT_MOST), ("more than", _Q.MORE_THAN), ("upwards of", _Q.MORE_THAN), ("over", _Q.MORE_THAN),
    ("above", _Q.MORE_THAN), ("fewer than", _Q.FEWER_THAN), ("less than", _Q.FEWER_THAN), ("under", _Q.FEWER_THAN),
    ("below", _Q.FEWER_THAN), ("close to", _Q.ABOUT), ("about", _Q.ABOUT), ("around", _Q.ABOUT),
    ("approximately", _Q.ABOUT), ("roughly", _Q.ABOUT), ("nearly", _Q.ABOUT), ("almost", _Q.ABOUT),
    ("some", _Q.ABOUT), ("an estimated", _Q.ABOUT), ("circa", _Q.ABOUT),
    ("ما لا يقل عن", _Q.AT_LEAST), ("لا يقل عن", _Q.AT_LEAST), ("علي الاقل", _Q.AT_LEAST),
    ("ما لا يزيد عن", _Q.AT_MOST), ("لا يزيد عن", _Q.AT_MOST), ("ما لا يتجاوز", _Q.AT_MOST),
    ("علي الاكثر", _Q.AT_MOST), ("اكثر من", _Q.MORE_THAN), ("ما يزيد عن", _Q.MORE_THAN), ("يزيد عن", _Q.MORE_THAN),
    ("ازيد من", _Q.MORE_THAN), ("اقل من", _Q.FEWER_THAN), ("ما يقارب", _Q.ABOUT), ("ما يقرب من", _Q.ABOUT),
    ("نحو", _Q.ABOUT), ("حوالي", _Q.ABOUT), ("قرابه", _Q.ABOUT), ("زهاء", _Q.ABOUT), ("تقريبا", _Q.ABOUT),
)  # fmt: skip
_AFTER: tuple[tuple[str, Quantifier], ...] = (
    ("or more", _Q.AT_LEAST), ("at least", _Q.AT_LEAST), ("at the least", _Q.AT_LEAST), ("+", _Q.AT_LEAST),
    ("or fewer", _Q.AT_MOST), ("or less", _Q.AT_MOST), ("at most", _Q.AT_MOST), ("or so", _Q.ABOUT),
    ("علي الاقل", _Q.AT_LEAST), ("او اكثر", _Q.AT_LEAST), ("فاكثر", _Q.AT_LEAST), ("علي الاكثر", _Q.AT_MOST),
    ("او اقل", _Q.AT_MOST), ("تقريبا", _Q.ABOUT),
)  # fmt: skip
_NOBODY = ("none", "nobody", "no one", "no civilians", "no casualties", "no deaths", "لا احد", "لم يقتل احد")
_DENIED = ("denied", "denies", "deny", "نفي", "نفت", "ينفي", "تنفي")


def propose(text: str, vague: Mapping[str, str] | None = None) -> list[Proposal]:
    """The counts that these words may mean, in the order of the text; nothing when there is none.

    ``vague`` gives the code of the coding rule of each vague word.
    """
    tokens = [(match.group(), match.start(), match.end()) for match in _TOKEN.finditer(fold(text))]
    words = [token for token, _start, _end in tokens]
    nothing = [*_nothing(words)]
    if nothing and nothing[0].stance is Stance.ASSERTS:
        return nothing
    found: list[Proposal] = []
    position = 0
    while position < len(words):
        taken = _range(words, position) or _number(words, position)
        if taken is None:
            position += 1
            continue
        end, quantifier, first, second = taken
        begin = position
        if second is None:
            quantifier, begin, end = _qualified(words, begin, end)
        if first <= LARGEST and (second or 0) <= LARGEST and not _is_date(words, begin, end, first):
            stated = text[tokens[begin][1] : tokens[end - 1][2]]
            found.append(Proposal(*_sound(quantifier, first), second, stated))
        position = max(end, position + 1)
    if not found:
        found = [*_vague(fold(text), text, vague or {}), *nothing]
    # What is qualified in words is likelier to be the count than a bare number beside it.
    return sorted(found, key=lambda one: one.quantifier is Quantifier.EXACT)[:MOST]


def fold(text: str) -> str:
    """Lower case, Latin digits, one form of alef, ya and ta marbuta, no vowel signs; as long as the text it is of."""
    folded = []
    for letter in text.lower().translate(_FOLDED) if len(text.lower()) == len(text) else text.translate(_FOLDED):
        if letter.isdecimal():
            folded.append(str(unicodedata.decimal(letter)))
        elif unicodedata.category(letter) == "Mn" or letter == "ـ":
            folded.append(" " if letter == "ـ" else letter)
        else:
            folded.append(letter)
    return "".join(folded)


def _number(words: Sequence[str], at: int) -> tuple[int, Quantifier, int, None] | None:
    """The number that begins here, and the position after it."""
    if (
        words[at] in _SCALES and at > 0
    ):  # "half a million", "2.5 million": a part of one, which no count is made of here
        before = words[at - 1]
        alone = words[at].isascii() and before != "a"
        if alone or before[0].isdecimal() or words[max(at - 2, 0) : at] == ["half", "a"]:
            return None
    read = _read(words, at)
    return (read[0], Quantifier.EXACT, read[1], None) if read else None


def _range(words: Sequence[str], at: int) -> tuple[int, Quantifier, int, int] | None:
    """Two numbers that bound one count: "between 3 and 5", "21–23", "بين 21 و23"."""
    opened = words[at] in {"between", "from", "بين", "من"}
    low = _read(words, at + 1 if opened else at)
    if low is None or low[0] >= len(words):
        return None
    joint = words[low[0]]
    joins = joint in _DASHES or joint in {"to", "الي"} or (opened and joint in {"and", "و"})
    high = _read(words, low[0] + 1) if joins else None
    if high is None and opened and joint.startswith("و"):  # بين ثلاثة وخمسة
        high = _read([joint[1:], *words[low[0] + 1 :]], 0)
        high = (low[0] + high[0], high[1]) if high else None
    if high is None:
        return None
    first, scale = low[1], _SCALES.get(words[high[0] - 1], 1)
    if scale > 1 and first < scale and first < high[1] // scale:  # four to five thousand
        first *= scale
    return high[0], Quantifier.BETWEEN, first, high[1]


def _read(words: Sequence[str], at: int) -> tuple[int, int] | None:
    """A number in digits or words from this position on: the position after it, and its value."""
    total = current = 0
    seen = False
    position = at
    while position < len(words):
        word = words[position]
        joined = seen and _joins(words[position - 1], word)
        if joined:
            word = word[1:]
        elif seen and position + 1 < len(words) and _continues(words, position):
            position, word, joined = position + 1, words[position + 1], True
        if word[0].isdecimal():
            if seen or not word[-1].isdecimal() or re.search(r"[:.٫]|,\d{1,2}$", word):  # a part, a clock, a share
                break
            current, seen = int(re.sub(r"\D", "", word)), True
        elif word in _SCALES:
            scale = _SCALES[word]
            current = (current or 1) * scale
            if scale >= 1000:
                total, current = total + current, 0
            seen = True
        elif word in _DUALS:
            total, seen = total + _DUALS[word], True
        elif word == "dozen" and seen:
            current *= 12
        elif word in _UNITS and (not seen or joined or _adds(words[position - 1], word)):
            current, seen = current + _UNITS[word], True
        else:
            break
        position += 1
    return (position, total + current) if seen else None


def _joins(before: str, word: str) -> bool:
    """Whether و joins a word to the number before it: خمسة وعشرون, مئة وخمسة; but not خمسة وستة."""
    if not word.startswith("و") or not (word[1:] in _UNITS or word[1:] in _SCALES or word[1:] in _DUALS):
        return False
    smaller = _UNITS.get(before, _UNITS.get(before.removeprefix("و"), 100))
    return smaller >= 100 or _UNITS.get(word[1:], 0) >= 20 > smaller


def _continues(words: Sequence[str], position: int) -> bool:
    """Whether "and" or a hyphen joins two parts of one number: a hundred and five, twenty-one."""
    before, joint, after = words[position - 1 : position + 2]
    if joint in _DASHES:
        return _UNITS.get(before, 0) >= 20 and 0 < _UNITS.get(after, 0) < 10
    return joint == "and" and before in _SCALES and after in _UNITS


def _adds(before: str, word: str) -> bool:
    """Whether a number word goes on from the one before it: twenty one, ثلاثة عشر, two hundred five."""
    before = before.removeprefix("و") if before.removeprefix("و") in _UNITS else before
    if before in _SCALES or before in _DUALS:
        return True
    if word in {"عشر", "عشره"}:
        return 0 < _UNITS.get(before, 0) < 10
    return before.isascii() and _UNITS.get(before, 0) >= 20 and 0 < _UNITS[word] < 10


def _qualified(words: Sequence[str], begin: int, end: int) -> tuple[Quantifier, int, int]:
    """The quantifier of the words around a number, and from where to where they stand."""
    if begin > 0 and words[begin - 1] == "a" and (words[begin] in _SCALES or words[begin] == "dozen"):
        begin -= 1
    for phrase, quantifier in _BEFORE:
        parts = phrase.split()
        if begin >= len(parts) and list(words[begin - len(parts) : begin]) == parts:
            return quantifier, begin - len(parts), end
    for phrase, quantifier in _AFTER:
        parts = phrase.split()
        for gap in range(3):  # "four people at least", "أربعة مدنيين على الأقل"
            start = end + gap
            stop = start + len(parts)
            if list(words[start:stop]) == parts and not (stop < len(words) and _read(words, stop)):
                return quantifier, begin, stop
    return Quantifier.EXACT, begin, end


def _sound(quantifier: Quantifier, first: int) -> tuple[Quantifier, int]:
    """ "fewer than 0" is no count: the number alone is proposed."""
    return (Quantifier.EXACT, first) if quantifier is Quantifier.FEWER_THAN and first == 0 else (quantifier, first)


_MONTHS = frozenset({
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
    "november", "december", "كانون", "شباط", "اذار", "نيسان", "ايار", "حزيران", "تموز", "اب", "ايلول",
    "تشرين", "يناير", "فبراير", "مارس", "ابريل", "مايو", "يونيو", "يوليو", "اغسطس", "سبتمبر", "اكتوبر",
    "نوفمبر", "ديسمبر",
})  # fmt: skip
_YEAR_OF = _MONTHS | {"in", "since", "year", "عام", "سنه", "العام"}


def _is_date(words: Sequence[str], begin: int, end: int, value: int) -> bool:
    """Whether a number in digits is the year after a month, or the day before one."""
    if words[end : end + 1] == ["-"] and words[end + 1 : end + 2] == ["year"]:  # somebody's age
        return True
    if end - begin != 1 or not words[begin].isdecimal():
        return False
    if 0 < value <= 31 and begin > 0 and words[begin - 1] in _MONTHS:
        return True
    year = 1900 <= value < 2100 and begin > 0 and words[begin - 1] in _YEAR_OF
    return year or (0 < value <= 31 and end < len(words) and words[end] in _MONTHS)


def _vague(folded: str, text: str, rules: Mapping[str, str]) -> Iterator[Proposal]:
    """The longest vague word that a coding rule knows."""
    known = sorted(((fold(word), code) for word, code in rules.items()), key=lambda pair: -len(pair[0]))
    for word, code in known:
        match = re.search(rf"(?<!\w){re.escape(word)}(?!\w)", folded)
        if match:
            yield Proposal(Quantifier.VAGUE, None, None, text[match.start() : match.end()], coding_rule=code)
            return


def _nothing(words: Sequence[str]) -> Iterator[Proposal]:
    """That there was nobody, or that somebody denies there was anybody."""
    said = f" {' '.join(words)} "
    for phrase in _DENIED:
        if f" {phrase} " in said:
            yield Proposal(Quantifier.UNQUANTIFIED, None, None, phrase, stance=Stance.DENIES)
            return
    for phrase in _NOBODY:
        if f" {phrase} " in said:
            yield Proposal(Quantifier.EXACT, 0, None, phrase)
            return
