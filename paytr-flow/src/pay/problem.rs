//! Why a purchase was not opened.

use paytr_core::api::InvalidRequest;

use crate::response::ErrorBody;
use crate::{CartError, CheckoutError, FlowResponse};

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
