"""Large inputs without a pair, so that nothing ends early."""

import random


def generate(n: int, seed: int) -> str:
    """n odd numbers and an odd target, which no two of them reach."""
    rng = random.Random(seed)
    numbers = [2 * rng.randint(-(10**8), 10**8) + 1 for _ in range(n)]
    return f"{n} {2 * rng.randint(0, 10**8) + 1}\n{' '.join(map(str, numbers))}\n"


def solve(text: str) -> str:
    """The answer, in linear time."""
    (_, target), numbers = (list(map(int, line.split())) for line in text.splitlines())
    seen: set[int] = set()
    for number in numbers:
        if target - number in seen:
            return "YES"
        seen.add(number)
    return "NO"
