use paytr_core::callback::NotificationKind;

use super::body::Body;
use super::signed_text::{Piece, SignedText};

/// What PayTR signs, by the names of its fields; `<salt>` stands for the salt.
#[derive(Debug, Clone, Copy)]
pub(super) struct Formula {
    /// What it belongs to.
    pub(super) name: &'static str,
    pub(super) fields: &'static [&'static str],
}

pub(super) const SALT: &str = "<salt>";

const PAYMENT: Formula = Formula {
    name: "payment notification",
    fields: &["merchant_oid", SALT, "status", "total_amount"],
};
const LINK: Formula = Formula {
    name: "link notification",
    fields: &[
        "callback_id",
        "merchant_oid",
        SALT,
        "status",
        "total_amount",
    ],
};
const EFT: Formula = Formula {
    name: "EFT notice",
    fields: &["merchant_oid", "bank", SALT],
};
const TRANSFER: Formula = Formula {
    name: "transfer result",
    fields: &["trans_ids", SALT],
};
const CASHOUT: Formula = Formula {
    name: "cashout result",
    fields: &["merchant_id", "trans_id", SALT],
};
const IFRAME_CARD: Formula = Formula {
    name: "get-token request",
    fields: &[
        "merchant_id",
        "user_ip",
        "merchant_oid",
        "email",
        "payment_amount",
        "user_basket",
        "no_installment",
        "max_installment",
        "currency",
        "test_mode",
        SALT,
    ],
};
const DIRECT: Formula = Formula {
    name: "Direct API request",
    fields: &[
        "merchant_id",
        "user_ip",
        "merchant_oid",
        "email",
        "payment_amount",
        "payment_type",
        "installment_count",
        "currency",
        "test_mode",
        "non_3d",
        SALT,
    ],
};
const BKM_EXPRESS: Formula = Formula {
    name: "BKM Express request",
    fields: &[
        "merchant_id",
        "user_ip",
        "merchant_oid",
        "email",
        "payment_amount",
        "payment_type",
        "installment_count",
        "test_mode",
        "installment_options",
        SALT,
    ],
};
const IFRAME_EFT: Formula = Formula {
    name: "get-token request for EFT",
    fields: &[
        "merchant_id",
        "user_ip",
        "merchant_oid",
        "email",
        "payment_amount",
        "payment_type",
        "test_mode",
        SALT,
    ],
};
const LINK_CREATE: Formula = Formula {
    name: "link request",
    fields: &[
        "name",
        "price",
        "currency",
        "max_installment",
        "link_type",
        "lang",
        "min_count",
        "email",
        SALT,
    ],
};
const PLATFORM_TRANSFER: Formula = Formula {
    name: "platform transfer request",
    fields: &[
        "merchant_id",
        "merchant_oid",
        "trans_id",
        "submerchant_amount",
        "total_amount",
        "transfer_name",
        "transfer_iban",
        SALT,
    ],
};
const CASHOUT_REQUEST: Formula = Formula {
    name: "cashout request",
    fields: &["merchant_id", "trans_id", SALT],
};
const STATUS: Formula = Formula {
    name: "status inquiry",
    fields: &["merchant_id", "merchant_oid", SALT],
};
const REFUND: Formula = Formula {
    name: "refund request",
    fields: &["merchant_id", "merchant_oid", "return_amount", SALT],
};

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
            SALT => Piece::Salt,
            "merchant_id" => Piece::Field("merchant_id", merchant_id.to_owned()),
            // PayTR removes the backslashes before it signs.
            "trans_ids" => Piece::Field("trans_ids", value(body, "trans_ids").replace('\\', "")),
            name => Piece::Field(name, value(body, name)),
        };
        SignedText {
            pieces: self.fields.iter().map(piece).collect(),
        }
    }

    /// Whether a body has all of its fields.
    pub(super) fn is_in(&self, body: &Body) -> bool {
        let has = |name: &&str| matches!(*name, SALT | "merchant_id") || body.get(name).is_some();
        self.fields.iter().all(has)
    }
}

fn value(body: &Body, name: &str) -> String {
    body.get(name).unwrap_or_default().to_owned()
}
