#!/bin/sh
# Puts a Chromium where the browser tests find it. $1: the environment's bin folder.
set -u
for name in chromium chromium-browser google-chrome; do
  if command -v "$name" > /dev/null 2>&1; then exit 0; fi
done
if [ -e .venv/.chromium ]; then exit 0; fi
if [ "$(id -u)" = 0 ] && [ -r /etc/os-release ] && grep -qiE '^ID(_LIKE)?=.*(debian|ubuntu)' /etc/os-release; then
  echo "Installing Chromium from the system's packages …"
  # Ubuntu's package only points to a snap, which does not run in a container: hence the second look.
  if apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y chromium > /dev/null \
    && chromium --version > /dev/null 2>&1; then exit 0; fi
fi
echo "Installing Playwright's Chromium …"
if "$1/playwright" install chromium; then
  touch .venv/.chromium
  exit 0
fi
echo "The browser tests need Chromium, and neither the system's packages nor Playwright's download" >&2
echo "gave one. Install chromium so that it is on the PATH, and run make test again." >&2
exit 1
