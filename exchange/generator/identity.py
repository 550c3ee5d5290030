"""Identifiers that follow from the seed: nothing is drawn from a clock, a sequence or the machine.

Numbers of a seed fill a range of their own, far above those that the database gives out; batches fill ranges
within it, so that they can be made and loaded in any order. The UUIDs of a batch begin alike: loading them
touches few pages of each index, where the wholly random ones that the register itself gives would touch all.
"""

import random

from incidents.models.incident import REFERENCE_ALPHABET

MAX_CLAIMS = 10_000_000
MAX_SEED = 999_999
BATCH = 5_000  # claims that are loaded in one transaction

_SEED_RANGE = 1_000_000_000
_BATCH_RANGE = 100_000  # rows of one table in one batch, at most
_REFERENCES = len(REFERENCE_ALPHABET) ** 6
_STRIDE = 387_420_491  # shares no factor with the 30 letters, so that no reference comes twice
_UUID_VERSION = 0x0000_0000_0000_4000_8000_0000_0000_0000
_UUID_RANDOM = 0x0000_0000_FFFF_0FFF_3FFF_FFFF_FFFF_FFFF


class Identities:
    """The identifiers of one batch. Batch 0 holds the organizations, the claims begin with batch 1."""

    def __init__(self, seed: int, batch: int, taken: frozenset[str] = frozenset()) -> None:
        self._random = random.Random(f"identities of {seed}, batch {batch}")  # noqa: S311  reproducible on purpose
        self._beginning = self._random.getrandbits(32) << 96 | _UUID_VERSION
        self._first = first_number(seed) + batch * _BATCH_RANGE
        self._offset = random.Random(f"references of {seed}").randrange(_REFERENCES)  # noqa: S311  as above
        self._taken = taken

    def number(self, row: int) -> int:
        """The number of the ``row``-th row of a table in this batch, from 0."""
        return self._first + row

    def uuid(self) -> str:
        """The next random identifier, as 32 hexadecimal digits of a UUID of version 4."""
        return f"{self._random.getrandbits(96) & _UUID_RANDOM | self._beginning:032x}"

    def reference(self, number: int) -> str:
        """A public reference for the incident of this number; one that is taken already is passed over."""
        step = number % _SEED_RANGE + self._offset
        while (reference := _reference(step)) in self._taken:
            step += _BATCH_RANGE * (MAX_CLAIMS // BATCH + 1)
        return reference


def first_number(seed: int) -> int:
    return (seed + 1) * _SEED_RANGE


def _reference(step: int) -> str:
    rest = step * _STRIDE % _REFERENCES
    letters = []
    for _ in range(6):
        rest, letter = divmod(rest, len(REFERENCE_ALPHABET))
        letters.append(REFERENCE_ALPHABET[letter])
    return "SJ-" + "".join(letters)
