import sys

data = list(map(int, sys.stdin.read().split()))
target, numbers = data[1], data[2:]
found = any(
    numbers[i] + numbers[j] == target
    for i in range(len(numbers))
    for j in range(i + 1, len(numbers))
)
print("YES" if found else "NO")
