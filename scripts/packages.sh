#!/bin/sh
# Prints the packages of the named groups, as scripts/packages.txt has them: packages.sh GROUP...
set -eu
for group in "$@"; do
  awk -v group="$group" '
    $1 == group { for (i = 3; i <= NF; i++) print $i; found = 1 }
    END { if (!found) { print "No group " group " in packages.txt" > "/dev/stderr"; exit 1 } }
  ' "$(dirname "$0")/packages.txt"
done
