# DuckDB's library, for ./dev, which sources this file: found or obtained. Exports WYA_DUCKDB. `wya sql` and exports to Parquet
# need it; nothing else does.
# shellcheck shell=bash disable=SC2154

find_duckdb() { # sets WYA_DUCKDB
  local library
  for library in "${WYA_DUCKDB:-}" "$state/duckdb/libduckdb.so" /usr/lib/libduckdb.so /usr/local/lib/libduckdb.so; do
    if [ -n "$library" ] && [ -f "$library" ]; then WYA_DUCKDB=$library; export WYA_DUCKDB; return; fi
  done
  return 1
}

unpack_duckdb_package() {
  local version=1.5.6-r.1 platform digest archive
  case $(uname -m) in
    x86_64) platform=x64 digest=21772b64913a904a8cd19e30c1d5671811d7fdface4b7dd53cd0300d743f43e16cf386f4e7c41ef78721ac208870d2651bc6375072145387817824315b998dd5 ;;
    aarch64) platform=arm64 digest=de39d46838a5d41ac5ffabc067055a227275c6805a5861c1e0f0e2527cc958a0a8f1af132f1f63eff80fc8f97f5064417edad822e4e28516527c5e2658c82d58 ;;
    *) printf '%s\n' "There is no package for $(uname -m)."; return 1 ;;
  esac
  archive=duckdb-node-bindings-linux-$platform-$version.tgz
  rm -rf "$state/duckdb.new" && mkdir -p "$state/duckdb.new" && cd "$state/duckdb.new" \
    && npm pack --silent "@duckdb/node-bindings-linux-$platform@$version" \
    && printf '%s  %s\n' $digest "$archive" | sha512sum -c - && tar -xzf "$archive" package/libduckdb.so package/LICENSE \
    && rm "$archive" && rm -rf "$state/duckdb" && mv package "$state/duckdb" && cd "$state" && rmdir duckdb.new
}

# Without it a laptop skips the tests that need it, and CI fails them.
obtain_duckdb() {
  find_duckdb && return
  command -v npm >/dev/null || return 0
  step install-duckdb "Fetching DuckDB (npm)" "Set WYA_DUCKDB to libduckdb.so of version 1.5 or later." unpack_duckdb_package || return 0
  find_duckdb || :
}
