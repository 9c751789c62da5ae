use std::fmt;

use paid_once::Money;

use super::{Iban, TransId, echo};
use crate::api::field_rule::{ORDER_ID, Shape, obey};
use crate::api::{Answer, DecodeError, Effect, Endpoint, FieldRule, Form, InvalidRequest};
use crate::reply::JsonReply;
use crate::wire::RawJson;
use crate::{Credentials, MerchantOid, amount};

/// Pays a seller their part of a paid order.
///
/// `POST /odeme/platform/transfer`; marketplaces only. Not on the day of the payment (error 008); what
/// is given by 10:00 is processed on the same day. An order can have several transfers. Source: PayTR,
/// Platform Transfer Talebi.
///
/// It moves money and is sent once. On an unknown outcome (`PaytrError::is_indeterminate`) ask again
/// **with the same [`TransId`]**: a refusal with code 009 then means that the first request was taken.
/// Another id would pay twice.
///
/// # On the wire
///
/// | field | name | unit and range | evidence |
/// |---|---|---|---|
/// | `order` | `merchant_oid` | 1 to 64 ASCII letters and digits | documented |
/// | `trans_id` | `trans_id` | 1 to 60 letters and digits, never used before | documented |
/// | `seller_amount` | `submerchant_amount` | minor units, 0 or more | documented |
/// | `total` | `total_amount` | minor units, above 0 | documented |
/// | `receiver` | `transfer_name` | two parts of two characters or more | documented |
/// | `iban` | `transfer_iban` | `TR` and 24 digits | documented |
///
/// Source, as published in August 2026:
/// <https://dev.paytr.com/platform-transfer-talebi/transfer-talimatinin-verilmesi>.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct PlatformTransfer {
    /// The paid order.
    pub order: MerchantOid,
    /// The shop's id of this transfer: at most 60 characters.
    pub trans_id: TransId,
    /// The seller's part: zero to the total.
    pub seller_amount: Money,
    /// The total of the order: above zero, in the same currency.
    pub total: Money,
    /// The seller: first and last name of two letters or more each, or a company.
    pub receiver: String,
    /// The seller's account.
    pub iban: Iban,
}

/// PayTR took the transfer. The result comes with its own notification, and a transfer that comes back
/// is in the list of returned transfers.
///
/// # On the wire
///
/// | field | name | unit and range | evidence |
/// |---|---|---|---|
/// | `trans_id` | `trans_id` | the id of the request | documented |
/// | `reference` | `reference` | text | documented |
/// | `merchant_amount` | `merchant_amount` | text; that it is in major units is assumed | documented |
/// | `submerchant_amount` | `submerchant_amount` | text; that it is in major units is assumed | documented |
///
/// Source, as published in August 2026:
/// <https://dev.paytr.com/platform-transfer-talebi/transfer-talimatinin-verilmesi>.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct AcceptedTransfer {
    /// The shop's id.
    pub trans_id: TransId,
    /// PayTR's reference. Keep it: it is reported to be the `ref_no` of returned transfers, which do
    /// not tell the shop's id.
    pub reference: Option<String>,
    /// The marketplace's part, as it came: by the documented sample in major units, though the request
    /// is in minor ones.
    pub merchant_amount: Option<String>,
    /// The seller's part, as it came; see [`merchant_amount`](Self::merchant_amount).
    pub submerchant_amount: Option<String>,
    /// The whole reply.
    pub raw: RawJson,
}

impl PlatformTransfer {
    /// A transfer of `seller_amount` out of the `total` of a paid order.
    #[must_use]
    pub fn new(
        order: MerchantOid,
        trans_id: TransId,
        seller_amount: Money,
        total: Money,
        receiver: impl Into<String>,
        iban: Iban,
    ) -> Self {
        Self {
            order,
            trans_id,
            seller_amount,
            total,
            receiver: receiver.into(),
            iban,
        }
    }

    /// What is beside the rules of the fields.
    fn check(&self) -> Result<(), InvalidRequest> {
        let is_part = self.seller_amount.currency() == self.total.currency()
            && self.seller_amount.minor_units() <= self.total.minor_units();
        if !is_part {
            return Err(InvalidRequest::Shape {
                field: "submerchant_amount",
                rule: "zero to the total, in its currency",
            });
        }
        Ok(())
    }
}

impl Endpoint for PlatformTransfer {
    const PATH: &'static str = "/odeme/platform/transfer";
    const EFFECT: Effect = Effect::Changes;
    const SIGNED: &'static [&'static str] = &[
        "merchant_id",
        "merchant_oid",
        "trans_id",
        "submerchant_amount",
        "total_amount",
        "transfer_name",
        "transfer_iban",
    ];
    const RULES: &'static [FieldRule] = &[
        FieldRule::new("merchant_oid", ORDER_ID),
        FieldRule::new("trans_id", Shape::Id { max: 60 }),
        FieldRule::new("total_amount", Shape::MinorUnits { min: 1 }),
        FieldRule::new("submerchant_amount", Shape::MinorUnits { min: 0 }),
        FieldRule::new("transfer_name", Shape::Receiver),
        FieldRule::new("transfer_iban", Shape::Iban),
    ];
    type Reply = AcceptedTransfer;

    fn form(&self, credentials: &Credentials) -> Result<Form, InvalidRequest> {
        let form = Form::new()
            .field("merchant_id", credentials.merchant_id().to_string())
            .field("merchant_oid", self.order.to_string())
            .field("trans_id", self.trans_id.to_string())
            .field("submerchant_amount", amount::minor_text(self.seller_amount))
            .field("total_amount", amount::minor_text(self.total))
            .field("transfer_name", self.receiver.clone())
            .field("transfer_iban", self.iban.as_str().to_owned());
        let form = obey(Self::RULES, form)?;
        self.check()?;
        Ok(form.sign(credentials, Self::SIGNED))
    }

    fn decode(&self, body: &[u8]) -> Result<Answer<AcceptedTransfer>, DecodeError> {
        let reply = JsonReply::parse(body)?;
        match reply.status()?.as_str() {
            "success" => Ok(Answer::Success(AcceptedTransfer {
                trans_id: echo(&reply, &self.trans_id)?,
                reference: reply.filled("reference"),
                merchant_amount: reply.filled("merchant_amount"),
                submerchant_amount: reply.filled("submerchant_amount"),
                raw: reply.into_raw(),
            })),
            "error" | "failed" => Ok(Answer::Refused(reply.refusal("transfer"))),
            _ => Err(DecodeError::Value { name: "status" }),
        }
    }
}

impl fmt::Debug for PlatformTransfer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PlatformTransfer")
            .field("order", &self.order)
            .field("trans_id", &self.trans_id)
            .field("seller_amount", &self.seller_amount)
            .field("total", &self.total)
            .finish_non_exhaustive()
    }
}
