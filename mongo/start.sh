#!/bin/sh
# Starts mongod as a replica set of one, with what `parlance setup` has made for it in $SECRETS.
# Runs as root for as long as it takes to hand the files to mongod's user; the image's own entry point does the rest.
set -eu

umask 077
cp "$SECRETS/keyfile" "$SECRETS/operator_password" /run/mongo
chown 999:999 /run/mongo /run/mongo/*
MONGO_INITDB_ROOT_USERNAME=parlance
MONGO_INITDB_ROOT_PASSWORD=$(cat "$SECRETS/password")
export MONGO_INITDB_ROOT_USERNAME MONGO_INITDB_ROOT_PASSWORD

exec docker-entrypoint.sh mongod --replSet rs0 --keyFile /run/mongo/keyfile --bind_ip_all
