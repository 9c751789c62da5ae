//! The dashboard: it follows along by itself, and each of its buttons does what it says.

use anyhow::Result;
use browser::Screen;
use paytr_core::client::BaseUrl;
use paytr_core::{Credentials, Keyring, PaymentCallback, PaytrClient};
use paytr_sandbox::{NotificationState, OrderState, TestCard};

use crate::stage::Stage;

const ATTEMPTS: &str = "#order-A1 .attempts tbody tr";

const PHP_WARNING: &str = "<br />\n<b>Warning</b>:  Undefined array key \"hash\" in <b>/srv/callback.php</b> on line \
                           <b>3</b><br />\nOK";

async fn open_dashboard(stage: &Stage) -> Result<()> {
    stage
        .browser
        .go(&format!("{}/", stage.sandbox.base_url()))
        .await?;
    stage.shows("#sandbox-mark", "not PayTR").await
}

/// Presses a button of order A1.
async fn press(stage: &Stage, button: &str) -> Result<()> {
    stage
        .browser
        .click(&format!("#order-A1 button[value={button}]"))
        .await
}

#[tokio::test]
async fn it_follows_a_payment_live() -> Result<()> {
    let stage = Stage::open(Screen::Phone).await?;
    open_dashboard(&stage).await?;
    stage.shows("#no-orders", "No orders yet").await?;
    // What is typed here is gone if the page is loaded again.
    stage.browser.fill("#seed", "77").await?;

    stage.client.iframe_token(&stage.card("A1")?).await?;
    stage
        .shows("#order-A1 .state", "waiting for the buyer")
        .await?;
    stage.has("#no-orders", 0).await?;
    stage.shop.answers(&[
        (500, "OK"),
        (200, "<html>OK</html>"),
        (200, "\u{feff}OK"),
        (200, "OK\n"),
        (200, "\"OK\""),
        (200, "<input type=password>"),
        (200, ""),
        (200, PHP_WARNING),
    ]);
    stage.sandbox.pay("A1", TestCard::Visa)?;
    stage.shows("#order-A1 .state", "paid 34.56 TL").await?;
    stage
        .shows("#order-A1 .notification", "Devam Ediyor")
        .await?;
    stage.shows("#order-A1 .notification", "Tamamlandı").await?;
    stage.has(ATTEMPTS, 9).await?;
    for (row, english, turkish) in [
        (2, "turn display_errors off", "display_errors kapalı olsun"),
        (3, "the body is empty", "yanıt gövdesi boş"),
        (4, "login page", "giriş sayfası"),
        (5, "quotes around OK", "tırnak içinde"),
        (6, "a line break around OK", "satır sonu"),
        (7, "a byte order mark", "BOM"),
        (8, "HTML around the text", "HTML var"),
        (9, "the HTTP status is not 200", "durum kodu 200 değil"),
    ] {
        let cell = format!("{ATTEMPTS}:nth-child({row}) td:last-child");
        stage.shows(&cell, english).await?;
        stage.shows(&cell, turkish).await?;
    }
    let message = "PHP Warning: Undefined array key \"hash\" in /srv/callback.php on line 3";
    stage
        .shows(&format!("{ATTEMPTS}:nth-child(2) .php-message"), message)
        .await?;
    stage.browser.find("#seed").await?;
    assert_eq!(stage.browser.value("#seed").await?, "77");
    stage.browser.look("dashboard").await?;
    let order = format!("{}/#order-A1", stage.sandbox.base_url());
    stage.browser.go(&order).await?;
    stage.browser.look("dashboard-order").await?;
    stage.close().await
}

#[tokio::test]
async fn notifications_are_stopped_restarted_repeated_and_forged_by_buttons() -> Result<()> {
    let stage = Stage::open(Screen::Desktop).await?;
    stage.client.iframe_token(&stage.card("A1")?).await?;
    open_dashboard(&stage).await?;
    stage.shop.answers(&[(500, "no"); 200]);
    stage
        .browser
        .click("#order-A1 option[value='decline-11']")
        .await?;
    press(&stage, "pay").await?;
    stage.shows("#order-A1 .state", "failed, code 11").await?;
    press(&stage, "stop").await?;
    stage
        .shows("#order-A1 .notification", "Bildirim Durdu")
        .await?;
    stage.shop.answers_ok();
    stage
        .shows("#order-A1 .restart", "Restart the stopped notification")
        .await?;
    press(&stage, "resend").await?;
    stage.shows("#order-A1 .notification", "Tamamlandı").await?;

    press(&stage, "pay").await?;
    stage.shows("#order-A1 .state", "paid 34.56 TL").await?;
    let is_done =
        |order: &paytr_sandbox::OrderSnapshot| order.notification == Some(NotificationState::Done);
    stage
        .sandbox
        .wait_until("A1", std::time::Duration::from_secs(20), is_done)
        .await?;
    let mut told = stage.shop.received().len();
    for (button, count) in [
        ("resend", 1),
        ("duplicate", 3),
        ("wrong_total", 1),
        ("other_currency", 1),
        ("late_after_cancel", 1),
        ("forged", 1),
    ] {
        press(&stage, button).await?;
        told += count;
        stage.told(told).await?;
        if button != "resend" {
            stage
                .shows(&format!("{ATTEMPTS}:first-child .fault"), button)
                .await?;
        }
    }
    assert_eq!(stage.shop.received().len(), told);
    assert!(matches!(
        stage.sandbox.order("A1").unwrap().state,
        OrderState::Paid { .. }
    ));

    // The last is signed with another key; the four before it are PayTR's own, right or wrong.
    let keyring = Keyring::new(stage.sandbox.credentials());
    let bodies = stage.shop.received();
    let verified = |body: &Vec<u8>| PaymentCallback::verify(&keyring, body).is_ok();
    let newest: Vec<_> = bodies[told - 4..].iter().map(verified).collect();
    assert_eq!(newest, [true, true, true, false]);
    let newest = &stage.shop.field("total_amount")[told - 4..];
    assert_eq!(newest, ["3455", "3456", "0", "3456"]);
    stage.close().await
}

#[tokio::test]
async fn money_clock_faults_and_addresses_are_changed_by_buttons() -> Result<()> {
    let stage = Stage::open(Screen::Phone).await?;
    stage.client.iframe_token(&stage.card("A1")?).await?;
    stage.client.iframe_token(&stage.card("A2")?).await?;
    stage.client.iframe_token(&stage.card("A3")?).await?;
    open_dashboard(&stage).await?;
    press(&stage, "pay").await?;
    stage.shows("#order-A1 .notification", "Tamamlandı").await?;
    let before = stage.browser.text("#balance-TL").await?;
    stage
        .browser
        .fill("#order-A1 input[name=amount]", "10.00")
        .await?;
    press(&stage, "refund").await?;
    stage
        .shows("#order-A1 .refunds", "refunded 10.00 TL")
        .await?;
    assert_ne!(stage.browser.text("#balance-TL").await?, before);
    stage
        .browser
        .fill("#order-A1 input[name=amount]", "99.00")
        .await?;
    press(&stage, "refund").await?;
    stage.shows("#refused", "more than what is left").await?;
    stage.browser.look("dashboard-refused").await?;

    stage.browser.click("#order-A2 button[value=leave]").await?;
    stage.shows("#order-A2 .state", "failed, code 6").await?;
    stage.browser.click("#freeze").await?;
    stage.browser.find("#resume").await?;
    let frozen = stage.browser.text("#now").await?;
    stage
        .browser
        .click("#panel-clock button[value=half-hour]")
        .await?;
    stage
        .browser
        .click("#panel-clock button[value=half-hour]")
        .await?;
    stage.shows("#order-A3 .state", "failed, code 6").await?;
    assert_ne!(stage.browser.text("#now").await?, frozen);

    stage.browser.fill("#seed", "42").await?;
    stage.browser.click("#chaos").await?;
    stage.shows("#fault-plan", "chaos with seed 42").await?;
    assert_eq!(stage.sandbox.faults().seed(), Some(42));
    stage.browser.click("#no-faults").await?;
    stage.shows("#fault-plan", "none planned").await?;
    stage
        .browser
        .fill("#address-payment", "ftp://shop.example")
        .await?;
    stage.browser.click("#panel-addresses button").await?;
    stage.shows("#refused", "is not a notification URL").await?;

    stage.browser.click("#reset").await?;
    stage.shows("#no-orders", "No orders yet").await?;
    assert!(stage.sandbox.orders().is_empty());
    stage.browser.close().await
}

#[tokio::test]
async fn a_refused_request_shows_up_and_one_click_shows_what_its_token_covers() -> Result<()> {
    let stage = Stage::open(Screen::Phone).await?;
    open_dashboard(&stage).await?;
    stage.has("#panel-requests", 0).await?;
    let stranger = Credentials::new("000001", "aB3dE6gH9jK2mN5p", "qR8sT1uV4wX7yZ0a")?;
    let stranger = PaytrClient::builder(stranger)
        .base_url(BaseUrl::new(stage.sandbox.base_url())?)
        .build()?;
    let refused = stranger.iframe_token(&stage.card("A1")?).await;
    anyhow::ensure!(refused.is_err(), "{refused:?}");
    let reason = "paytr_token gonderilmedi veya gecersiz (get-token)";
    stage.shows("#request-1", reason).await?;
    stage.browser.click("#request-details-1 summary").await?;
    stage.shows("#request-details-1", "merchant_oid").await?;
    stage.shows("#request-1 .signed", "<salt>").await?;
    stage.browser.look("dashboard-refused-request").await?;

    // It stays open when something else changes.
    stage.browser.click("#to-marketplace").await?;
    stage.shows("#store-kind", "marketplace").await?;
    let refused = stranger.iframe_token(&stage.card("A2")?).await;
    anyhow::ensure!(refused.is_err(), "{refused:?}");
    stage.shows("#request-2", reason).await?;
    stage.shows("#request-1 .signed", "<salt>").await?;
    stage.close().await
}
