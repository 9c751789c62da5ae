//! A server of this framework.

use std::net::{SocketAddr, TcpListener};

use actix_web::body::MessageBody;
use actix_web::dev::{ServerHandle, ServiceFactory, ServiceRequest, ServiceResponse};
use actix_web::{App, Error, HttpServer, rt};
use notification_suite::http::{Answer, listen, post};
use notification_suite::paths;

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
        Self::on(listen(), app)
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

    /// Delivers a notification of a payment.
    pub(crate) async fn deliver(&self, body: &str) -> Answer {
        post(self.address, paths::PAYMENTS, body).await
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // The order to stop is sent now; the answer is of no interest.
        drop(self.handle.stop(false));
    }
}
