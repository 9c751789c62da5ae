use url::Url;

/// Where a payment came from, and what that brings with it.
pub(crate) enum Channel {
    /// get-token: a page inside the shop's page.
    Iframe,
    /// A card form on the shop's own page.
    Direct(DirectDetails),
    /// A BKM Express payment of the Direct API.
    BkmExpress,
    /// A payment link.
    Link(LinkDetails),
}

/// What only a payment of the Direct API has.
#[derive(Default)]
pub(crate) struct DirectDetails {
    /// The card is stored once it has paid.
    pub(crate) keep: Option<KeepCard>,
}

/// A card to be stored.
#[derive(Clone)]
pub(crate) struct KeepCard {
    /// The user who gets it; a new one if there is none.
    pub(crate) utoken: Option<String>,
    pub(crate) holder: String,
    /// Two digits each.
    pub(crate) month: String,
    pub(crate) year: String,
}

/// What only a payment of a link has.
#[derive(Clone)]
pub(crate) struct LinkDetails {
    pub(crate) link: String,
    /// How many pieces of a product.
    pub(crate) count: u64,
    /// Up to this many instalments cost the buyer nothing extra; 1 for none.
    pub(crate) interest_free: u8,
    pub(crate) callback: Option<LinkCallback>,
}

/// Where a link's payments are told.
#[derive(Clone)]
pub(crate) struct LinkCallback {
    pub(crate) url: Url,
    pub(crate) id: String,
}
