#!/bin/sh
# Writes the front door's configuration to standard output, for the nginx that is installed:
#
#   NGINX_RESOLVER=127.0.0.11 NGINX_EDGE=edge:8080 nginx/render.sh > nginx.conf
#   nginx -e stderr -c "$PWD/nginx.conf" -g 'daemon off;'
#
# Where the edges are (required)
#   NGINX_EDGE            name:port; the name resolves to all edges
#   NGINX_RESOLVER        address, or address:port, of the name server that knows it
#
# Where nginx serves and writes
#   NGINX_LISTEN          port or address:port, several with spaces between (80)
#   NGINX_ROOT            the pages (html, beside this file)
#   NGINX_TEMP            a folder that exists, for temporary files (/tmp)
#   NGINX_PID             (nginx.pid in NGINX_TEMP)
#   NGINX_ACCESS_LOG      (/dev/stdout)
#   NGINX_ERROR_LOG       (stderr)
#   NGINX_ERROR_LEVEL     what is less grave is not logged (crit); from `error` on, lines quote requests with their
#                         query strings, so what people search for is in them
#   NGINX_USER            who the workers are when nginx is started by root (what nginx was built with)
#
# How much
#   NGINX_WORKERS         processes (one for each core, at most 4)
#   NGINX_CONNECTIONS     of one worker; a WebSocket takes two (32768, or what `ulimit -Hn` leaves)
#   NGINX_CONNECTIONS_PER_ADDRESS   of clients (10000)
#   NGINX_TRUSTED_PROXIES   networks (CIDR, commas between) of proxies in front, whose X-Forwarded-For and
#                           X-Forwarded-Proto are believed (none)
#
# The same as the edges have, so that both agree
#   PARLANCE_HEARTBEAT_SECONDS (30), PARLANCE_LOGINS_PER_MINUTE (20), PARLANCE_REGISTRATIONS_PER_MINUTE (10)
#
#   NGINX_VERSION         of the nginx that will read it (what `nginx -v` says)
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)

fail() {
  echo "render.sh: $*" >&2
  exit 2
}

# The directives of each word or part of $2, as in `listen 80; listen [::]:80;`.
each() {
  directive=$1
  for value in $(echo "$2" | tr ',' ' '); do
    printf '%s %s; ' "$directive" "$value"
  done
}

# A minute's worth at once, one of which nginx admits anyway.
burst() {
  [ "$1" -lt 2 ] || echo " burst=$(($1 - 1)) nodelay"
}

# Replaces @$1@ by $2 everywhere.
put() {
  script="$script
s|@$1@|$(printf '%s' "$2" | sed 's/[\\&|]/\\&/g')|g"
}

[ -n "${NGINX_EDGE:-}" ] || fail "NGINX_EDGE is not set: name:port of the edges"
[ -n "${NGINX_RESOLVER:-}" ] || fail "NGINX_RESOLVER is not set: the name server that knows the edges"

# From 1.27.3 on every nginx can follow a name in an upstream, and so count the connections of each edge.
version=${NGINX_VERSION:-$(nginx -v 2>&1 | sed 's|.*/||')}
case $(echo "$version" | awk -F'[^0-9]+' 'NF >= 3 { print ($1 * 1000000 + $2 * 1000 + $3 >= 1027003) }') in
  1) script='/^ *#resolve: else$/,/^ *#resolve: end$/d; /^ *#resolve: if$/d' ;;
  0) script='/^ *#resolve: if$/,/^ *#resolve: else$/d; /^ *#resolve: end$/d' ;;
  *) fail "'$version' is not a version of nginx; install nginx, or set NGINX_VERSION" ;;
esac

cores=$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2)
[ "$cores" -le 4 ] || cores=4

connections=${NGINX_CONNECTIONS:-32768}
files=$(ulimit -Hn)
if [ "$files" != unlimited ] && [ "$files" -lt $((connections + 64)) ]; then
  connections=$((files - 64))
  echo "render.sh: only $files files may be open here, so a worker has $connections connections" >&2
fi

heartbeat=${PARLANCE_HEARTBEAT_SECONDS:-30}
logins=${PARLANCE_LOGINS_PER_MINUTE:-20}
registrations=${PARLANCE_REGISTRATIONS_PER_MINUTE:-10}

put EDGE "$NGINX_EDGE"
put RESOLVER "$NGINX_RESOLVER"
put LISTEN "$(each listen "${NGINX_LISTEN:-80}")"
put ROOT "${NGINX_ROOT:-$here/html}"
put TEMP "${NGINX_TEMP:-/tmp}"
put PID "${NGINX_PID:-${NGINX_TEMP:-/tmp}/nginx.pid}"
put ACCESS_LOG "${NGINX_ACCESS_LOG:-/dev/stdout}"
put ERROR_LOG "${NGINX_ERROR_LOG:-stderr} ${NGINX_ERROR_LEVEL:-crit}"
put USER "${NGINX_USER:+user $NGINX_USER;}"
put WORKERS "${NGINX_WORKERS:-$cores}"
put CONNECTIONS "$connections"
put FILES $((connections + 64))
put CONNECTIONS_PER_ADDRESS "${NGINX_CONNECTIONS_PER_ADDRESS:-10000}"
put BELIEVED "$(each set_real_ip_from "${NGINX_TRUSTED_PROXIES:-}")"
put PROXIES "$(for network in $(echo "${NGINX_TRUSTED_PROXIES:-}" | tr ',' ' '); do printf '%s 1; ' "$network"; done)"
put QUIET_SECONDS $((2 * heartbeat + 15))
put LOGINS "$logins"
put LOGINS_BURST "$(burst "$logins")"
put LOGIN_SECONDS $(((59 + logins) / logins))
put REGISTRATIONS "$registrations"
put REGISTRATIONS_BURST "$(burst "$registrations")"
put REGISTRATION_SECONDS $(((59 + registrations) / registrations))

sed "$script" "$here/nginx.conf.template"
