#!/usr/bin/env bash
# Installs Chromium and Chinese fonts for the page tests where apt and the rights to use it are
# there; otherwise those tests are skipped and say so.
set -u
command -v chromium >/dev/null && fc-list 2>/dev/null | grep -qi 'noto.*cjk' && exit 0
if command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
  echo "Installing Chromium and fonts for the page tests ..."
  apt-get update -qq && DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -qq --no-install-recommends chromium fonts-noto-cjk fontconfig >/dev/null && exit 0
fi
echo "Chromium is not here: page tests in a browser will be skipped." >&2
exit 0
