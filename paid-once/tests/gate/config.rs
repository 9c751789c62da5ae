//! Settings that the gate refuses.

use std::time::Duration;

use paid_once::GateConfigError;

use crate::shop::Shop;

const SECOND: Duration = Duration::from_secs(1);

#[tokio::test]
async fn a_lease_that_the_handler_and_two_calls_of_the_store_could_outlive_is_refused() {
    let shop = Shop::open().await;
    for lease_for in [30 * SECOND, 35 * SECOND, 40 * SECOND] {
        let builder = shop
            .builder()
            .handler_timeout(30 * SECOND)
            .store_timeout(5 * SECOND)
            .lease_for(lease_for);
        let error = builder.build().unwrap_err();
        assert!(matches!(error, GateConfigError::LeaseTooShort { .. }));
        let text = error.to_string();
        assert!(
            text.contains("raise lease_for, or lower handler_timeout or store_timeout"),
            "{text}"
        );
        assert!(text.contains("30s") && text.contains("5s"), "{text}");
    }
    let builder = shop
        .builder()
        .handler_timeout(30 * SECOND)
        .store_timeout(5 * SECOND)
        .lease_for(41 * SECOND);
    assert!(builder.build().is_ok());
}

#[tokio::test]
async fn no_time_at_all_is_refused() {
    let shop = Shop::open().await;
    let no_handler = shop.builder().handler_timeout(Duration::ZERO).build();
    assert_eq!(no_handler.unwrap_err(), GateConfigError::ZeroTimeout);
    let no_store = shop.builder().store_timeout(Duration::ZERO).build();
    assert_eq!(no_store.unwrap_err(), GateConfigError::ZeroTimeout);
    let no_answer = shop.builder().read_back_timeout(Duration::ZERO).build();
    assert_eq!(no_answer.unwrap_err(), GateConfigError::ZeroTimeout);
}

#[tokio::test]
async fn the_default_settings_are_accepted() {
    assert!(Shop::open().await.builder().build().is_ok());
}
