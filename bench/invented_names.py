"""What invented clinics are called: words as unequally common as those of real ones."""

import random
from functools import cache

import numpy as np

INVENTED_WORDS = 20_000

# What most clinics are called, the commonest first.
_COMMON = """
    health center services care behavioral community clinic mental counseling recovery
    medical family treatment associates hospital institute wellness therapy group north
    house south valley department county outpatient psychiatric support network hope
"""


class Names:
    """Draws names: common words by Zipf's law, and one or two invented ones."""

    def __init__(self) -> None:
        self._common = _COMMON.split()
        ranks = np.arange(len(self._common)) + 1
        self._sums = np.cumsum(1 / ranks)

    def draw(self, chance: np.random.Generator) -> str:
        rare, common = chance.integers((1, 1), (3, 4)).tolist()
        words = [_word(n) for n in chance.integers(INVENTED_WORDS, size=rare).tolist()]
        places = chance.random(common) * self._sums[-1]
        words += [self._common[at] for at in np.searchsorted(self._sums, places)]
        return " ".join(words).title()


@cache
def _word(number: int) -> str:
    """The invented word of that number: a few syllables."""
    chance = random.Random(number)
    sizes = chance.randint(2, 4)
    return "".join(
        chance.choice("bcdfghjklmnprstvwz") + chance.choice("aeiou")
        for _ in range(sizes)
    )
