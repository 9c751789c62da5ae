use paytr_core::api::{
    BkmExpress, BrokenRule, BrowserPayment, Cashout, CreateLink, DirectPayment, Endpoint,
    FieldRule, IframeCard, IframeEft, PlatformTransfer, Refund, StatusInquiry,
};
use paytr_core::callback::NotificationKind;
use paytr_core::testing::{self, MERCHANT_SALT, NotificationFormula};

use super::body::Body;
use super::signed_text::{Piece, SignedText};

/// What PayTR signs, by the names of its fields.
#[derive(Debug, Clone, Copy)]
pub(super) struct Formula {
    /// What it belongs to.
    pub(super) name: &'static str,
    fields: &'static [&'static str],
    /// What PayTR takes in each field; empty for what PayTR itself posts.
    rules: &'static [FieldRule],
    /// The salt of a request comes last and is not named; a notification says where it goes.
    is_request: bool,
}

const fn notification<K: NotificationFormula>(name: &'static str) -> Formula {
    Formula {
        name,
        fields: K::SIGNED,
        rules: &[],
        is_request: false,
    }
}

const fn request<E: Endpoint>(name: &'static str) -> Formula {
    Formula {
        name,
        fields: E::SIGNED,
        rules: E::RULES,
        is_request: true,
    }
}

const fn browser_request<P: BrowserPayment>(name: &'static str) -> Formula {
    Formula {
        name,
        fields: P::SIGNED,
        rules: P::RULES,
        is_request: true,
    }
}

const PAYMENT: Formula = notification::<testing::Payment>("payment notification");
const LINK: Formula = notification::<testing::Link>("link notification");
const EFT: Formula = notification::<testing::Eft>("EFT notice");
const TRANSFER: Formula = notification::<testing::Transfer>("transfer result");
const CASHOUT: Formula = notification::<testing::Cashout>("cashout result");
const IFRAME_CARD: Formula = request::<IframeCard>("get-token request");
const IFRAME_EFT: Formula = request::<IframeEft>("get-token request for EFT");
const DIRECT: Formula = browser_request::<DirectPayment>("Direct API request");
const BKM_EXPRESS: Formula = browser_request::<BkmExpress>("BKM Express request");
const LINK_CREATE: Formula = request::<CreateLink>("link request");
const PLATFORM_TRANSFER: Formula = request::<PlatformTransfer>("platform transfer request");
const CASHOUT_REQUEST: Formula = request::<Cashout>("cashout request");
const STATUS: Formula = request::<StatusInquiry>("status inquiry");
const REFUND: Formula = request::<Refund>("refund request");

/// All of them, to look for a hash of another kind.
pub(super) const ALL: [Formula; 13] = [
    PAYMENT,
    LINK,
    EFT,
    TRANSFER,
    CASHOUT,
    IFRAME_CARD,
    IFRAME_EFT,
    DIRECT,
    BKM_EXPRESS,
    LINK_CREATE,
    PLATFORM_TRANSFER,
    STATUS,
    REFUND,
];

/// The formula of a notification, or of the request of the same kind.
pub(super) fn of(kind: NotificationKind, is_request: bool, body: &Body) -> Formula {
    match (kind, is_request) {
        (NotificationKind::Payment, false) => PAYMENT,
        (NotificationKind::Link, false) => LINK,
        (NotificationKind::Eft, false) => EFT,
        (NotificationKind::Transfer, false) => TRANSFER,
        (NotificationKind::Cashout, false) => CASHOUT,
        (NotificationKind::Payment, true) if body.get("payment_type") == Some("bex") => BKM_EXPRESS,
        (NotificationKind::Payment, true) if body.get("non_3d").is_some() => DIRECT,
        (NotificationKind::Payment, true) => IFRAME_CARD,
        (NotificationKind::Link, true) => LINK_CREATE,
        (NotificationKind::Eft, true) => IFRAME_EFT,
        (NotificationKind::Transfer, true) => PLATFORM_TRANSFER,
        (NotificationKind::Cashout, true) => CASHOUT_REQUEST,
    }
}

impl Formula {
    /// The text over the fields of a body. A field that is not there is signed as nothing.
    pub(super) fn text(&self, body: &Body, merchant_id: &str) -> SignedText {
        let piece = |name: &&'static str| match *name {
            MERCHANT_SALT => Piece::Salt,
            "merchant_id" => Piece::Field("merchant_id", merchant_id.to_owned()),
            // PayTR removes the backslashes before it signs.
            "trans_ids" => Piece::Field("trans_ids", value(body, "trans_ids").replace('\\', "")),
            name => Piece::Field(name, value(body, name)),
        };
        let last = self.is_request.then_some(Piece::Salt);
        SignedText {
            pieces: self.fields.iter().map(piece).chain(last).collect(),
        }
    }

    /// The values of a body that PayTR refuses, whatever the hash is.
    pub(super) fn broken_rules(&self, body: &Body) -> Vec<BrokenRule> {
        let broken = self.rules.iter();
        broken
            .filter_map(|rule| rule.check(|name| body.get(name)).err())
            .collect()
    }

    /// Whether a body has all of its fields.
    pub(super) fn is_in(&self, body: &Body) -> bool {
        let has = |name: &&str| {
            matches!(*name, MERCHANT_SALT | "merchant_id") || body.get(name).is_some()
        };
        self.fields.iter().all(has)
    }
}

fn value(body: &Body, name: &str) -> String {
    body.get(name).unwrap_or_default().to_owned()
}
