import sys

line = sys.stdin.readline().strip()
pairs = {")": "(", "]": "[", "}": "{"}
stack: list[str] = []
answer = ""
for place, each in enumerate(line, 1):
    if each in pairs:
        if not stack or stack.pop() != pairs[each]:
            answer = str(place)
            break
    else:
        stack.append(each)
print(answer or (str(len(line) + 1) if stack else "OK"))
