//! Midnight in Turkey, which is not midnight in UTC, between PayTR's clock and that of the store.

use std::time::{Duration, SystemTime};

use paytr_core::wire::Date;

use crate::common::server::Server;
use crate::common::{Shop, day_of, nothing, report, sale};

/// A shop that settles `A1` so long after the next midnight of Turkey, and the day that began then.
async fn settled_after_midnight(after: Duration) -> (Shop, Date) {
    let clock = Shop::new();
    clock.sell("NOW").await;
    let now = clock.paid_at("NOW").await;
    let day = day_of(now).plus_days(1).unwrap();
    let epoch = Date::new(1970, 1, 1).unwrap();
    let midnight = u64::try_from(epoch.days_until(day)).unwrap() * 86_400 - 3 * 3_600;
    let target = SystemTime::UNIX_EPOCH + Duration::from_secs(midnight) + after;
    let shop = Shop::new();
    shop.let_pass(target.duration_since(now).unwrap()).await;
    shop.sell("A1").await;
    assert_eq!(shop.paid_day("A1").await, day);
    (shop, day)
}

#[tokio::test]
async fn a_payment_of_the_last_second_that_is_settled_after_midnight_is_missing_on_neither_day() {
    let (shop, day) = settled_after_midnight(Duration::from_secs(5)).await;
    let before = day.plus_days(-1).unwrap();
    let paytrs_day = report(&[sale("A1", "10.00")]);
    let check = shop.check(before, vec![paytrs_day.clone()]).await;
    assert!(check.agrees(), "{check:?}");
    assert_eq!(check.payments, 1);
    let server = Server::scripted(vec![nothing(), paytrs_day]).await;
    let check = shop.statement(&server).check(day).await.unwrap();
    assert!(check.agrees(), "{check:?}");
    let [_, asked] = <[_; 2]>::try_from(server.requests()).unwrap();
    let range = format!("start_date={before}+00%3A00%3A00&end_date={before}+23%3A59%3A59");
    assert!(String::from_utf8(asked).unwrap().contains(&range));
}

#[tokio::test]
async fn a_payment_of_the_last_hours_of_a_day_is_of_that_day_although_utc_is_a_day_behind() {
    // 02:00 in Turkey is 23:00 of the day before in UTC; 23:30 is 20:30 of the same day.
    for hours in [2 * 3_600, 23 * 3_600 + 1_800] {
        let (shop, day) = settled_after_midnight(Duration::from_secs(hours)).await;
        for (other, requests) in [(-1, 1), (0, 3), (1, 1)] {
            let server = Server::always(nothing()).await;
            let statement = shop.statement(&server);
            // Nothing else but a settlement on this day makes the check ask any further.
            let asked = statement.check(day.plus_days(other).unwrap()).await;
            assert_eq!(asked.is_err(), other == 0, "a report is no status");
            assert!(server.requests().len() >= requests);
            assert_eq!(server.requests().len() == 1, requests == 1);
        }
    }
}
