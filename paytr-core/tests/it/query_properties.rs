//! Rules that hold for any values of BIN, rates, refunds and reports.

use paytr_core::amount::{money_from_major, parse_major};
use paytr_core::api::{
    Answer, BinLookup, Endpoint, InstallmentRates, PaymentDetail, PaymentStatement, ReferenceNo,
    Refund, ReturnedTransfers, StatusInquiry, TransactionReport,
};
use paytr_core::wire::{Date, DateTime, Percent};
use proptest::prelude::*;

use crate::common::shop::lira;
use crate::common::{assert_token_verifies, credentials, oid};

fn dates() -> impl Strategy<Value = Date> {
    (2_000_u16..2_100, 1_u8..=12, 1_u8..=28)
        .prop_map(|(year, month, day)| Date::new(year, month, day).unwrap())
}

fn moments() -> impl Strategy<Value = DateTime> {
    (dates(), 0_u8..24, 0_u8..60, 0_u8..60)
        .prop_map(|(date, hour, minute, second)| DateTime::new(date, hour, minute, second).unwrap())
}

fn token_is_that_of_the_posted_bytes<R: Endpoint>(
    request: &R,
    order: &[&str],
) -> Result<(), TestCaseError> {
    assert_token_verifies(&request.form(&credentials()).unwrap(), order)
}

proptest! {
    #[test]
    fn the_token_of_a_refund_or_an_inquiry_is_the_one_of_the_posted_bytes(
        id in "[A-Za-z0-9]{1,64}",
        reference in "[A-Za-z0-9]{1,64}",
        amount in 1_u64..=99_999_999_999,
    ) {
        let reference = ReferenceNo::new(&reference).unwrap();
        let refund = Refund::new(oid(&id), lira(amount)).reference(reference.clone());
        token_is_that_of_the_posted_bytes(&refund, &["merchant_id", "merchant_oid", "return_amount"])?;
        let form = refund.form(&credentials()).unwrap();
        prop_assert_eq!(form.get("reference_no"), Some(reference.as_str()));
        // The posted text is the amount, exactly.
        let posted = form.get("return_amount").unwrap();
        prop_assert_eq!(money_from_major(posted, lira(0).currency()), Ok(lira(amount)));
        let status = StatusInquiry { order: oid(&id) };
        token_is_that_of_the_posted_bytes(&status, &["merchant_id", "merchant_oid"])?;
    }

    #[test]
    fn the_token_of_a_lookup_is_the_one_of_the_posted_bytes(
        digits in "[0-9]{6}|[0-9]{8}",
        request_id in "[A-Za-z0-9]{1,32}",
        single in any::<bool>(),
        foreign in any::<bool>(),
    ) {
        let bin = BinLookup::new(&digits).unwrap();
        token_is_that_of_the_posted_bytes(&bin, &["bin_number", "merchant_id"])?;
        let mut rates = InstallmentRates::new(&request_id).unwrap();
        rates.single_payment = single;
        rates.foreign_cards = foreign;
        token_is_that_of_the_posted_bytes(&rates, &["merchant_id", "request_id"])?;
    }

    #[test]
    fn the_token_of_a_report_is_the_one_of_the_posted_bytes(
        from in moments(),
        seconds in 0_i64..=3 * 86_400,
        dummy in any::<bool>(),
    ) {
        let to = from.plus_seconds(seconds).unwrap();
        let ranged = ["merchant_id", "start_date", "end_date"];
        let mut report = TransactionReport::new(from, to);
        report.dummy = dummy;
        token_is_that_of_the_posted_bytes(&report, &ranged)?;
        let mut list = ReturnedTransfers::new(from, to);
        list.dummy = dummy;
        token_is_that_of_the_posted_bytes(&list, &ranged)?;
        token_is_that_of_the_posted_bytes(&PaymentStatement::new(from.date(), to.date()), &ranged)?;
        token_is_that_of_the_posted_bytes(&PaymentDetail::new(from.date()), &["merchant_id", "date"])?;
    }

    #[test]
    fn dates_read_what_they_write(moment in moments()) {
        prop_assert_eq!(moment.to_string().parse(), Ok(moment));
        prop_assert_eq!(moment.date().to_string().parse(), Ok(moment.date()));
        let turned = format!("{:02}.{:02}.{:04}", moment.date().day(), moment.date().month(), moment.date().year());
        prop_assert_eq!(turned.parse(), Ok(moment.date()));
    }

    #[test]
    fn windows_cover_every_second_once(from in moments(), seconds in 0_i64..40 * 86_400) {
        let to = from.plus_seconds(seconds).unwrap();
        let mut next = Some(from);
        for report in TransactionReport::windows(from, to) {
            prop_assert_eq!(Some(report.from), next);
            prop_assert!(report.form(&credentials()).is_ok());
            prop_assert!(report.to <= to);
            next = report.to.plus_seconds(1);
        }
        prop_assert_eq!(next, to.plus_seconds(1));
    }

    #[test]
    fn no_text_makes_a_reader_of_dates_amounts_or_percentages_panic(text in "[-0-9.,: Tş]{0,24}") {
        let _parsed = (text.parse::<Date>(), text.parse::<DateTime>(), parse_major(&text));
        let body = format!(r#"{{"status":"success","payment_amount":"{text}","payment_total":"1",
            "kesinti_orani":"{text}","payment_date":"{text}","taksit":"{text}"}}"#);
        let order = oid("A1");
        if let Ok(Answer::Success(status)) = (StatusInquiry { order }).decode(body.as_bytes()) {
            let date = status.payment_date.as_ref();
            let _read = (date.map(paytr_core::wire::ReplyDate::date), status.deduction_rate.map(Percent::millionths));
        }
    }

    #[test]
    fn no_reply_makes_a_decoder_panic(body in prop::collection::vec(any::<u8>(), 0..200), json in r#"[{}\[\]":,0-9a-z_]{0,80}"#) {
        let moment = Date::new(2_026, 1, 1).unwrap().start();
        for body in [body.as_slice(), json.as_bytes()] {
            let _decoded = (
                BinLookup::new("435508").unwrap().decode(body).is_ok(),
                InstallmentRates::new("r1").unwrap().decode(body).is_ok(),
                Refund::new(oid("A1"), lira(1)).decode(body).is_ok(),
                TransactionReport::new(moment, moment).decode(body).is_ok(),
                PaymentStatement::new(moment.date(), moment.date()).decode(body).is_ok(),
                PaymentDetail::new(moment.date()).decode(body).is_ok(),
                ReturnedTransfers::new(moment, moment).decode(body).is_ok(),
            );
        }
    }
}
