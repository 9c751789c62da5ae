use std::net::SocketAddr;

/// Why the sandbox does not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// Not an IP address and a port.
    #[error(
        "{0:?} is not an address to listen at: use an IP address and a port, as in 127.0.0.1:0"
    )]
    Address(String),
    /// An address that other machines can reach.
    #[error("{0} can be reached from other machines: listen at 127.0.0.1")]
    NotLoopback(SocketAddr),
    /// A proxy at an address that other machines can reach.
    #[error(
        "{0} can be reached from other machines: the proxy listens at 127.0.0.1, and nowhere else"
    )]
    ProxyNotLoopback(SocketAddr),
    /// Nothing can listen there.
    #[error("cannot listen at {address}")]
    Listen {
        /// Where.
        address: SocketAddr,
        /// Why.
        #[source]
        cause: std::io::Error,
    },
    /// The notification URL is not http or https.
    #[error("{0:?} is not a notification URL: use http:// or https:// with a host")]
    NotifyUrl(String),
    /// Credentials that PayTR could have issued.
    #[error(
        "merchant id {0} could be a real one: the sandbox takes ids that start with 0, \
         and never a real key"
    )]
    RealMerchant(String),
    /// A pause of zero or no attempts at all.
    #[error("a notification is sent at least once, and not again without a pause")]
    Pace,
    /// The system gives no random bytes.
    #[error("the system gives no random bytes")]
    NoRandomness,
    /// The certificates of the proxy could not be made.
    #[error("the certificates of the proxy could not be made")]
    Certificates(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The HTTP client for notifications could not be set up.
    #[error("the HTTP client for notifications could not be set up")]
    HttpClient(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// Why something cannot be done to an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ActionError {
    /// No page was asked for with this order id.
    #[error("the sandbox knows no such order")]
    UnknownOrder,
    /// It is paid, and that is final.
    #[error("the order is paid")]
    AlreadyPaid,
    /// The buyer left, or the time limit passed.
    #[error("the payment page is closed: the buyer left or its time ran out")]
    PageClosed,
    /// A card for a bank transfer, or the other way round.
    #[error("the order is paid another way: card and bank transfer do not mix")]
    OtherMethod,
    /// More instalments than the order allows.
    #[error("the order does not allow so many instalments")]
    Installments,
    /// No 3-D Secure code is expected now.
    #[error("no 3-D Secure code is expected now")]
    NoCodeAskedFor,
    /// A bank that is not on PayTR's list.
    #[error("the bank is not on the list")]
    UnknownBank,
    /// PayTR would not refund this.
    #[error("no refund: {why}")]
    Refund {
        /// Why.
        why: &'static str,
    },
    /// There is no address that its notifications go to.
    #[error("no address is set for these notifications")]
    NoAddress,
    /// No transfer with this id was made, or it came back already.
    #[error("no such transfer was made")]
    UnknownTransfer,
    /// There is no notification yet.
    #[error("the order has no notification yet")]
    NothingToSend,
}

/// The order did not get there in time.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("order {merchant_oid} did not get there in time; last seen: {last_seen}")]
pub struct WaitTimeout {
    /// The order.
    pub merchant_oid: String,
    /// What it looked like at the end.
    pub last_seen: String,
}
