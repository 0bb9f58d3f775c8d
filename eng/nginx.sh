# nginx for the test of the caching proxy, for ./dev, which sources this file: found or obtained. Tests start it with
# eng/nginx/serve.sh.
# shellcheck shell=bash disable=SC2154

find_nginx() { [ -x "${WYA_NGINX:-/usr/sbin/nginx}" ]; }

try_nginx() { # without one, a laptop skips the test that needs it, and CI fails it
  find_nginx && return
  is_root && command -v apt-get >/dev/null || return 0
  step install-nginx "Installing nginx (apt-get)" "Install nginx-light yourself." install_packages nginx-light || return 0
}

stop_scratch_nginx() { # what a broken run left behind
  local folder
  for folder in "$instances"/scratch/nginx-*/; do
    [ ! -d "$folder" ] || "$root/eng/nginx/serve.sh" stop "${folder%/}"
  done
}
