#!/bin/sh
# A PayTR on this machine and the relay in front of an app at port 3000: no account, no money. Ctrl-C ends both.
set -eu
cd "$(dirname "$0")"
if [ -z "${PROGRAMS:-}" ]; then # where `paytr` and `paytr-relay` are, if they are built already
  cargo build --package paytr-cli --package paytr-relay
  PROGRAMS=${CARGO_TARGET_DIR:-../../target}/debug
fi
random() { od -An -N"$1" -tx1 /dev/urandom | tr -d ' \n'; }
if [ ! -e .env ]; then
  umask 077
  # Secrets of this folder, for the relay, the sandbox and the app. The merchant exists in the sandbox only.
  secret=$("$PROGRAMS/paytr-relay" secret)
  cat > .env.new <<SECRETS
PAYTR_MERCHANT_ID=000001
PAYTR_MERCHANT_KEY=$(random 8)
PAYTR_MERCHANT_SALT=$(random 8)
RELAY_URL=http://127.0.0.1:8080
SHOP_API_TOKEN=$(random 20)
SHOP_WEBHOOK_SECRET=$secret
SECRETS
  mv .env.new .env
fi
set -a
. ./.env
set +a
"$PROGRAMS/paytr" sandbox --notify http://127.0.0.1:8080/callback/shop --resend-every 5 &
sandbox=$!
"$PROGRAMS/paytr-relay" &
relay=$!
trap 'kill $sandbox $relay 2> /dev/null || true; wait' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
# When one ends, so does the other.
while kill -0 $sandbox 2> /dev/null && kill -0 $relay 2> /dev/null; do sleep 1; done
exit 1
