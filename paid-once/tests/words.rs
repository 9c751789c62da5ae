//! What stands in databases, logs and pages: names that must not change, and texts that hide what is not for logs.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeSet;
use std::time::{Duration, SystemTime};

use paid_once::back_office::{HourCount, OrderFilter};
use paid_once::refund::RefundState;
use paid_once::{
    Claimant, Currency, Expected, FailureReason, HandlerFailure, Mode, Money, OrderKey,
    OrderRecord, OrderState, Resolution, ReviewFilter, ReviewId, ReviewReason,
};

fn order() -> OrderKey {
    OrderKey::new("123456", "SHOP1").unwrap()
}

#[test]
fn the_names_that_stores_keep_stay_as_they_are() {
    let reasons = ReviewReason::ALL.map(|reason| reason.as_str());
    assert_eq!(
        reasons,
        [
            "unknown_order",
            "amount_mismatch",
            "surcharge_too_high",
            "currency_mismatch",
            "test_payment",
            "conflict",
            "read_back_contradicted",
            "unreadable_currency",
            "unreadable_requested",
            "unreadable_mode",
            "refunded_before",
            "disputed",
            "other_terminal",
            "paid_twice",
            "only_in_statement",
        ]
    );
    let resolutions = Resolution::ALL.map(|resolution| resolution.as_str());
    assert_eq!(resolutions, ["delivered", "refunded", "dismissed"]);
    let refunds = RefundState::ALL.map(|state| state.as_str());
    assert_eq!(refunds, ["reserved", "executed", "cancelled"]);
    let failures = HandlerFailure::ALL.map(|failure| failure.as_str());
    assert_eq!(
        failures,
        [
            "error",
            "panicked",
            "timed_out",
            "lease_lost",
            "interrupted"
        ]
    );
}

#[test]
fn a_name_is_read_back_as_what_it_was_and_is_what_is_shown() {
    for reason in ReviewReason::ALL {
        assert_eq!(ReviewReason::from_name(reason.as_str()), Some(reason));
        assert_eq!(reason.to_string(), reason.as_str());
    }
    for resolution in Resolution::ALL {
        assert_eq!(Resolution::from_name(resolution.as_str()), Some(resolution));
        assert_eq!(resolution.to_string(), resolution.as_str());
    }
    for state in RefundState::ALL {
        assert_eq!(RefundState::from_name(state.as_str()), Some(state));
        assert_eq!(state.to_string(), state.as_str());
    }
    for failure in HandlerFailure::ALL {
        assert_eq!(HandlerFailure::from_name(failure.as_str()), Some(failure));
    }
    assert_eq!(HandlerFailure::from_name("nonsense"), None);
    assert_eq!(ReviewReason::from_name("nonsense"), None);
    assert_eq!(Resolution::from_name("nonsense"), None);
    assert_eq!(RefundState::from_name("nonsense"), None);
}

#[test]
fn the_claimants_of_two_processes_share_no_bit_by_counting() {
    let claimants: Vec<_> = (0..100).map(|_| Claimant::unique().to_bits()).collect();
    let processes: BTreeSet<_> = claimants.iter().map(|bits| bits >> 64).collect();
    let counts: BTreeSet<_> = claimants
        .iter()
        .map(|bits| bits & u128::from(u64::MAX))
        .collect();
    assert_eq!(processes.len(), 1, "the upper half is the process");
    assert_ne!(processes.first(), Some(&0));
    assert_eq!(counts.len(), 100, "the lower half is a count");
    assert!(counts.iter().all(|count| *count < 1 << 32), "from zero");
}

#[test]
fn debug_and_display_say_what_a_log_needs() {
    assert_eq!(order().to_string(), "123456/SHOP1");
    assert_eq!(format!("{:?}", order()), "OrderKey(123456/SHOP1)");
    let claimant = Claimant::from_bits(0xAB);
    assert_eq!(claimant.to_string(), "000000000000000000000000000000ab");
    assert_eq!(
        format!("{claimant:?}"),
        "Claimant(000000000000000000000000000000ab)"
    );
    assert_eq!(format!("{:?}", Currency::TRY), "TRY");
    assert_eq!(format!("{:?}", Money::new(5, Currency::TRY)), "0.05 TRY");
    assert_eq!(ReviewId::new(7).to_string(), "7");
}

#[test]
fn debug_shows_neither_a_session_nor_the_provider_s_text() {
    let record = OrderRecord::new(
        order(),
        Expected::Exactly(Money::new(5, Currency::TRY)),
        Mode::Live,
        Some("the token of the page".to_owned()),
        OrderState::Pending,
        SystemTime::UNIX_EPOCH,
    );
    let shown = format!("{record:?}");
    assert!(shown.contains("123456/SHOP1") && shown.contains("has_session: true"));
    assert!(!shown.contains("token"), "{shown}");
    let reason = FailureReason {
        code: Some("6".to_owned()),
        message: Some("card of Ayse".to_owned()),
    };
    let shown = format!("{reason:?}");
    assert!(shown.contains("FailureReason") && shown.contains('6'));
    assert!(!shown.contains("Ayse"), "{shown}");
}

#[test]
fn the_last_hours_end_with_the_one_that_holds_now() {
    let hour = Duration::from_secs(3_600);
    let now = SystemTime::UNIX_EPOCH + hour * 500_000 + Duration::from_secs(1_799);
    let hours = HourCount::last(3, now);
    let begins: Vec<_> = hours.iter().map(|hour| hour.begin).collect();
    let expected = [499_998, 499_999, 500_000].map(|count| SystemTime::UNIX_EPOCH + hour * count);
    assert_eq!(begins, expected);
    assert!(hours.iter().all(|hour| hour.paid == 0 && hour.refused == 0));
}

#[test]
fn a_filter_without_a_condition_is_the_default() {
    assert_eq!(OrderFilter::all(), OrderFilter::default());
    assert_eq!(ReviewFilter::all(), ReviewFilter::default());
}

#[test]
fn an_amount_times_a_count_keeps_its_currency() {
    let price = Money::new(250, Currency::EUR);
    assert_eq!(price.checked_mul(3), Some(Money::new(750, Currency::EUR)));
}
