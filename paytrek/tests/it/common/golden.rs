//! The golden examples, byte for byte, and ways to change one field of an answer.

macro_rules! goldens {
    ($($name:ident = $file:literal,)+) => {
        $(pub(crate) const $name: &str = include_str!(concat!("../../goldens/", $file, ".json"));)+
    };
}

goldens! {
    SALE_REQUEST = "p02_sale_request",
    SALE_ANSWER = "p03_sale_answer",
    CHARGE_REQUEST = "p05_charge_request",
    CHARGE_ANSWER = "p06_charge_answer",
    DIRECT_CHARGE_REQUEST = "p07_direct_charge_request",
    PAID_SALE = "p08_direct_charge_answer",
    VAULT_REQUEST = "p09_vault_request",
    VAULT_ANSWER = "p10_vault_answer",
    VAULT_LIST_ANSWER = "p11_vault_list_answer",
    TOKEN_CHARGE_REQUEST = "p13_charge_with_token_request",
    TOKEN_CHARGE_ANSWER = "p13_charge_with_token_answer",
    CAPTURE_AND_CANCEL_REQUEST = "p14_capture_and_cancel_request",
    CAPTURE_ANSWER = "p14_capture_answer",
    CANCEL_ANSWER = "p14_cancel_answer",
    REFUND_REQUEST = "p15_refund_request",
    REFUND_ANSWER = "p15_refund_answer",
    PLAN_REQUEST = "p17_plan_request",
    PLAN_ANSWER = "p18_plan_answer",
    PLAN_UPDATE_REQUEST = "p19_plan_update_request",
    PLAN_UPDATE_ANSWER = "p19_plan_update_answer",
    INSTALMENTS_ANSWER = "p20_instalments_answer",
}

/// The token of the sale that was created, and of the sale that was paid at once.
pub(crate) const CREATED_TOKEN: &str = "c626f49193114e24ad0980752b749318";
pub(crate) const PAID_TOKEN: &str = "92489820e4914f23b2db8039205cb64b";

/// The answer with one piece of its text replaced; it must be there.
pub(crate) fn with(answer: &str, old: &str, new: &str) -> String {
    assert!(answer.contains(old), "{old} in {answer}");
    answer.replace(old, new)
}

/// The paid sale with a top-level field changed. The amount of the transaction stays what it is.
pub(crate) fn paid_sale_with(field: &str, value: &str) -> String {
    let mut fields: serde_json::Map<String, serde_json::Value> =
        serde_json::from_str(PAID_SALE).unwrap();
    assert!(fields.remove(field).is_some(), "{field}");
    let mut text = serde_json::to_string(&fields).unwrap();
    // The value goes in as text, so that its spelling stays as it is.
    text.truncate(text.len() - 1);
    format!("{text},\"{field}\":{value}}}")
}
