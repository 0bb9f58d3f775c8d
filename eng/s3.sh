# A server of the S3 protocol for the tests of ./dev, which sources this file: Ceph's RADOS gateway, found or obtained.
# `./dev up` needs none: it keeps objects in a folder. Tests and proofs start servers of their own with eng/s3/serve.sh.
# shellcheck shell=bash disable=SC2154

find_s3() { command -v radosgw >/dev/null && command -v ceph-mon >/dev/null && command -v ceph-osd >/dev/null; }

install_s3_packages() {
  local policy=/usr/sbin/policy-rc.d status=0
  export DEBIAN_FRONTEND=noninteractive
  [ -n "$(apt-cache madison radosgw)" ] || apt-get update || return 1
  # Only the programs are wanted: no server of the system's own is started.
  if [ ! -e $policy ]; then printf '#!/bin/sh\nexit 101\n' >$policy && chmod 755 $policy; else policy=; fi
  apt-get install -y --no-install-recommends radosgw ceph-mon ceph-osd \
    || { apt-get update && apt-get install -y --no-install-recommends radosgw ceph-mon ceph-osd; } || status=1
  [ -z "$policy" ] || rm -f $policy
  return $status
}

try_s3() { # without one, a laptop skips the tests that need it, and CI fails them
  find_s3 && return
  is_root && command -v apt-get >/dev/null || return 0
  step install-s3 "Installing an S3 server (apt-get)" "Install radosgw, ceph-mon and ceph-osd yourself." install_s3_packages || return 0
}

stop_scratch_s3() { # what a broken run left behind
  local folder
  for folder in "$instances"/scratch/s3-*/; do
    [ ! -d "$folder" ] || "$root/eng/s3/serve.sh" stop "${folder%/}"
  done
}
