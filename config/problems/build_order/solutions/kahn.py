import sys
from collections import deque

data = list(map(int, sys.stdin.read().split()))
n = data[0]
after: list[list[int]] = [[] for _ in range(n + 1)]
waits = [0] * (n + 1)
for a, b in zip(data[2::2], data[3::2], strict=True):
    after[a].append(b)
    waits[b] += 1
ready = deque(each for each in range(1, n + 1) if not waits[each])
order = []
while ready:
    each = ready.popleft()
    order.append(each)
    for later in after[each]:
        waits[later] -= 1
        if not waits[later]:
            ready.append(later)
print(*order) if len(order) == n else print("IMPOSSIBLE")
