import sys


def main() -> None:
    data = sys.stdin.read().split()
    target = int(data[1])
    seen = set()
    for word in data[2:]:
        number = int(word)
        if target - number in seen:
            print("YES")
            return
        seen.add(number)
    print("NO")


main()
