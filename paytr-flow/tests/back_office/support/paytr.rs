use std::collections::HashMap;
use std::fmt::Write as _;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

pub(crate) type Fields = HashMap<String, String>;

/// What becomes of a refund.
#[derive(Clone, Copy)]
pub(crate) enum RefundScript {
    /// It is executed and confirmed.
    Execute,
    /// It is refused with this code.
    Refuse(&'static str),
    /// It is executed later; the connection breaks, and no status inquiry lists it.
    Lose,
}

/// The few lines of HTTP that refunds, status inquiries and reports need.
pub(crate) struct FakePaytr {
    base_url: String,
    state: Arc<Mutex<State>>,
}

struct State {
    script: RefundScript,
    /// Paid totals by order, in minor units.
    paid: HashMap<String, u64>,
    /// Order, reference, amount as it was asked for.
    executed: Vec<(String, String, String)>,
    asked_for: Vec<Fields>,
    report: String,
}

impl FakePaytr {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base_url = format!("http://{}", listener.local_addr().unwrap());
        let state = Arc::new(Mutex::new(State {
            script: RefundScript::Execute,
            paid: HashMap::new(),
            executed: Vec::new(),
            asked_for: Vec::new(),
            report: String::new(),
        }));
        let shared = Arc::clone(&state);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(answer(stream, Arc::clone(&shared)));
            }
        });
        Self { base_url, state }
    }

    pub(crate) fn base_url(&self) -> &str {
        &self.base_url
    }

    pub(crate) fn play(&self, script: RefundScript) {
        self.state.lock().unwrap().script = script;
    }

    /// PayTR has this payment.
    pub(crate) fn paid(&self, oid: &str, total: u64) {
        let mut state = self.state.lock().unwrap();
        state.paid.insert(oid.to_owned(), total);
    }

    /// PayTR lists this refund from now on.
    pub(crate) fn list(&self, oid: &str, reference: &str, amount: &str) {
        let refund = [oid, reference, amount].map(str::to_owned);
        self.state.lock().unwrap().executed.push(refund.into());
    }

    /// What the report of any day says.
    pub(crate) fn report(&self, report: String) {
        self.state.lock().unwrap().report = report;
    }

    /// The refunds that were asked for so far.
    pub(crate) fn refunds(&self) -> Vec<Fields> {
        self.state.lock().unwrap().asked_for.clone()
    }
}

async fn answer(mut stream: TcpStream, state: Arc<Mutex<State>>) {
    let Some((path, form)) = read(&mut stream).await else {
        return;
    };
    let body = match path.as_str() {
        "/odeme/iade" => refund(&form, &state),
        "/odeme/durum-sorgu" => Some(status(&form, &state)),
        "/rapor/islem-dokumu" => Some(state.lock().unwrap().report.clone()),
        other => panic!("PayTR is asked for {other}"),
    };
    let Some(body) = body else { return };
    let length = body.len();
    let reply =
        format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}");
    let _ = stream.write_all(reply.as_bytes()).await;
}

fn refund(form: &Fields, state: &Mutex<State>) -> Option<String> {
    let mut state = state.lock().unwrap();
    state.asked_for.push(form.clone());
    let [oid, reference, amount] =
        ["merchant_oid", "reference_no", "return_amount"].map(|name| form[name].clone());
    match state.script {
        RefundScript::Execute => {
            let reply = format!(
                r#"{{"status":"success","merchant_oid":"{oid}","return_amount":"{amount}","reference_no":"{reference}"}}"#
            );
            state.executed.push((oid, reference, amount));
            Some(reply)
        }
        RefundScript::Refuse(code) => Some(format!(
            r#"{{"status":"error","err_no":"{code}","err_msg":"<b>hayir</b>"}}"#
        )),
        RefundScript::Lose => None,
    }
}

fn status(form: &Fields, state: &Mutex<State>) -> String {
    let state = state.lock().unwrap();
    let oid = &form["merchant_oid"];
    let Some(total) = state.paid.get(oid) else {
        return r#"{"status":"error","err_no":"004","err_msg":"odeme bulunamadi"}"#.to_owned();
    };
    let total = format!("{}.{:02}", total / 100, total % 100);
    let mut returns = String::new();
    let of_order = state.executed.iter().filter(|(order, ..)| order == oid);
    for (index, (_, reference, amount)) in of_order.enumerate() {
        let comma = if index > 0 { "," } else { "" };
        let entry = format!(r#"{{"return_amount":"{amount}","reference_no":"{reference}"}}"#);
        write!(returns, "{comma}{entry}").unwrap();
    }
    format!(
        r#"{{"status":"success","payment_amount":"{total}","payment_total":"{total}","currency":"TL","test_mode":"0","returns":[{returns}]}}"#
    )
}

async fn read(stream: &mut TcpStream) -> Option<(String, Fields)> {
    let mut received = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&received);
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let path = head.split(' ').nth(1)?.to_owned();
            let length = head.lines().find_map(|line| {
                let (name, value) = line.split_once(": ")?;
                name.eq_ignore_ascii_case("content-length")
                    .then(|| value.parse().unwrap())
            });
            if body.len() >= length.unwrap_or(0_usize) {
                let pairs = form_urlencoded::parse(body.as_bytes());
                return Some((path, pairs.into_owned().collect()));
            }
        }
        if stream.read_buf(&mut received).await.ok()? == 0 {
            return None;
        }
    }
}
