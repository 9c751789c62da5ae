use std::io::{Read, Write as _};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use anyhow::{Context as _, Result};

/// A line to a server that can be cut at the wrong moment.
///
/// It listens on a port of 127.0.0.1 and passes bytes on in both directions, whatever they mean.
#[derive(Debug)]
pub struct Proxy {
    port: u16,
    lines: Arc<Lines>,
}

#[derive(Debug)]
struct Lines {
    server: u16,
    lose_next_answer: AtomicBool,
    closed: AtomicBool,
    open: Mutex<Vec<TcpStream>>,
}

impl Proxy {
    /// A proxy before the server on this port of 127.0.0.1.
    pub fn before(server: u16) -> Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("no free port")?;
        let lines = Arc::new(Lines {
            server,
            lose_next_answer: AtomicBool::new(false),
            closed: AtomicBool::new(false),
            open: Mutex::default(),
        });
        let port = listener.local_addr()?.port();
        let accepting = Arc::clone(&lines);
        thread::spawn(move || accepting.accept(&listener));
        Ok(Self { port, lines })
    }

    /// Where clients connect to, on 127.0.0.1.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The next bytes that the server sends are lost, and their connection is cut: the server has done
    /// what it was asked, and its client never hears of it.
    pub fn lose_next_answer(&self) {
        self.lines.lose_next_answer.store(true, Ordering::SeqCst);
    }

    /// Whether the answer of [`lose_next_answer`](Self::lose_next_answer) is still to come.
    #[must_use]
    pub fn is_waiting_for_an_answer(&self) -> bool {
        self.lines.lose_next_answer.load(Ordering::SeqCst)
    }

    /// Cuts every connection that is open now. New ones are accepted.
    pub fn cut(&self) {
        self.lines.cut();
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.lines.closed.store(true, Ordering::SeqCst);
        // Wakes the listener up, so that it sees that it is over.
        let _ = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port));
        self.lines.cut();
    }
}

impl Lines {
    fn accept(self: Arc<Self>, listener: &TcpListener) {
        for client in listener.incoming().flatten() {
            if self.closed.load(Ordering::SeqCst) {
                return;
            }
            // A server that is not there hangs up, as it would without the proxy.
            let _ = Arc::clone(&self).join(client);
        }
    }

    fn join(self: Arc<Self>, client: TcpStream) -> std::io::Result<()> {
        let server = TcpStream::connect((Ipv4Addr::LOCALHOST, self.server))?;
        let (mut asking, mut to_server) = (client.try_clone()?, server.try_clone()?);
        let (mut answering, mut to_client) = (server.try_clone()?, client.try_clone()?);
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.extend([client, server]);
        drop(open);
        thread::spawn(move || pass_on(&mut asking, &mut to_server, || true));
        thread::spawn(move || {
            let lines = self;
            pass_on(&mut answering, &mut to_client, || {
                !lines.lose_next_answer.swap(false, Ordering::SeqCst)
            });
        });
        Ok(())
    }

    fn cut(&self) {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        for line in open.drain(..) {
            let _ = line.shutdown(Shutdown::Both);
        }
    }
}

/// Until one side hangs up, or `may_pass` is false. Then both hang up.
fn pass_on(from: &mut TcpStream, to: &mut TcpStream, may_pass: impl Fn() -> bool) {
    let mut bytes = [0; 16 * 1024];
    while let Ok(count @ 1..) = from.read(&mut bytes) {
        let passed = bytes.get(..count).unwrap_or_default();
        if !may_pass() || to.write_all(passed).is_err() {
            break;
        }
    }
    let _ = from.shutdown(Shutdown::Both);
    let _ = to.shutdown(Shutdown::Both);
}
