//! What the clients of payment providers share: a request that changes something is sent once, a reply is
//! read within limits, and an error says whether the request may have had its effect.
//!
//! A part of `paytr-core`, `payture` and `paytrek`, which show what you need of it.
//!
//! ```
//! use paid_once_http::{Replies, SendError, client};
//! use std::time::Duration;
//!
//! const REPLIES: Replies = Replies {
//!     is_answer: |status| status == 200,
//!     longest: 64 * 1024,
//! };
//!
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let http = client(Duration::from_secs(5), Some(Duration::from_secs(20)), true)?;
//! match REPLIES.once(http.post("http://127.0.0.1:8080/refund").body("order=1")).await {
//!     Ok(reply) => println!("{} bytes", reply.body.len()),
//!     Err(SendError::NotSent(cause)) => println!("send it again: {cause}"),
//!     Err(SendError::Indeterminate(cause)) => println!("ask before anything else: {cause}"),
//! }
//! # Ok(())
//! # }
//! ```

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use backon::{ExponentialBuilder, Retryable as _};
use paid_once::BoxError;
use reqwest::RequestBuilder;
use rustls::ClientConfig;
use rustls::crypto::{CryptoProvider, ring};
use rustls_platform_verifier::BuilderVerifierExt as _;

/// An HTTP client for one provider: TLS by rustls, no redirects, no tries of its own.
///
/// Without a total timeout each request brings its own. On `loopback` a proxy that the environment names is
/// not used: it has no way to this machine.
///
/// # Errors
///
/// [`ClientBuildError`] when TLS cannot be set up.
pub fn client(
    connect_timeout: Duration,
    total_timeout: Option<Duration>,
    loopback: bool,
) -> Result<reqwest::Client, ClientBuildError> {
    let mut builder = builder()?.connect_timeout(connect_timeout);
    if let Some(timeout) = total_timeout {
        builder = builder.timeout(timeout);
    }
    if loopback {
        builder = builder.no_proxy();
    }
    builder
        .build()
        .map_err(|error| ClientBuildError(error.into()))
}

/// What a [`client`] is built from, for one that differs: TLS by rustls, no redirects, no tries of its own.
///
/// TLS is that of the process where the program installed a
/// [provider](rustls::crypto::CryptoProvider::install_default), otherwise ring; who is trusted says the operating
/// system.
///
/// # Errors
///
/// [`ClientBuildError`] when TLS cannot be set up.
pub fn builder() -> Result<reqwest::ClientBuilder, ClientBuildError> {
    let tls = tls().map_err(|error| ClientBuildError(error.into()))?;
    Ok(reqwest::Client::builder()
        .tls_backend_preconfigured(tls)
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never()))
}

/// Not by a default provider: to install one is for the program to do, and reqwest would panic without.
fn tls() -> Result<ClientConfig, rustls::Error> {
    let provider = CryptoProvider::get_default().cloned();
    let provider = provider.unwrap_or_else(|| Arc::new(ring::default_provider()));
    Ok(ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_platform_verifier()?
        .with_no_client_auth())
}

/// The HTTP client could not be set up.
#[derive(Debug, thiserror::Error)]
#[error("the HTTP client could not be set up")]
pub struct ClientBuildError(#[source] BoxError);

/// Which replies of a provider are read.
#[derive(Debug, Clone, Copy)]
pub struct Replies {
    /// Whether a reply with this HTTP status says something about the request. Any other is
    /// [`Indeterminate`](SendError::Indeterminate), and its body is not read.
    pub is_answer: fn(u16) -> bool,
    /// The length of the longest body, in bytes; a longer one is not read to its end.
    pub longest: usize,
}

impl Replies {
    /// Sends a request, once.
    ///
    /// # Errors
    ///
    /// [`SendError`].
    pub async fn once(&self, request: RequestBuilder) -> Result<Reply, SendError> {
        let mut response = request.send().await.map_err(SendError::of)?;
        let status = response.status().as_u16();
        if !(self.is_answer)(status) {
            return Err(SendError::Indeterminate(format!("HTTP {status}").into()));
        }
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(SendError::of)? {
            if body.len() + chunk.len() > self.longest {
                return Err(SendError::Indeterminate("the reply is too long".into()));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Reply { status, body })
    }

    /// Sends a request that changes nothing: while there is no answer up to three times, with pauses of
    /// 200 ms and more, and jitter. A body that is a stream cannot be sent again.
    ///
    /// # Errors
    ///
    /// The last [`SendError`].
    pub async fn repeatable(&self, request: RequestBuilder) -> Result<Reply, SendError> {
        if request.try_clone().is_none() {
            return self.once(request).await;
        }
        let pauses = ExponentialBuilder::default()
            .with_min_delay(Duration::from_millis(200))
            .with_max_delay(Duration::from_secs(2))
            .with_max_times(2)
            .with_jitter();
        let again = || async {
            match request.try_clone() {
                Some(request) => self.once(request).await,
                None => Err(SendError::NotSent("the request cannot be copied".into())),
            }
        };
        again.retry(pauses).await
    }
}

/// Why there is no reply.
#[derive(Debug, thiserror::Error)]
pub enum SendError {
    /// No connection could be made. Nothing was sent.
    #[error("the provider could not be reached")]
    NotSent(#[source] BoxError),
    /// The request was sent and its outcome is unknown. It may have had its effect.
    #[error("the provider gave no usable answer; the outcome is unknown")]
    Indeterminate(#[source] BoxError),
}

impl SendError {
    /// Only what failed before a connection stood was surely not sent. The address is left out: it may
    /// hold a token.
    fn of(error: reqwest::Error) -> Self {
        let not_sent = error.is_connect() || error.is_builder();
        let cause = error.without_url().into();
        if not_sent {
            Self::NotSent(cause)
        } else {
            Self::Indeterminate(cause)
        }
    }
}

/// A reply as it came.
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// The whole body.
    pub body: Vec<u8>,
}

impl Reply {
    /// The beginning of the body, to keep in an error.
    #[must_use]
    pub fn beginning(&self) -> ReplyBody {
        let kept = self.body.get(..KEPT).unwrap_or(&self.body);
        ReplyBody(String::from_utf8_lossy(kept).into_owned())
    }
}

impl fmt::Debug for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Reply(HTTP {}, {} bytes)", self.status, self.body.len())
    }
}

/// How many bytes of a reply are kept in an error.
const KEPT: usize = 2_048;

/// The beginning of a reply. It may hold personal data, so `Debug` shows its length only.
#[derive(Clone, PartialEq, Eq)]
pub struct ReplyBody(String);

impl ReplyBody {
    /// The text, at most 2 KiB; bytes that are not UTF-8 are replaced.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for ReplyBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ReplyBody({} bytes)", self.0.len())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpListener;

    use super::*;

    const REPLIES: Replies = Replies {
        is_answer: |status| status == 200,
        longest: 4,
    };

    /// Answers each connection with the next text, and counts them.
    async fn serve(answers: &'static [&'static str]) -> (String, Arc<AtomicUsize>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/secret-path", listener.local_addr().unwrap());
        let served = Arc::<AtomicUsize>::default();
        let count = Arc::clone(&served);
        tokio::spawn(async move {
            for answer in answers {
                let (mut stream, _) = listener.accept().await.unwrap();
                count.fetch_add(1, Ordering::SeqCst);
                let _ = stream.read(&mut [0; 4_096]).await.unwrap();
                stream.write_all(answer.as_bytes()).await.unwrap();
            }
        });
        (url, served)
    }

    fn http() -> reqwest::Client {
        client(Duration::from_secs(5), None, true).unwrap()
    }

    const OK: &str = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 4\r\n\r\nyes!";
    const LONG: &str = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 5\r\n\r\nyes!!";
    const AWAY: &str = "HTTP/1.1 503 Away\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";

    #[tokio::test]
    async fn a_question_is_asked_three_times_and_no_more() {
        let (url, served) = serve(&[AWAY, "", OK]).await;
        let reply = REPLIES.repeatable(http().get(&url)).await.unwrap();
        assert_eq!((reply.status, &*reply.body), (200, &b"yes!"[..]));
        assert_eq!(served.load(Ordering::SeqCst), 3);

        let (url, served) = serve(&[AWAY, AWAY, AWAY, OK]).await;
        let error = REPLIES.repeatable(http().get(&url)).await.unwrap_err();
        assert!(matches!(error, SendError::Indeterminate(_)), "{error:?}");
        assert_eq!(served.load(Ordering::SeqCst), 3);
    }

    #[tokio::test]
    async fn what_changes_something_is_sent_once_whatever_comes_of_it() {
        for answer in [&[AWAY, OK], &["", OK], &[LONG, OK]] {
            let (url, served) = serve(answer).await;
            let error = REPLIES.once(http().post(&url)).await.unwrap_err();
            assert!(matches!(error, SendError::Indeterminate(_)), "{error:?}");
            assert!(!format!("{error:?}").contains("secret-path"));
            assert_eq!(served.load(Ordering::SeqCst), 1);
        }
    }

    #[tokio::test]
    async fn what_never_had_a_connection_was_not_sent() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        drop(listener);
        for url in [url.as_str(), "no address"] {
            let error = REPLIES.once(http().post(url)).await.unwrap_err();
            assert!(matches!(error, SendError::NotSent(_)), "{url}: {error:?}");
            let error = REPLIES.repeatable(http().post(url)).await.unwrap_err();
            assert!(matches!(error, SendError::NotSent(_)), "{url}: {error:?}");
        }
    }

    #[test]
    fn a_reply_shows_its_length_and_keeps_its_beginning() {
        let reply = Reply {
            status: 200,
            body: b"name=Ay\xc5".repeat(1_000),
        };
        assert_eq!(format!("{reply:?}"), "Reply(HTTP 200, 8000 bytes)");
        let kept = reply.beginning();
        assert!(kept.as_str().starts_with("name=Ay\u{fffd}name"));
        assert!(!format!("{kept:?}").contains("name"));
    }
}
