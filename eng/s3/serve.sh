#!/usr/bin/env bash
# A real server of the S3 protocol for one test run: Ceph's RADOS gateway over one monitor and one store in memory. Loopback
# only, as whoever calls it; nothing outside its folder is written, and the ids of its processes are in run/.
#   serve.sh start FOLDER PORT KEY SECRET     returns when it answers; PORT+1 and on belong to it too
#   serve.sh stop FOLDER
set -euo pipefail
folder=$2

if [ "$1" = stop ]; then
  for name in client.admin osd.0 mon.a; do
    pid=$(cat "$folder/run/$name.pid" 2>/dev/null || :)
    # An id may have been given to another process since.
    if [ -n "$pid" ] && [[ $(tr '\0' ' ' 2>/dev/null <"/proc/$pid/cmdline") == *"$folder/ceph.conf"* ]]; then kill -KILL "$pid" 2>/dev/null || :; fi
  done
  rm -rf "$folder"
  exit 0
fi

port=$3 key=$4 secret=$5 monitor=$((port + 1)) settings=(-c "$folder/ceph.conf")
mkdir -p "$folder"/{mon,osd,run,log,gateway}
chmod 700 "$folder"
cat >"$folder/ceph.conf" <<CONF
[global]
fsid = $(cat /proc/sys/kernel/random/uuid)
mon host = [v2:127.0.0.1:$monitor]
mon initial members = a
public addr = 127.0.0.1
cluster addr = 127.0.0.1
auth allow insecure global id reclaim = false
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 8
osd pool default pgp num = 8
osd pool default pg autoscale mode = off
mon allow pool size one = true
mon warn on pool no redundancy = false
osd crush chooseleaf type = 0
run dir = $folder/run
admin socket = $folder/run/\$name.\$pid.asok
pid file = $folder/run/\$name.pid
log file = $folder/log/\$name.log
keyring = $folder/keyring
mon data = $folder/mon
osd data = $folder/osd
osd objectstore = memstore
memstore device bytes = 1073741824
ms bind msgr2 = true
ms bind msgr1 = false
ms bind port min = $((port + 2))
ms bind port max = $((port + 19))
mon data avail warn = 1
mon data avail crit = 1
rgw data = $folder/gateway
rgw frontends = beast endpoint=127.0.0.1:$port
rgw dns name = 127.0.0.1
rgw thread pool size = 64
CONF
ceph-authtool --create-keyring "$folder/keyring" --gen-key -n mon. --cap mon 'allow *' >/dev/null
ceph-authtool "$folder/keyring" --gen-key -n client.admin --cap mon 'allow *' --cap osd 'allow *' --cap mgr 'allow *' >/dev/null
monmaptool --create --fsid "$(sed -n 's/^fsid = //p' "$folder/ceph.conf")" --addv a "[v2:127.0.0.1:$monitor]" "$folder/monmap" >/dev/null
ceph-mon "${settings[@]}" --mkfs -i a --monmap "$folder/monmap" --keyring "$folder/keyring"
ceph-mon "${settings[@]}" -i a
store=$(cat /proc/sys/kernel/random/uuid) store_key=$(ceph-authtool --gen-print-key)
printf '{"cephx_secret": "%s"}' "$store_key" >"$folder/store.json"
timeout 30 ceph "${settings[@]}" osd new "$store" -i "$folder/store.json" >/dev/null
ceph-osd "${settings[@]}" -i 0 --mkfs --key "$store_key" --osd-uuid "$store" 2>/dev/null
printf '[osd.0]\nkey = %s\n' "$store_key" >"$folder/osd/keyring"
ceph-osd "${settings[@]}" -i 0 -k "$folder/osd/keyring" >/dev/null 2>&1
radosgw "${settings[@]}" -n client.admin >/dev/null 2>&1
waited=0
until (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do
  [ $((waited += 1)) -lt 600 ] || { printf '%s\n' "It does not listen on port $port." >&2; exit 1; }
  sleep 0.1
done
timeout 60 radosgw-admin "${settings[@]}" user create --uid=wya --display-name=wya --access-key="$key" --secret-key="$secret" >/dev/null
