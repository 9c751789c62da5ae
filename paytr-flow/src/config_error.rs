/// Settings that a purchase flow cannot work with. Every text says what to change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FlowConfigError {
    /// The public address is not one.
    #[error(
        "public_url must be the http or https address that buyers use, with a path at most and no \
         user, query or fragment, such as https://shop.example"
    )]
    PublicUrl,
    /// PayTR takes return addresses of at most 400 characters.
    #[error(
        "public_url and prefix are too long: the addresses of the result pages have at most 400 characters"
    )]
    TooLong,
    /// The prefix of the routes is not a path.
    #[error(
        "prefix must be a path such as /paytr: it starts with a slash, ends without one, and has \
         letters, digits, - and _"
    )]
    Prefix,
    /// The prefix of the order ids is not letters.
    #[error("order_prefix must be 1 to 12 ASCII letters, such as SHOP")]
    OrderPrefix,
    /// A number of instalments that PayTR does not take.
    #[error("installments must be any, none, or up to 2 to 12")]
    Installments,
    /// A life of the payment page that is too short or too long.
    #[error("timeout_minutes must be 1 to 1440")]
    TimeoutMinutes,
    /// No time for a request to PayTR.
    #[error("token_timeout must be longer than zero")]
    TokenTimeout,
    /// A blank or long title.
    #[error("title must be 1 to 100 characters")]
    Title,
    /// Notifications would be checked with another merchant's keys than requests are signed with.
    #[error(
        "the client and the gate belong to different merchants: make both from the same credentials"
    )]
    DifferentMerchants,
}
