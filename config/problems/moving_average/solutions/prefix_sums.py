import sys
from itertools import accumulate

data = sys.stdin.read().split()
k = int(data[1])
sums = [0.0, *accumulate(map(float, data[2:]))]
print(*(f"{(b - a) / k:.8f}" for a, b in zip(sums, sums[k:], strict=False)))
