# Redis for ./dev, which sources this file: found or obtained, one folder an instance, loopback only, passwords by an ACL
# file. Nothing of it reaches a disk. As root the server runs as a user that can write nowhere in its folder.
# shellcheck shell=bash disable=SC2154

redis_servers=(presence cache)

find_redis() { # sets WYA_REDIS_SERVER to a server of version 7 or later
  local program version
  for program in "${WYA_REDIS_SERVER:-}" "$(command -v redis-server || :)" "$(command -v valkey-server || :)" /usr/bin/redis-server /usr/local/bin/redis-server; do
    [ -n "$program" ] && [ -x "$program" ] || continue
    version=$("$program" --version | sed -n 's/.* v=\([0-9]*\).*/\1/p')
    if [ "${version:-0}" -ge 7 ]; then WYA_REDIS_SERVER=$program; export WYA_REDIS_SERVER; return; fi
  done
  return 1
}

try_redis() { # for tests: without one, a laptop skips those that need it, and CI fails them
  find_redis && return
  is_root && command -v apt-get >/dev/null || return 0
  step install-redis "Installing Redis (apt-get)" "Install Redis 7 or later yourself." install_packages redis-server || return 0
  find_redis || :
}

obtain_redis() {
  try_redis
  [ -n "${WYA_REDIS_SERVER:-}" ] || fail "Redis is missing." \
    "Install version 7 or later (apt-get install redis-server), set WYA_REDIS_SERVER to its program," \
    "or set ConnectionStrings__presence and ConnectionStrings__cache to servers (docs/how-to/run-with-docker.md)."
}

redis_user() { if id redis >/dev/null 2>&1; then printf redis; else printf nobody; fi; }

as_redis() {
  if is_root; then exec setpriv --reuid="$(redis_user)" --regid="$(id -g "$(redis_user)")" --clear-groups -- "$@"; else exec "$@"; fi
}

redis_pid() { cat "$instances/$1/pid" 2>/dev/null || :; }

boot_redis() { # name
  local folder=$instances/$1 port attempt waited pid
  # Its working folder stays empty: whoever may enter it may not write there.
  mkdir -p "$folder/empty" && chmod 711 "$folder" && chmod 555 "$folder/empty"
  (umask 077 && sed "s/PASSWORD/$(printf %s "$(secret "redis-$1")" | sha256sum | cut -d' ' -f1)/" "$root/eng/redis/users.acl" >"$folder/users.acl")
  cp "$root/eng/redis/$1.conf" "$folder/redis.conf" && chmod 644 "$folder/redis.conf"
  ! is_root || chown "$(redis_user)" "$folder/users.acl"
  for attempt in 1 2 3 4 5; do # somebody else may take the port between the look and the bind
    port=$(free_port "$(cat "$folder/port" 2>/dev/null)")
    printf '%s\n' "$port" >"$folder/port"
    (
      cd "$folder"
      as_redis setsid "$WYA_REDIS_SERVER" "$folder/redis.conf" --port "$port" --bind 127.0.0.1 --dir "$folder/empty" --aclfile "$folder/users.acl"
    ) >"$folder/start.log" 2>&1 </dev/null &
    pid=$!
    printf '%s\n' $pid >"$folder/pid"
    waited=0
    while kill -0 $pid 2>/dev/null && [ $((waited += 1)) -lt 200 ]; do
      ! (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || return 0
      sleep 0.02
    done
    cat "$folder/start.log"
    kill -KILL $pid 2>/dev/null || :
    printf '%s\n' "Attempt $attempt: it does not listen on port $port."
  done
  return 1
}

start_redis() { # presence or cache; sets its connection string, unless the environment does
  local name=$1 variable=ConnectionStrings__$1
  if [ -n "${!variable:-}" ]; then
    printf '%s\n' "· Using the $name Redis that the environment names; nothing is started."
  else
    obtain_redis
    if ! is_alive "$(redis_pid "$name")" "$instances/$name/"; then
      step "start-$name" "Starting Redis ($name)" "Is it Redis 7 or later?" boot_redis "$name" || exit 1
    fi
    export "$variable=127.0.0.1:$(cat "$instances/$name/port"),password=$(secret "redis-$name")"
  fi
  printf 'export %s=%q\n' "$variable" "${!variable}" >>"$state/env.new"
}

stop_redis() { stop_process "$(redis_pid "$1")" "$instances/$1/" TERM; rm -f "$instances/$1/pid"; }

forget_redis() { # name
  stop_redis "$1"
  [ ! -d "$instances/$1" ] || { chmod 755 "$instances/$1/empty"; rm -rf "${instances:?}/$1"; }
  rm -f "$state/secrets/redis-$1"
}

# Tests and proofs start servers of their own below the scratch folder, because they kill them. What a broken run left
# behind is ended by the ids that it wrote there.
stop_scratch_redis() {
  local file
  for file in "$instances"/scratch/redis-*/pid; do
    [ ! -f "$file" ] || stop_process "$(cat "$file")" "${file%pid}" KILL
  done
}
