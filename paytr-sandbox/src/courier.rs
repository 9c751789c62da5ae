use std::error::Error;
use std::io;
use std::time::Duration;

use reqwest::Method;
use reqwest::header::{CONTENT_TYPE, HeaderMap, LOCATION};
use url::Url;

use crate::delivery::Problem;
use crate::{PhpMessage, StartError, php_message, reply};

/// No acknowledgement is longer than this.
const MOST_OF_A_REPLY: usize = 64 * 1024;

/// How PayTR posts a notification.
const FORM: &str = "application/x-www-form-urlencoded";

/// Posts to a shop as PayTR does: it follows no redirect and reads the reply byte by byte. For tools
/// around the sandbox.
///
/// ```no_run
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use std::time::Duration;
/// use paytr_sandbox::Courier;
///
/// let courier = Courier::new(Duration::from_secs(15))?;
/// let url = "http://127.0.0.1:3000/paytr/callback";
/// let reply = courier.deliver(url, "merchant_oid=A1&status=success".to_owned()).await?;
/// println!("{}", reply.problem.map_or("OK", |problem| problem.english()));
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct Courier {
    http: reqwest::Client,
}

/// A shop's answer.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ShopReply {
    /// The HTTP status, if a whole reply came.
    pub status: Option<u16>,
    /// Where a redirect leads.
    pub location: Option<String>,
    /// At most the first 64 KiB of the body.
    pub body: Vec<u8>,
    /// Why it is no acknowledgement; `None` when it is HTTP 200 with exactly `OK`.
    pub problem: Option<Problem>,
}

impl Courier {
    /// One that waits so long for a reply.
    ///
    /// # Errors
    ///
    /// [`StartError::HttpClient`].
    pub fn new(reply_timeout: Duration) -> Result<Self, StartError> {
        // The shop is near: no proxy.
        let builder = paid_once_http::builder();
        let builder = builder.map_err(|error| StartError::HttpClient(error.into()))?;
        let http = builder
            .user_agent("paytr-sandbox")
            .no_proxy()
            .timeout(reply_timeout)
            .build();
        let http = http.map_err(|error| StartError::HttpClient(error.into()))?;
        Ok(Self { http })
    }

    /// Posts the body of a notification once.
    ///
    /// # Errors
    ///
    /// [`StartError::NotifyUrl`] when the URL is not http or https with a host. What goes wrong with
    /// the shop is a [`Problem`].
    pub async fn deliver(&self, url: &str, body: String) -> Result<ShopReply, StartError> {
        self.send("POST", url, Some(FORM), body.into_bytes()).await
    }

    /// Sends any request once. A method that does not exist is `POST`.
    ///
    /// # Errors
    ///
    /// As [`deliver`](Self::deliver).
    pub async fn send(
        &self,
        method: &str,
        url: &str,
        content_type: Option<&'static str>,
        body: Vec<u8>,
    ) -> Result<ShopReply, StartError> {
        let method = Method::from_bytes(method.as_bytes()).unwrap_or(Method::POST);
        let request = self.http.request(method, notify_url(url)?).body(body);
        let request = match content_type {
            Some(content_type) => request.header(CONTENT_TYPE, content_type),
            None => request,
        };
        Ok(finish(request).await)
    }

    pub(crate) async fn post(&self, url: Url, body: String) -> ShopReply {
        let request = self.http.post(url).header(CONTENT_TYPE, FORM).body(body);
        finish(request).await
    }
}

impl ShopReply {
    /// The beginning of the body as text, at most 500 characters.
    #[must_use]
    pub fn excerpt(&self) -> String {
        reply::excerpt(&self.body)
    }

    /// The warning or the error that PHP wrote into the body, whatever the status: of several the first that ended
    /// the script, or else the first.
    #[must_use]
    pub fn php_message(&self) -> Option<PhpMessage> {
        php_message::find(&self.body)
    }

    /// Whether it was HTTP 200 with exactly `OK`.
    #[must_use]
    pub fn is_acknowledgement(&self) -> bool {
        self.problem.is_none()
    }
}

/// Reads a notification URL.
pub(crate) fn notify_url(text: &str) -> Result<Url, StartError> {
    let url = Url::parse(text).ok();
    let url = url.filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
    url.ok_or_else(|| StartError::NotifyUrl(text.to_owned()))
}

async fn finish(request: reqwest::RequestBuilder) -> ShopReply {
    match read(request).await {
        Ok((status, location, body)) => {
            let mut problem = reply::problem(status, &body);
            if problem == Some(Problem::Redirect) {
                let location = location.as_deref().unwrap_or_default();
                problem = Some(reply::problem_of_redirect(location));
            }
            ShopReply {
                status: Some(status),
                location,
                body,
                problem,
            }
        }
        Err(error) => ShopReply {
            status: None,
            location: None,
            body: Vec::new(),
            problem: Some(problem_of(&error)),
        },
    }
}

async fn read(
    request: reqwest::RequestBuilder,
) -> Result<(u16, Option<String>, Vec<u8>), reqwest::Error> {
    let mut response = request.send().await?;
    let location = location(response.headers());
    let mut reply = Vec::new();
    while reply.len() < MOST_OF_A_REPLY
        && let Some(chunk) = response.chunk().await?
    {
        reply.extend_from_slice(&chunk);
    }
    Ok((response.status().as_u16(), location, reply))
}

fn location(headers: &HeaderMap) -> Option<String> {
    let location = headers.get(LOCATION)?.as_bytes();
    Some(String::from_utf8_lossy(location).into_owned())
}

fn problem_of(error: &reqwest::Error) -> Problem {
    if error.is_timeout() {
        return Problem::TimedOut;
    }
    let mut cause = error.source();
    while let Some(inner) = cause {
        if inner.is::<rustls::Error>() {
            return Problem::Tls;
        }
        // The source of an I/O error is the source of what it wraps, not that error itself.
        let mut io = inner.downcast_ref::<io::Error>();
        while let Some(error) = io {
            if error.kind() == io::ErrorKind::ConnectionRefused {
                return Problem::ConnectionRefused;
            }
            let Some(wrapped) = error.get_ref() else {
                break;
            };
            if wrapped.is::<rustls::Error>() {
                return Problem::Tls;
            }
            io = wrapped.downcast_ref();
        }
        cause = inner.source();
    }
    Problem::ConnectionFailed
}
