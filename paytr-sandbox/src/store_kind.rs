/// What kind of store the sandbox's merchant has at PayTR.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum StoreKind {
    /// An ordinary store: what it sells is paid out to it on the next day.
    #[default]
    Shop,
    /// A marketplace: money waits for transfer instructions, which divide it between sellers and the
    /// marketplace. Only it may use the transfer services.
    Marketplace,
}
