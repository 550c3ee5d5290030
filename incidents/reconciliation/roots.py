"""On whom claims rest in the end, and how many of them independently of each other.

Derivations are followed from claim to claim, to any depth. Where they end, at an organization or at a claim that rests on
nothing recorded, is a root. Sets of roots are held as the bits of a number, which keeps long chains cheap.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from incidents.reconciliation.claims import Claim, Key

Members = Mapping[Key, frozenset[Key]]
"""The members of each collective."""

NOBODY: Members = {}


@dataclass(slots=True)
class Roots:
    """The roots of every claim, through whom it came from them, and the claims that rest on themselves.

    ``through`` holds the roots, the claimant, every claimant that was passed on the way, and of collectives the members.
    """

    names: list[Key] = field(default_factory=list)
    sets: dict[str, int] = field(default_factory=dict)
    through: dict[str, int] = field(default_factory=dict)
    circles: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def of(self, claims: Iterable[str]) -> list[Key]:
        """The distinct roots of these claims, in no order that means anything."""
        together = 0
        for claim in claims:
            together |= self.sets[claim]
        found = []
        while together:
            lowest = together & -together
            found.append(self.names[lowest.bit_length() - 1])
            together ^= lowest
        return found

    def number(self, claims: Iterable[str]) -> int:
        """How many distinct roots these claims have."""
        together = 0
        for claim in claims:
            together |= self.sets[claim]
        return together.bit_count()

    def independent_groups(self, claims: Iterable[str]) -> int:
        """The size of a large set of claims of which no two share a root, and none comes through another's claimant.

        Whoever cites the Observatory is not independent of the Observatory, also when the Observatory cites others in turn;
        nor is a collective of its members, though these may be of each other.
        Greedy, from the smallest set of roots, ties by the claim's key. To find the largest such set is a hard problem;
        this is never too large, so that independence is never overstated.
        """
        taken = groups = 0
        for claim in sorted(claims, key=lambda claim: (self.sets[claim].bit_count(), claim)):
            if not self.through[claim] & taken:
                taken |= self.through[claim]
                groups += 1
        return groups


def roots_of(claims: Iterable[Claim], others: Iterable[Claim] = (), members: Members = NOBODY) -> Roots:
    """The roots of the claims; ``others`` are claims of elsewhere that they may rest on.

    A link to a claim that is not among them is followed no further: it counts by its origin where it has one, and else
    not at all. Claims in a circle have the roots to which the circle leads; one that leads nowhere rests on the
    claimants in it.
    """
    known = {claim.key: claim for claim in (*claims, *others)}
    result, bit_of = Roots(), {}

    def bit(name: Key) -> int:
        if name not in bit_of:
            bit_of[name] = 1 << len(result.names)
            result.names.append(name)
        return bit_of[name]

    within = _everybody_in(members)

    def company(name: Key) -> int:
        together = bit(name)
        for member in within.get(name, ()):
            together |= bit(member)
        return together

    linked: dict[str, list[str]] = {}
    for key, claim in known.items():
        own, links, through = 0, [], company(claim.claimant)
        for rest in claim.rests_on:
            if rest.claim in known:
                links.append(rest.claim)
            elif rest.origin is not None:
                own |= bit(rest.origin)
                through |= company(rest.origin)
        result.through[key] = through
        if not links:
            result.sets[key] = own or bit(claim.claimant)
        else:
            result.sets[key] = own
            linked[key] = links
    for circle in _circles_last(linked):
        together = through = 0
        for key in circle:
            together |= result.sets[key]
            through |= result.through[key]
            for link in linked[key]:
                together |= result.sets[link]
                through |= result.through[link]
        if len(circle) > 1 or circle[0] in linked[circle[0]]:
            if not together:
                for key in circle:
                    together |= bit(known[key].claimant)
            inside = tuple(sorted(circle))
            result.circles |= dict.fromkeys(circle, inside)
        for key in circle:
            result.sets[key], result.through[key] = together, through
    return result


def _everybody_in(members: Members) -> dict[Key, set[Key]]:
    """The members of each collective, and the members of those that are collectives themselves, at any distance."""
    found: dict[Key, set[Key]] = {}
    for collective, direct in members.items():
        everybody, ahead = set(direct), list(direct)
        while ahead:
            further = members.get(ahead.pop(), frozenset()) - everybody
            everybody |= further
            ahead += further
        found[collective] = everybody
    return found


def circles_among(speaking: Sequence[Claim]) -> set[tuple[str, ...]]:
    """Which claims of one scope rest on each other's claimants in a circle: "according to B", says A, and B "according to A".

    Nobody's number is then known at first hand, though no claim is linked to another.
    """
    of_claimant: dict[Key, list[str]] = {}
    for claim in speaking:
        of_claimant.setdefault(claim.claimant, []).append(claim.key)
    linked = {
        claim.key: [
            key
            for rest in claim.rests_on
            if rest.origin in of_claimant and rest.origin != claim.claimant
            for key in of_claimant[rest.origin]
        ]
        for claim in speaking
    }
    return {tuple(sorted(circle)) for circle in _circles_last(linked) if len(circle) > 1}


def _circles_last(linked: Mapping[str, Sequence[str]]) -> list[list[str]]:
    """The claims that rest on others, those that rest on each other together, each after what it rests on.

    Tarjan's strongly connected components (SIAM Journal on Computing 1, 1972), without recursion.
    """
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    waiting: set[str] = set()
    found: list[list[str]] = []
    for start in linked:
        if start in index:
            continue
        work = [(start, iter(linked[start]))]
        index[start] = low[start] = len(index)
        stack.append(start)
        waiting.add(start)
        while work:
            key, links = work[-1]
            for rest in links:
                if rest not in linked:
                    continue
                if rest not in index:
                    index[rest] = low[rest] = len(index)
                    stack.append(rest)
                    waiting.add(rest)
                    work.append((rest, iter(linked[rest])))
                    break
                if rest in waiting:
                    low[key] = min(low[key], index[rest])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[key])
                if low[key] == index[key]:
                    circle = [stack.pop()]
                    while circle[-1] != key:
                        circle.append(stack.pop())
                    waiting.difference_update(circle)
                    found.append(circle)
    return found
