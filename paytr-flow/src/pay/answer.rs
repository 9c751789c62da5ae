//! What the browser gets for a purchase: a payment page, or why there is none.

use paytr_core::api::InvalidRequest;
use paytr_core::paid_once::OrderRecord;
use paytr_core::{Language, MerchantOid, OrderState};
use serde::Serialize;

use super::Session;
use super::limiter::TooMany;
use crate::response::ErrorBody;
use crate::{CartError, CheckoutError, FlowResponse, PurchaseFlow};

/// The body of a 200.
#[derive(Serialize)]
pub(super) struct Answer {
    status: &'static str,
    merchant_oid: String,
    /// `pending`; of an order given out again also `paid`, `undelivered`, `failed`, `review`.
    state: &'static str,
    /// The shop's own page with the iframe, as a path. Of a paid order it leads to the result.
    page_url: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    iframe_url: Option<String>,
}

impl Answer {
    /// The answer of an order that may be paid.
    pub(super) fn payable(
        flow: &PurchaseFlow,
        oid: &MerchantOid,
        language: Option<Language>,
        session: &Session,
    ) -> Self {
        let iframe_url = session.iframe_url(flow.parts().client.base_url().as_str());
        Self {
            token: Some(session.token().to_owned()),
            iframe_url: Some(iframe_url),
            ..Self::bare(flow, oid, language, OrderState::Pending)
        }
    }

    /// The answer of an order that exists already, or `None` while it has no page.
    ///
    /// An order that is paid, delivered or not, or whose payment waits for a person, must not be paid
    /// again: it is answered without a token. After a failure PayTR's page takes another card, so that is
    /// payable.
    pub(super) fn existing(
        flow: &PurchaseFlow,
        record: &OrderRecord,
        language: Option<Language>,
    ) -> Option<Self> {
        let oid = MerchantOid::new(record.order.order_id()).ok()?;
        if let OrderState::Paid { .. } | OrderState::Undelivered(_) | OrderState::Review =
            record.state
        {
            return Some(Self::bare(flow, &oid, language, record.state));
        }
        let session = Session::read(record.session.as_deref()?)?;
        Some(Self {
            state: record.state.as_str(),
            ..Self::payable(flow, &oid, language, &session)
        })
    }

    fn bare(
        flow: &PurchaseFlow,
        oid: &MerchantOid,
        language: Option<Language>,
        state: OrderState,
    ) -> Self {
        Self {
            status: "success",
            merchant_oid: oid.to_string(),
            state: state.as_str(),
            page_url: flow.parts().paths.pay_link(oid, language),
            token: None,
            iframe_url: None,
        }
    }

    pub(super) fn response(&self) -> FlowResponse {
        FlowResponse::json(200, self)
    }
}

/// Why a purchase was not opened, as far as the browser is told.
#[derive(Debug)]
pub(super) enum PayProblem {
    TooLarge,
    UnsupportedMediaType,
    BadJson,
    /// A field of the request; the text is `name: rule`.
    Field(String),
    Checkout(CheckoutError),
    /// The shop's prices make an order that PayTR does not take.
    NotPayable(InvalidRequest),
    KeyReused,
    TooMany(TooMany),
    Provider,
    Unavailable,
}

impl PayProblem {
    pub(super) fn field(name: &'static str, rule: impl std::fmt::Display) -> Self {
        Self::Field(format!("{name}: {rule}"))
    }

    pub(super) fn response(self) -> FlowResponse {
        match self {
            Self::TooLarge => FlowResponse::too_large(),
            Self::UnsupportedMediaType => FlowResponse::error(
                415,
                "unsupported_media_type",
                "the content type is application/json",
            ),
            Self::BadJson => FlowResponse::error(400, "bad_json", "the body is a JSON object"),
            Self::Field(message) => FlowResponse::error(400, "invalid_field", &message),
            Self::Checkout(error) => checkout_response(&error),
            Self::NotPayable(invalid) => {
                FlowResponse::error(422, "not_payable", &invalid.to_string())
            }
            Self::KeyReused => FlowResponse::error(
                409,
                "key_reused",
                "idempotency_key: it stands for another cart or buyer; use a new one",
            ),
            Self::TooMany(too_many) => FlowResponse::error(
                429,
                "too_many_requests",
                "too many purchases were started; try again later",
            )
            .with_header("retry-after", too_many.whole_seconds().to_string()),
            Self::Provider => FlowResponse::error(
                502,
                "payment_provider",
                "the payment page could not be opened; try again",
            ),
            Self::Unavailable => FlowResponse::unavailable(),
        }
    }
}

fn checkout_response(error: &CheckoutError) -> FlowResponse {
    let (code, product_id) = match error {
        CheckoutError::UnknownProduct { product_id } => ("unknown_product", Some(product_id)),
        CheckoutError::OutOfStock { product_id } => ("out_of_stock", Some(product_id)),
        CheckoutError::Basket(_) => ("not_payable", None),
        CheckoutError::Unavailable(_) => return FlowResponse::unavailable(),
    };
    FlowResponse::json(
        422,
        &ErrorBody {
            status: "error",
            code,
            message: &error.to_string(),
            product_id: product_id.map(String::as_str),
        },
    )
}

impl From<CheckoutError> for PayProblem {
    fn from(error: CheckoutError) -> Self {
        if let CheckoutError::Unavailable(cause) = &error {
            tracing::error!(cause = %cause, "{error}");
        }
        Self::Checkout(error)
    }
}

impl From<CartError> for PayProblem {
    fn from(error: CartError) -> Self {
        Self::Field(error.to_string())
    }
}

impl From<InvalidRequest> for PayProblem {
    fn from(invalid: InvalidRequest) -> Self {
        let (InvalidRequest::Length { field, .. }
        | InvalidRequest::Shape { field, .. }
        | InvalidRequest::Range { field, .. }) = &invalid
        else {
            return Self::NotPayable(invalid);
        };
        // The buyer's own fields; everything else comes from the shop.
        match *field {
            "email" | "user_name" | "user_address" | "user_phone" => {
                Self::Field(invalid.to_string())
            }
            _ => Self::NotPayable(invalid),
        }
    }
}
