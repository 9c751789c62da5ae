//! Raw HTTP: the bytes of a request, and the answer as it came.

use std::net::{SocketAddr, TcpListener};
use std::time::Duration;

use actix_web::body::MessageBody;
use actix_web::dev::{ServerHandle, ServiceFactory, ServiceRequest, ServiceResponse};
use actix_web::{App, Error, HttpServer, rt};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

pub(crate) const PATH: &str = "/paytr/callback";
pub(crate) const PATIENCE: Duration = Duration::from_secs(10);

/// A running server; it stops when this is dropped.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    handle: ServerHandle,
}

impl Server {
    pub(crate) fn start<T, B>(app: impl Fn() -> App<T> + Send + Clone + 'static) -> Self
    where
        B: MessageBody + 'static,
        T: ServiceFactory<
                ServiceRequest,
                Config = (),
                Response = ServiceResponse<B>,
                Error = Error,
                InitError = (),
            > + 'static,
    {
        Self::on(TcpListener::bind("127.0.0.1:0").unwrap(), app)
    }

    pub(crate) fn on<T, B>(
        listener: TcpListener,
        app: impl Fn() -> App<T> + Send + Clone + 'static,
    ) -> Self
    where
        B: MessageBody + 'static,
        T: ServiceFactory<
                ServiceRequest,
                Config = (),
                Response = ServiceResponse<B>,
                Error = Error,
                InitError = (),
            > + 'static,
    {
        let address = listener.local_addr().unwrap();
        let server = HttpServer::new(app).workers(2).disable_signals();
        let server = server.listen(listener).unwrap().run();
        let handle = server.handle();
        rt::spawn(server);
        Self { address, handle }
    }

    pub(crate) async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    /// Sends these bytes and reads the whole answer.
    pub(crate) async fn exchange(&self, request: &[u8]) -> Answer {
        let mut stream = self.connect().await;
        stream.write_all(request).await.unwrap();
        Answer::read(&mut stream).await
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // The order to stop is sent now; the answer is of no interest.
        drop(self.handle.stop(false));
    }
}

/// The bytes of a well-formed notification request.
pub(crate) fn request(body: &str) -> Vec<u8> {
    custom(
        "POST",
        "Content-Type: application/x-www-form-urlencoded\r\n",
        body,
    )
}

/// The bytes of a request to the callback with other headers.
pub(crate) fn custom(method: &str, headers: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!(
        "{method} {PATH} HTTP/1.1\r\nHost: shop\r\nConnection: close\r\nContent-Length: {length}\r\n\
         {headers}\r\n{body}"
    )
    .into_bytes()
}

/// An HTTP answer, as bytes came.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) async fn read(stream: &mut TcpStream) -> Self {
        let mut bytes = Vec::new();
        tokio::time::timeout(PATIENCE, stream.read_to_end(&mut bytes))
            .await
            .expect("the answer takes too long")
            .expect("the connection broke");
        let text = String::from_utf8(bytes).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").expect("an HTTP answer");
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        Self {
            status,
            head: head.to_ascii_lowercase(),
            body: body.to_owned(),
        }
    }
}

/// Waits until a condition holds.
pub(crate) async fn wait_for(what: &str, condition: impl AsyncFn() -> bool) {
    let deadline = tokio::time::Instant::now() + PATIENCE;
    while !condition().await {
        assert!(
            tokio::time::Instant::now() < deadline,
            "never happened: {what}"
        );
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}
