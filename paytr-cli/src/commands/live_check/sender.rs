//! Sends one request after the other, each once.

use std::time::Duration;

use paytr_core::client::BaseUrl;
use reqwest::header::CONTENT_TYPE;
use reqwest::{Client, Method, Url};

use super::reply::Reply;
use super::request::Request;
use crate::commands::local::local;
use crate::exit::Failure;
use crate::output::chain;

/// As long as PayTR's own samples wait for a report.
const TIMEOUT: Duration = Duration::from_secs(90);

/// No reply that is asked for here has more.
const LONGEST: usize = 1024 * 1024;

pub(super) struct Sender {
    http: Client,
    base_url: String,
}

impl Sender {
    pub(super) fn new(base_url: &BaseUrl) -> Result<Self, Failure> {
        let base_url = base_url.to_string();
        let http = paid_once_http::builder().map_err(|error| local(&error))?;
        let mut http = http
            .user_agent(concat!("paytr-cli/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(Duration::from_secs(5))
            .timeout(TIMEOUT);
        // A proxy that the environment names has no way to this machine; without TLS it can be nowhere else.
        if base_url.starts_with("http://") {
            http = http.no_proxy();
        }
        let http = http.build().map_err(|error| local(&error))?;
        Ok(Self { http, base_url })
    }

    pub(super) fn url_of(&self, request: &Request) -> String {
        format!("{}{}", self.base_url, request.path)
    }

    /// The whole reply, or in a line why there is none.
    pub(super) async fn send(&self, request: &Request) -> Result<Reply, String> {
        let reply = self.read(request).await;
        // The address of a page has its token in it.
        reply.map_err(|error| chain(&error.without_url()))?
    }

    async fn read(&self, request: &Request) -> Result<Result<Reply, String>, reqwest::Error> {
        let Ok(url) = Url::parse(&self.url_of(request)) else {
            return Ok(Err("the address cannot be read".to_owned()));
        };
        let http = match request.body() {
            None => self.http.request(Method::GET, url),
            Some((content_type, body)) => {
                let http = self.http.request(Method::POST, url);
                http.header(CONTENT_TYPE, content_type).body(body)
            }
        };
        let mut response = http.send().await?;
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await? {
            body.extend_from_slice(&chunk);
            if body.len() > LONGEST {
                return Ok(Err("the reply has more than 1 MiB".to_owned()));
            }
        }
        Ok(Ok(Reply::new(response.status().as_u16(), body)))
    }
}
