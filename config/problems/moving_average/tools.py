"""Many numbers and a wide window, which summing every window anew is too slow for."""

import random
from fractions import Fraction


def generate(n: int, seed: int) -> str:
    """n numbers with three decimals; the window is half of them."""
    rng = random.Random(seed)
    numbers = [f"{rng.randint(-(10**6), 10**6) / 1000:.3f}" for _ in range(n)]
    return f"{n} {max(n // 2, 1)}\n{' '.join(numbers)}\n"


def solve(text: str) -> str:
    """The answer, exact until it is printed."""
    head, line = text.splitlines()
    k = int(head.split()[1])
    numbers = [Fraction(word) for word in line.split()]
    total = sum(numbers[:k], Fraction(0))
    means = [float(total / k)]
    for new, old in zip(numbers[k:], numbers, strict=False):
        total += new - old
        means.append(float(total / k))
    return " ".join(f"{mean:.9f}" for mean in means)
