use std::io::{Read, Write as _};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
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
    closed: AtomicBool,
    open: Mutex<Vec<TcpStream>>,
    fault: Mutex<Fault>,
    ended: Condvar,
}

/// What is to happen on the lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    None,
    /// A message of this kind is lost, when that many were passed on before it.
    Lose(Message, u32),
    /// An answer is kept back, when that many were passed on before it.
    Hold(u32),
    /// One is kept back.
    Holding,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Message {
    Question,
    Answer,
}

impl Proxy {
    /// A proxy before the server on this port of 127.0.0.1.
    pub fn before(server: u16) -> Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("no free port")?;
        let lines = Arc::new(Lines {
            server,
            closed: AtomicBool::new(false),
            open: Mutex::default(),
            fault: Mutex::new(Fault::None),
            ended: Condvar::new(),
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
        self.lose_answer_after(0);
    }

    /// The same for a later answer: that many are passed on before it, over all connections.
    pub fn lose_answer_after(&self, answers: u32) {
        self.lines.set(Fault::Lose(Message::Answer, answers));
    }

    /// A question of the client is lost before the server sees it, and their connection is cut, when
    /// that many were passed on before it, over all connections.
    pub fn lose_question_after(&self, questions: u32) {
        self.lines.set(Fault::Lose(Message::Question, questions));
    }

    /// Keeps an answer back when that many were passed on before it, over all connections: the server
    /// has done what it was asked, and its client still waits.
    pub fn hold_answer_after(&self, answers: u32) {
        self.lines.set(Fault::Hold(answers));
    }

    /// Whether the answer that is to be lost or held, or the question, is still to come.
    #[must_use]
    pub fn is_waiting_for_an_answer(&self) -> bool {
        matches!(*self.lines.fault(), Fault::Lose(..) | Fault::Hold(_))
    }

    /// Whether an answer is kept back now.
    #[must_use]
    pub fn is_holding_an_answer(&self) -> bool {
        *self.lines.fault() == Fault::Holding
    }

    /// Loses and holds nothing any more. An answer that is kept back goes on, if its line is still there.
    pub fn go_on(&self) {
        self.lines.set(Fault::None);
    }

    /// Cuts every connection that is open now, with an answer that is kept back. New ones are accepted.
    pub fn cut(&self) {
        self.lines.cut();
        if self.is_holding_an_answer() {
            self.go_on();
        }
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.lines.closed.store(true, Ordering::SeqCst);
        // Wakes the listener up, so that it sees that it is over.
        let _ = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port));
        self.lines.cut();
        self.lines.set(Fault::None);
    }
}

impl Lines {
    fn fault(&self) -> MutexGuard<'_, Fault> {
        self.fault.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn set(&self, fault: Fault) {
        *self.fault() = fault;
        self.ended.notify_all();
    }

    /// Whether a message may be passed on. Waits while it is kept back.
    fn may_pass(&self, message: Message) -> bool {
        let mut fault = self.fault();
        match (*fault, message) {
            (Fault::Lose(lost, 0), _) if lost == message => {
                *fault = Fault::None;
                return false;
            }
            (Fault::Lose(lost, before), _) if lost == message => {
                *fault = Fault::Lose(lost, before - 1);
            }
            (Fault::Hold(0), Message::Answer) => *fault = Fault::Holding,
            (Fault::Hold(before), Message::Answer) => *fault = Fault::Hold(before - 1),
            // Nothing is to happen to it, or one is kept back and this is another one.
            _ => return true,
        }
        while *fault == Fault::Holding {
            let ended = self.ended.wait(fault);
            fault = ended.unwrap_or_else(PoisonError::into_inner);
        }
        true
    }

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
        let lines = Arc::clone(&self);
        thread::spawn(move || {
            pass_on(&mut asking, &mut to_server, || {
                lines.may_pass(Message::Question)
            });
        });
        thread::spawn(move || {
            pass_on(&mut answering, &mut to_client, || {
                self.may_pass(Message::Answer)
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
