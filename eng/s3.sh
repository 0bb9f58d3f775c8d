# A server of the S3 protocol for the tests of ./dev, which sources this file: Ceph's RADOS gateway, found or obtained.
# `./dev up` needs none: it keeps objects in a folder. Tests and proofs start servers of their own with eng/s3/serve.sh.
# shellcheck shell=bash disable=SC2154

find_s3() { command -v radosgw >/dev/null && command -v ceph-mon >/dev/null && command -v ceph-osd >/dev/null; }

try_s3() { # without one, a laptop skips the tests that need it, and CI fails them
  find_s3 && return
  is_root && command -v apt-get >/dev/null || return 0
  step install-s3 "Installing an S3 server (apt-get)" "Install radosgw, ceph-mon and ceph-osd yourself." install_packages radosgw ceph-mon ceph-osd || return 0
}

stop_scratch_s3() { # what a broken run left behind
  local folder
  for folder in "$instances"/scratch/s3-*/; do
    [ ! -d "$folder" ] || "$root/eng/s3/serve.sh" stop "${folder%/}"
  done
}
