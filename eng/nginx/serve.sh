#!/usr/bin/env bash
# nginx with the sample configuration (deploy/nginx/wya.conf) for one test run: what differs is the address on either side, no
# certificate, a folder of its own, and how long objects are held. Loopback only; the id of its process is in FOLDER/pid.
#   serve.sh start FOLDER PORT UPSTREAM-PORT HOLD SAMPLE     as: start /tmp/n 8080 5000 1m deploy/nginx/wya.conf
#   serve.sh stop FOLDER
set -euo pipefail
folder=$2
program=${WYA_NGINX:-/usr/sbin/nginx}

if [ "$1" = stop ]; then
  pid=$(cat "$folder/pid" 2>/dev/null || :)
  # An id may have been given to another process since.
  if [ -n "$pid" ] && [[ $(tr '\0' ' ' 2>/dev/null <"/proc/$pid/cmdline") == *"$folder/nginx.conf"* ]]; then kill -TERM "$pid" 2>/dev/null || :; fi
  for _ in $(seq 100); do [ -e "/proc/${pid:-none}" ] || break; sleep 0.05; done
  rm -rf "$folder"
  exit 0
fi

port=$3 upstream=$4 hold=$5 sample=$6
[ -x "$program" ] || { printf '%s\n' "nginx is missing: as root, apt-get install nginx-light; or name its program in WYA_NGINX." >&2; exit 1; }
mkdir -p "$folder"/{cache,temp}
{
  [ "$(id -u)" != 0 ] || printf 'user root;\n' # the folder is ours
  printf 'pid %s/pid;\nerror_log %s/error.log;\nworker_processes 1;\nevents {}\nhttp {\n' "$folder" "$folder"
  for kind in client_body proxy fastcgi uwsgi scgi; do printf '%s_temp_path %s/temp/%s;\n' "$kind" "$folder" "$kind"; done
  sed -e "s|server 127.0.0.1:5000;|server 127.0.0.1:$upstream;|" \
    -e "s|/var/cache/nginx/wya|$folder/cache|" -e "s|/var/log/nginx/wya.log|$folder/error.log|" \
    -e "s|listen 443 ssl;|listen 127.0.0.1:$port;|" -e '/ssl_certificate/d' \
    -e "s|proxy_cache_valid 200 1m;|proxy_cache_valid 200 $hold;|" "$sample"
  printf '}\n'
} >"$folder/nginx.conf"
"$program" -c "$folder/nginx.conf" -p "$folder" >"$folder/start.log" 2>&1 || { cat "$folder/start.log" >&2; exit 1; }
