#!/usr/bin/env bash
# Installs what some tests need beyond Python (scripts/packages.txt): Chromium with Chinese fonts,
# PostgreSQL, character recognition, the libraries that print PDF, and the sandbox and compilers
# that judge code answers. Without apt, or the right to use it, those tests are skipped and say so.
set -u
is_there() { # KIND:WHAT
  local what=${1#*:}
  case $1 in
    command:*) command -v "$what" >/dev/null ;;
    file:*) compgen -G "$what" >/dev/null ;;
    library:*) ldconfig -p | grep -q "$what" ;;
    font:*) fc-list 2>/dev/null | grep -qi "$what" ;;
    tesseract:*) tesseract --list-langs 2>/dev/null | grep -q "$what" ;;
    *) echo "packages.txt: what is $1?" >&2; exit 1 ;;
  esac
}
missing=()
while read -r group there packages; do
  case $group in '' | '#'*) continue ;; esac
  # shellcheck disable=SC2206
  is_there "$there" || missing+=($packages)
done <"$(dirname "$0")/packages.txt"
[ ${#missing[@]} -eq 0 ] && exit 0
if command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
  echo "Installing for the tests: ${missing[*]} ..."
  apt-get update -qq && DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null && exit 0
fi
echo "Not installed: ${missing[*]}. The tests that need them will be skipped." >&2
exit 0
