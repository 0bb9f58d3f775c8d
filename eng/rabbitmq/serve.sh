#!/usr/bin/env bash
# A RabbitMQ server of one's own, with a folder, a node name and a cookie of its own: for trying the relay, and for its proof.
# Loopback only. Nothing outside the folder is written; the ids of its processes are in FOLDER/server.pid and FOLDER/epmd.pid.
# As root it runs as the user that Debian's package makes (or nobody), otherwise as whoever calls it.
#   serve.sh start FOLDER PORT USER PASSWORD   returns when it takes connections; PORT+1 and PORT+2 belong to it too
#   serve.sh stop FOLDER [KILL]                its data stays, for the next start; KILL tells nobody
set -euo pipefail
action=$1 folder=$2

is_ours() { [ -n "$1" ] && [[ $(tr '\0' ' ' 2>/dev/null <"/proc/$1/cmdline") == *"$2"* ]]; } # an id may have been given to another process since

end() { # the file of the id, a text of its command line, a signal
  local pid waited=0
  pid=$(cat "$1" 2>/dev/null || :)
  if is_ours "$pid" "$2"; then
    kill -"$3" "$pid" 2>/dev/null || :
    while is_ours "$pid" "$2"; do
      [ $((waited += 1)) -lt 300 ] || { kill -KILL "$pid" 2>/dev/null || :; break; }
      sleep 0.1
    done
  fi
  rm -f "$1"
}

if [ "$action" = stop ]; then
  end "$folder/server.pid" "$folder/" "${3:-TERM}"
  end "$folder/epmd.pid" epmd KILL
  exit 0
fi

port=$3 user=$4 password=$5 names=$((port + 1)) distribution=$((port + 2)) as=()
program=${WYA_RABBITMQ_SERVER:-/usr/lib/rabbitmq/bin/rabbitmq-server}
[ -x "$program" ] || { printf '%s\n' "RabbitMQ is missing: as root, apt-get install rabbitmq-server; or name its program (not Debian's wrapper in sbin, which becomes another user) in WYA_RABBITMQ_SERVER." >&2; exit 1; }
mkdir -p "$folder"/{data,log,home}
chmod 711 "$folder"
umask 077
cat >"$folder/rabbitmq.conf" <<CONF
listeners.tcp.local = 127.0.0.1:$port
default_user = $user
default_pass = $password
disk_free_limit.absolute = 50MB
log.console = false
CONF
printf '[].\n' >"$folder/enabled_plugins" # streams are a kind of queue: over AMQP they need no plugin
if [ "$(id -u)" = 0 ]; then
  owner=$(id -un rabbitmq 2>/dev/null || printf nobody)
  chown -R "$owner" "$folder"
  as=(setpriv --reuid="$owner" --regid="$(id -g "$owner")" --clear-groups --)
fi

export HOME=$folder/home LANG=C.UTF-8 ERL_EPMD_PORT=$names ERL_EPMD_ADDRESS=127.0.0.1 # the cookie is made in its home
export RABBITMQ_NODENAME=wya-$port@localhost RABBITMQ_DIST_PORT=$distribution RABBITMQ_CONF_ENV_FILE=/dev/null
export RABBITMQ_CONFIG_FILE=$folder/rabbitmq.conf RABBITMQ_ADVANCED_CONFIG_FILE=$folder/none RABBITMQ_ENABLED_PLUGINS_FILE=$folder/enabled_plugins
export RABBITMQ_MNESIA_BASE=$folder/data RABBITMQ_LOG_BASE=$folder/log RABBITMQ_PID_FILE=$folder/own.pid
# One scheduler that sleeps when idle: by default it spins, and takes the time of what is beside it.
export RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS='+S 1:1 +sbwt none +sbwtdcpu none +sbwtdio none -kernel inet_dist_use_interface {127,0,0,1}'
cd "$folder/home"
if ! is_ours "$(cat "$folder/epmd.pid" 2>/dev/null || :)" epmd; then
  setsid "${as[@]}" epmd -port "$names" -address 127.0.0.1 >"$folder/log/epmd.log" 2>&1 </dev/null &
  printf '%s\n' $! >"$folder/epmd.pid"
fi
setsid "${as[@]}" "$program" >"$folder/log/start.log" 2>&1 </dev/null &
starting=$! waited=0
until (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do
  if ! kill -0 $starting 2>/dev/null || [ $((waited += 1)) -gt 1200 ]; then
    printf '%s\n' "RabbitMQ does not listen on port $port:" >&2
    tail -n 20 "$folder/log/start.log" >&2
    "$0" stop "$folder" KILL
    exit 1
  fi
  sleep 0.05
done
# The script that we started becomes the virtual machine or waits for it: it writes the id of the latter.
cp "$folder/own.pid" "$folder/server.pid"
