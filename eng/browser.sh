# The browser of the tests, for ./dev, which sources this file: found or obtained. Exports WYA_CHROMIUM.
# shellcheck shell=bash disable=SC2154

# The one without windows comes first: to open and show a page it computes less than half as much.
find_chromium() { # sets WYA_CHROMIUM
  local program
  for program in "${WYA_CHROMIUM:-}" /usr/lib/chromium/chromium-headless-shell /usr/bin/chromium /usr/bin/chromium-browser /usr/bin/google-chrome "$(command -v chromium || :)"; do
    if [ -n "$program" ] && [ -x "$program" ]; then WYA_CHROMIUM=$program; export WYA_CHROMIUM; return; fi
  done
  return 1
}

install_chromium_package() {
  export DEBIAN_FRONTEND=noninteractive
  local package=chromium-headless-shell
  [ -n "$(apt-cache madison $package)" ] || apt-get update || return 1
  [ -n "$(apt-cache madison $package)" ] || package=chromium # where there is no such package
  apt-get install -y --no-install-recommends $package || { apt-get update && apt-get install -y --no-install-recommends $package; }
}

# Without one, a laptop skips the tests that need it, and CI fails them.
obtain_chromium() {
  find_chromium && return
  if is_root && command -v apt-get >/dev/null; then
    step install-chromium "Installing Chromium (apt-get)" "Install Chromium yourself, or set WYA_CHROMIUM to its program." install_chromium_package || return 0
    find_chromium || :
  fi
}
