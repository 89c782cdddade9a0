#!/bin/sh
# Takes over the container's control groups, so that a judge can limit the programs it runs, then
# stops being root for good. Where they cannot be written (see docs/judge.md), the judge says so.
set -eu
groups=/sys/fs/cgroup
if [ "$(id -u)" = 0 ]; then
  if [ -w "$groups/cgroup.subtree_control" ] && mkdir -p "$groups/worker" 2>/dev/null; then
    # A group that hands controllers down may hold no process itself: all go one down.
    while read -r process; do
      echo "$process" >"$groups/worker/cgroup.procs"
    done <"$groups/cgroup.procs"
    echo "+memory +pids +cpu" >"$groups/cgroup.subtree_control"
    chown 10001:10001 "$groups" "$groups/cgroup.procs" "$groups/cgroup.subtree_control" \
      "$groups/worker" "$groups/worker/cgroup.procs"
  fi
  export HOME=/home/talentloop
  exec setpriv --reuid=10001 --regid=10001 --clear-groups -- talentloop-entrypoint "$@"
fi
exec talentloop-entrypoint "$@"
