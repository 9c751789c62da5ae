//! Subscription plans and instalments.

use paytrek::api::{
    FraudCheck, HalfSecure, InstalmentQuery, Method, NewPlan, NewSale, PlanTokenPlace, ReadPlan,
    Recurring, RecurringPeriod, SaleData, StartDate, UpdatePlan,
};
use paytrek::status::SubscriptionStatus;
use paytrek::{Buyer, Currency, PlanToken, SaleStatus};

use super::{assert_sends, decode, hundredths};
use crate::common::golden::{
    INSTALMENTS_ANSWER, PLAN_ANSWER, PLAN_REQUEST, PLAN_UPDATE_ANSWER, PLAN_UPDATE_REQUEST,
};
use crate::common::{card, lira, order};

const PLAN: &str = "d0351fe3-4c05-4611-8c38-c07ff33679e0";

fn golden_plan() -> NewPlan {
    let buyer = Buyer::new(
        ("John", "Doe"),
        "accept@paytrek.com",
        "212.57.9.204".parse().unwrap(),
        ("123 Market St. San Francisco", "San Francisco", "US"),
    );
    let nothing = std::collections::BTreeMap::<String, String>::new();
    let sale = NewSale::new(
        order("20180424141314"),
        lira(10_000),
        buyer.state("CA").zipcode("34410"),
    )
    .return_to("https://www.google.com.tr/")
    .half_secure(HalfSecure::Refuse)
    .sale_data(SaleData::new(&nothing).unwrap())
    .fraud_check(FraudCheck::Off);
    let recurring = Recurring::new("Test Store Recurring Payments", RecurringPeriod::Monthly, 4);
    let start = StartDate::new(2018, 6, 30).unwrap();
    NewPlan::new(sale, card(), recurring.starting(start))
}

#[test]
fn p17_a_plan_is_made_of_these_bytes() {
    let path = "/api/v2/subscription_plan/";
    assert_sends(&golden_plan(), Method::Post, path, Some(PLAN_REQUEST));
    assert_eq!(PLAN_REQUEST.len(), 758);
}

#[test]
fn p18_a_new_plan_is_no_payment() {
    let made = decode(&golden_plan(), 200, PLAN_ANSWER).unwrap();
    assert_eq!(made.plan.plan_token.as_str(), PLAN);
    let active = |status: &SubscriptionStatus| *status == SubscriptionStatus::Active;
    let subscriptions = &made.plan.subscriptions;
    assert_eq!(subscriptions.len(), 4);
    assert!(subscriptions.iter().all(|one| active(&one.status)));
    let card_token = "ab5b2706-75c6-4929-8269-9f410fe54178";
    assert_eq!(made.card_token.as_ref().unwrap().as_str(), card_token);
    assert_eq!(made.plan.vaults[0].card_token.as_str(), card_token);
    assert_eq!(made.sale.status, SaleStatus::Created);
    assert!(made.sale.transactions.is_empty());
    assert_eq!(made.sale.currency(), Currency::TRY);
}

#[test]
fn p19_a_payment_of_a_plan_is_cancelled() {
    let plan = PlanToken::new(PLAN).unwrap();
    let payment = "6ac1726c-b8bd-4241-8976-601bcf4e4b75".parse().unwrap();
    let update = UpdatePlan::new(plan.clone())
        .cancel(payment)
        .rename("New Test Store Recurring Payments");
    let path = format!("/api/v2/subscription_plan/{PLAN}/");
    assert_sends(&update, Method::Put, &path, Some(PLAN_UPDATE_REQUEST));
    assert_eq!(PLAN_UPDATE_REQUEST.len(), 145);
    let changed = decode(&update, 200, PLAN_UPDATE_ANSWER).unwrap();
    let statuses: Vec<_> = changed
        .subscriptions
        .iter()
        .map(|one| one.status.as_str())
        .collect();
    assert_eq!(statuses, ["Cancelled", "Active", "Active", "Active"]);
    assert_eq!(changed.is_active, Some(true));

    let query = format!("/api/v2/subscription_plan/?plan_token={PLAN}");
    let place = PlanTokenPlace::Query;
    let read = ReadPlan {
        plan_token: plan,
        place,
    };
    assert_sends(&read, Method::Get, &query, None);
    assert!(decode(&read, 200, PLAN_ANSWER).is_ok());
}

#[test]
fn p20_instalments_are_read_and_never_computed() {
    let query = InstalmentQuery::new("123.00".parse().unwrap()).bin("510118");
    let path = "/api/v2/installments/?bin_number=510118&amount=123.00";
    assert_sends(&query, Method::Get, path, None);
    let table = decode(&query, 200, INSTALMENTS_ANSWER).unwrap();
    let [bank] = &*table.banks else {
        panic!("{table:?}")
    };
    assert_eq!(bank.options.len(), 6);
    let three = &bank.options[2];
    let amounts = [
        three.total_amount,
        three.instalment_amount,
        three.commission,
    ];
    assert_eq!(hundredths(&amounts), [13_292, 4_431, 992]);
    assert_eq!(three.total_amount_without_commission.hundredths(), 11_308);
    assert_ne!(3 * 4_431, 13_292);
}
