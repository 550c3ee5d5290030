"""Claims of one incident as hypothesis makes them: few claimants and days, so that they meet."""

import datetime as dt

from hypothesis import strategies as st

from incidents.counts import Quantifier, Stance, code
from incidents.reconciliation import Claim, Derivation, Incident, Span

DAYS = [dt.date(2024, 3, 1), dt.date(2024, 3, 2), dt.date(2024, 3, 9), dt.date(2024, 12, 1)]
INCIDENT = Incident(Span(DAYS[0], DAYS[2]), Span(DAYS[0], DAYS[0]), frozenset({"town"}))
CLAIMANTS = ["A", "B", "C", "D", "E"]
ORIGINS = [*CLAIMANTS, "x", "y", "z"]
NUMBERS = st.integers(0, 30) | st.sampled_from([96, 100, 105, 123, 132, 200, 213])
ONE_NUMBER = [Quantifier.EXACT, Quantifier.AT_LEAST, Quantifier.MORE_THAN, Quantifier.AT_MOST, Quantifier.ABOUT]


@st.composite
def counts(draw):
    quantifier = draw(st.sampled_from([*ONE_NUMBER, Quantifier.BETWEEN, Quantifier.UNQUANTIFIED, Quantifier.VAGUE]))
    first = second = rule = None
    if quantifier in ONE_NUMBER:
        first = draw(NUMBERS)
    elif quantifier is Quantifier.BETWEEN:
        first, second = draw(NUMBERS), draw(NUMBERS)
    elif quantifier is Quantifier.VAGUE:
        first, second, rule = draw(st.none() | NUMBERS), draw(st.none() | NUMBERS), "rule"
    bounded = first is not None or second is not None
    best = draw(st.none() | NUMBERS) if bounded else None
    stance = draw(st.sampled_from([*[Stance.ASSERTS] * 5, Stance.DENIES]))
    return code(quantifier, first, second, best, stance=stance, coding_rule=rule)


@st.composite
def spans(draw):
    first, last = sorted((draw(st.sampled_from(DAYS)), draw(st.sampled_from(DAYS))))
    shape = draw(st.sampled_from(["day", "day", "day", "span", "open end", "open start", "none"]))
    return {
        "day": Span(first, first),
        "span": Span(first, last),
        "open end": Span(first, None),
        "open start": Span(None, last),
        "none": None,
    }[shape]


@st.composite
def claims(draw, key="a", others=(), few_scopes=False):
    """One claim; ``others`` are keys of claims that it may rest on or be a part of."""
    count = draw(counts())
    origins = st.builds(Derivation, strength=st.sampled_from(["stated", "inferred"]), origin=st.sampled_from(ORIGINS))
    links = st.builds(
        Derivation,
        strength=st.sampled_from(["stated", "inferred"]),
        claim=st.sampled_from([*others, "unknown"]),
        origin=st.sampled_from([None, None, "x"]),
    )
    return Claim(
        key=key,
        claimant=draw(st.sampled_from(CLAIMANTS)),
        measure="killed",
        minimum=count.minimum,
        best=count.best,
        maximum=count.maximum,
        quantifier=count.quantifier.value,
        stance=count.stance.value,
        population="all" if few_scopes else draw(st.sampled_from(["all", "all", "children"])),
        place=None if few_scopes else draw(st.sampled_from([None, "town", "city"])),
        basis=draw(st.sampled_from(["event", "cumulative", "stock"])),
        as_of=draw(spans()),
        published=draw(spans()),
        recorded=dt.datetime(2024, 1, draw(st.integers(1, 3)), tzinfo=dt.UTC),
        documents=frozenset(draw(st.lists(st.sampled_from("pqr"), min_size=1, max_size=2))),
        part_of=draw(st.sampled_from([None, None, None, *others])),
        rests_on=tuple(draw(st.lists(origins | links, max_size=3))),
        grade=draw(st.sampled_from(["", "A", "B", "F"])),
    )


@st.composite
def registers(draw, most=7, few_scopes=False):
    """Some claims of one incident, resting on each other in any way, circles included."""
    keys = list("abcdefghij"[: draw(st.integers(1, most))])
    return [draw(claims(key=key, others=tuple(keys), few_scopes=few_scopes)) for key in keys]
