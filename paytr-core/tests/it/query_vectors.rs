//! Every known token of BIN, rates, refunds and reports, made by the typed requests.

use std::fmt::Debug;

use paytr_core::amount::money_from_major;
use paytr_core::api::{
    BinLookup, Endpoint, InstallmentRates, PaymentDetail, PaymentStatement, ReferenceNo, Refund,
    ReturnedTransfers, TransactionReport,
};
use paytr_core::{Currency, MerchantOid};

use crate::common::vector_file::{Vector, VectorFile};

/// Makes a request of every vector of a formula. `None` says that the types refuse its values; those
/// vectors are named in `refused`.
fn all<R: Endpoint>(id: &str, refused: &[&str], make: impl Fn(&Vector) -> Option<R>) {
    let file = VectorFile::read();
    let formula = file.formula(id);
    let mut left_out = Vec::new();
    for vector in &formula.vectors {
        let Some(request) = make(vector) else {
            left_out.push(vector.name.as_str());
            continue;
        };
        let form = request.form(&file.credentials(vector)).unwrap();
        for (name, value) in &vector.fields {
            if name == "reference_no" {
                continue;
            }
            assert_eq!(
                form.get(name),
                Some(&**value),
                "{id} {} {name}",
                vector.name
            );
        }
        let token = form.get("paytr_token");
        assert_eq!(token, Some(&*vector.expected), "{id} {}", vector.name);
    }
    assert_eq!(left_out, refused, "{id}");
    assert!(formula.vectors.len() > refused.len(), "{id}");
}

/// The value of a field, read by its type.
fn read<T: std::str::FromStr<Err: Debug>>(vector: &Vector, name: &str) -> T {
    vector.field(name).parse().unwrap()
}

fn flag(vector: &Vector, name: &str) -> bool {
    vector.fields.get(name).is_some_and(|value| value == "1")
}

#[test]
fn bin_lookups() {
    all("bin_lookup_token", &[], |vector| {
        BinLookup::new(vector.field("bin_number")).ok()
    });
}

#[test]
fn instalment_rates() {
    let refused = ["utf8_hmac_layer_only"];
    all("installment_rates_token", &refused, |vector| {
        let mut request = InstallmentRates::new(vector.field("request_id")).ok()?;
        request.single_payment = flag(vector, "single_ratio");
        request.foreign_cards = flag(vector, "abroad_ratio");
        Some(request)
    });
}

#[test]
fn refunds() {
    // Amounts are posted with two decimals; the file has one with a single decimal.
    let refused = ["single_decimal_spelling", "utf8_oid_hmac_layer_only"];
    all("refund_token", &refused, |vector| {
        let order = MerchantOid::new(vector.field("merchant_oid")).ok()?;
        let text = vector.field("return_amount");
        let amount = money_from_major(text, Currency::TRY).unwrap();
        if !text.ends_with(&format!(".{:02}", amount.minor_units() % 100)) {
            return None;
        }
        let refund = Refund::new(order, amount);
        let reference = vector.fields.get("reference_no");
        Some(
            match reference.and_then(|text| ReferenceNo::new(text).ok()) {
                Some(reference) => refund.reference(reference),
                None => refund,
            },
        )
    });
}

#[test]
fn transaction_reports() {
    all("transaction_detail_token", &[], |vector| {
        let (from, to) = (read(vector, "start_date"), read(vector, "end_date"));
        let mut report = TransactionReport::new(from, to);
        report.dummy = flag(vector, "dummy");
        Some(report)
    });
}

#[test]
fn payment_statements() {
    all("payment_statement_token", &[], |vector| {
        let (from, to) = (read(vector, "start_date"), read(vector, "end_date"));
        Some(PaymentStatement::new(from, to))
    });
}

#[test]
fn payment_details() {
    all("payment_detail_token", &[], |vector| {
        Some(PaymentDetail::new(read(vector, "date")))
    });
}

#[test]
fn returned_transfers() {
    all("returned_transfers_token", &[], |vector| {
        let (from, to) = (read(vector, "start_date"), read(vector, "end_date"));
        let mut list = ReturnedTransfers::new(from, to);
        list.dummy = flag(vector, "dummy");
        Some(list)
    });
}
