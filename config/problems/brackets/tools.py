"""Deeply nested brackets."""

import random

PAIRS = {")": "(", "]": "[", "}": "{"}


def generate(n: int, seed: int) -> str:
    """n brackets that open, and those that close them."""
    rng = random.Random(seed)
    opening = rng.choices("([{", k=n)
    closing = {opens: closes for closes, opens in PAIRS.items()}
    return "".join(opening) + "".join(closing[each] for each in reversed(opening)) + "\n"


def solve(text: str) -> str:
    """The answer."""
    line, stack = text.strip(), []
    for place, each in enumerate(line, 1):
        if each not in PAIRS:
            stack.append(each)
        elif not stack or stack.pop() != PAIRS[each]:
            return str(place)
    return "OK" if not stack else str(len(line) + 1)
