#!/usr/bin/env bash
# Debian 12's `caddy` 2.6.2-5, `reverse_proxy` with two upstreams, `lb_try_duration` and `fail_duration`: one
# upstream refuses connections, the other one is well. A GET is served by the one that is well. A POST with a body
# that is first sent to the upstream that refuses is tried at the other one with a body that is closed already: it
# gets 502 ("invalid Read on closed Body"), and the upstream that is well counts as failed too, so that for
# `fail_duration` every request gets 503 ("no upstreams available"). A payment notification is such a POST.
#
# Seen: ten GETs are ten times 200; of ten POSTs of three bytes with the same configuration none to two are 200,
# one is 502, and the others are 503.
#
# Needs apt-get with package lists, dpkg-deb, curl and python3.
set -euo pipefail
folder=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null || true; wait || true; rm -rf "$folder"' EXIT
cd "$folder"
apt-get download -q caddy=2.6.2-5 >/dev/null
dpkg-deb -x caddy_*.deb .
cat >well.py <<'PY'
import http.server, socket

class Well(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        self.rfile.read(int(self.headers.get("content-length") or 0))
        self.send_response(200)
        self.send_header("content-length", "2")
        self.end_headers()
        self.wfile.write(b"OK")
    do_GET = do_POST
    def log_message(self, *_): pass

gone, proxy = socket.socket(), socket.socket()
for one in (gone, proxy):
    one.bind(("127.0.0.1", 0))
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Well)
print(gone.getsockname()[1], server.server_address[1], proxy.getsockname()[1], flush=True)
proxy.close()
server.serve_forever()
PY
python3 well.py >ports 2>/dev/null &
until [ -s ports ]; do read -rt 0.1 <> <(:) || true; done
read -r gone well port <ports
start() {
    cat >Caddyfile <<CADDY
{
	admin off
}
:$port {
	bind 127.0.0.1
	reverse_proxy 127.0.0.1:$gone 127.0.0.1:$well {
		lb_policy round_robin
		lb_try_duration 5s
		fail_duration 30s
	}
}
CADDY
    HOME=$folder usr/bin/caddy run --adapter caddyfile --config Caddyfile 2>caddy.log &
    caddy=$!
    until curl -so /dev/null "http://127.0.0.1:$port/" || [ $? -ne 7 ]; do read -rt 0.1 <> <(:) || true; done
}
ten() {
    for _ in 1 2 3 4 5 6 7 8 9 10; do
        curl -s -m 10 -o /dev/null -w '%{http_code} ' "$@" "http://127.0.0.1:$port/"
    done
}
usr/bin/caddy version
start
gets=$(ten)
kill $caddy; wait $caddy || true
# Started anew, so that no upstream is marked; the first request above may mark the one that is gone, so the
# waiting for the start is a TCP connection alone.
HOME=$folder usr/bin/caddy run --adapter caddyfile --config Caddyfile 2>caddy.log &
until (: <>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do read -rt 0.1 <> <(:) || true; done
posts=$(ten -d a=b)
echo "GET:  $gets"
echo "POST: $posts"
grep -c 'invalid Read on closed Body' caddy.log
[ "$gets" = "200 200 200 200 200 200 200 200 200 200 " ]
[ "$(grep -o 502 <<<"$posts" | wc -l)" -eq 1 ]
[ "$(grep -o 503 <<<"$posts" | wc -l)" -ge 7 ]
echo "as stated"
