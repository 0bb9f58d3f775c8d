# RabbitMQ for the proof of the relay, for ./dev, which sources this file: found or obtained. `./dev up` needs none. Proofs start
# servers of their own with eng/rabbitmq/serve.sh.
# shellcheck shell=bash disable=SC2154

find_rabbitmq() { [ -x "${WYA_RABBITMQ_SERVER:-/usr/lib/rabbitmq/bin/rabbitmq-server}" ]; }

try_rabbitmq() { # without one, the proof says what is missing
  find_rabbitmq && return
  is_root && command -v apt-get >/dev/null || return 0
  step install-rabbitmq "Installing RabbitMQ (apt-get)" "Install rabbitmq-server yourself." install_packages rabbitmq-server || return 0
}

stop_scratch_rabbitmq() { # what a broken run left behind, by the ids that it wrote there
  local folder
  for folder in "$instances"/scratch/rabbitmq-*/; do
    [ ! -d "$folder" ] || "$root/eng/rabbitmq/serve.sh" stop "${folder%/}" KILL
  done
}
