# Programs from Debian's packages for ./dev, which sources this file.
# shellcheck shell=bash

install_packages() { # only the programs are wanted: no server of the system's own is started
  local policy=/usr/sbin/policy-rc.d status=0
  export DEBIAN_FRONTEND=noninteractive
  [ -n "$(apt-cache madison "$1")" ] || apt-get update || return 1
  if [ ! -e $policy ]; then printf '#!/bin/sh\nexit 101\n' >$policy && chmod 755 $policy; else policy=; fi
  apt-get install -y --no-install-recommends "$@" || { apt-get update && apt-get install -y --no-install-recommends "$@"; } || status=1
  [ -z "$policy" ] || rm -f $policy
  return $status
}
