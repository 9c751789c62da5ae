#!/usr/bin/env bash
# crates.io `axum` 0.8.9, `axum::serve`: a sender that posts its whole request, closes its own side of the
# connection (TCP half-close, as `shutdown(SHUT_WR)` does) and waits for the answer gets none, and the handler
# is dropped at its next await. A webhook handler that writes to a database is stopped in the middle, and the
# sender of the notification hears nothing. hyper's own server answers such a sender with `half_close(true)`;
# `axum::serve` has no switch for it.
#
# Seen: the same request without the half-close is answered "OK", with it the connection ends after 0 bytes; the
# handler began twice and ended once.
#
# Needs cargo and python3.
set -euo pipefail
folder=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server"; rm -rf "$folder"' EXIT
cd "$folder"
mkdir src
cat >Cargo.toml <<'TOML'
[package]
name = "half-close"
version = "0.0.0"
edition = "2024"
[dependencies]
axum = { version = "=0.8.9", default-features = false, features = ["http1", "tokio"] }
tokio = { version = "1", features = ["macros", "net", "rt", "time"] }
TOML
cat >src/main.rs <<'RS'
use axum::{Router, routing::post};

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    println!("{}", listener.local_addr().unwrap().port());
    let app = Router::new().route("/", post(notified));
    axum::serve(listener, app).await.unwrap();
}

async fn notified(body: String) -> &'static str {
    println!("begins {body}");
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    println!("ends {body}");
    "OK"
}
RS
CARGO_TARGET_DIR="$folder/target" cargo build --quiet
"$folder/target/debug/half-close" >log &
server=$!
until [ -s log ]; do read -rt 0.1 <> <(:) || true; done
cat >post.py <<'PY'
import socket, sys
port, half_close = int(sys.argv[1]), sys.argv[2] == "half-close"
with socket.create_connection(("127.0.0.1", port), timeout=10) as sender:
    sender.sendall(b"POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 4\r\n\r\npaid")
    if half_close:
        sender.shutdown(socket.SHUT_WR)
    answer = b""
    while part := sender.recv(4096):
        answer += part
print(answer.rsplit(b"\r\n\r\n")[-1].decode() if answer else "nothing")
PY
port=$(head -n 1 log)
whole=$(python3 post.py "$port" whole)
half=$(python3 post.py "$port" half-close)
echo "whole: $whole; half-close: $half; the handler began $(grep -c begins log) times and ended $(grep -c ends log) times"
[[ $whole == OK && $half == nothing && $(grep -c begins log) == 2 && $(grep -c ends log) == 1 ]]
