"""Counts as claimants put them: every quantifier and stance, worded in English and Arabic."""

from dataclasses import replace
from functools import lru_cache

from exchange.generator.chance import Chance, Weighted
from exchange.generator.reference import CodingRule
from incidents import counts
from incidents.counts import Count, Quantifier, Stance

QUANTIFIERS = Weighted(
    {
        Quantifier.EXACT: 64,
        Quantifier.AT_LEAST: 14,
        Quantifier.MORE_THAN: 4,
        Quantifier.AT_MOST: 1,
        Quantifier.FEWER_THAN: 1,
        Quantifier.ABOUT: 6,
        Quantifier.BETWEEN: 9,
    }
)
WITH_BEST = 0.15  # of the exact counts and the ranges also name their own best number
RANGED = (Quantifier.EXACT, Quantifier.BETWEEN)
ROUND = (Quantifier.ABOUT, Quantifier.FEWER_THAN, Quantifier.AT_MOST, Quantifier.MORE_THAN)
ROUNDED_FROM = 4  # nobody says "about 1", and nothing is fewer than none
WORDS: dict[counts.Language, tuple[str, ...]] = {
    "en": ("victims", "bodies", "casualties", "residents"),
    "ar": ("ضحايا", "جثامين", "إصابات", "أهالٍ"),
}


def numbered(chance: Chance, number: int, language: counts.Language, stance: Stance = Stance.ASSERTS) -> Count:
    """A count whose claimant has this number in mind."""
    quantifier = QUANTIFIERS.draw(chance)
    if number < ROUNDED_FROM and quantifier in ROUND:
        quantifier = Quantifier.EXACT
    second = number + 1 + number // 5 if quantifier is Quantifier.BETWEEN else None
    best = number if quantifier in RANGED and chance.happens(WITH_BEST) else None
    return worded(quantifier, number, second, best, stance, language)


@lru_cache(maxsize=50_000)
def worded(
    quantifier: Quantifier, first: int | None, second: int | None, best: int | None, stance: Stance,
    language: counts.Language,
) -> Count:  # fmt: skip
    """The count with the words that describe it."""
    count = counts.code(quantifier, first, second, best, stance=stance, language=language)
    return replace(count, stated=counts.describe(count, language))


def vague(rule: CodingRule, *, applied: bool) -> Count:
    """A vague word, with the bounds of its coding rule where that is applied."""
    if not applied:
        return counts.code(Quantifier.VAGUE, stated=rule.word, language=rule.language)
    return counts.code(
        Quantifier.VAGUE,
        rule.minimum,
        rule.maximum,
        stated=rule.word,
        language=rule.language,
        coding_rule=rule.code,
    )


def unquantified(chance: Chance, language: counts.Language) -> Count:
    """Words that say that there were some, and not how many."""
    return counts.code(Quantifier.UNQUANTIFIED, stated=chance.one_of(WORDS[language]), language=language)


def denial(chance: Chance, number: int, language: counts.Language) -> Count:
    """That there were any is denied, or else this number of them."""
    if chance.happens(0.5):
        return worded(Quantifier.UNQUANTIFIED, None, None, None, Stance.DENIES, language)
    return numbered(chance, number, language, Stance.DENIES)
