//! Notices through their gate, without a store: at least once, `OK` only after the handler said yes.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use paytr_core::api::EftBank;
use paytr_core::callback::{CallbackError, PersonalData};
use paytr_core::gate::{CashoutResultGate, EftNoticeGate, PlatformResultGate, TransferResultGate};
use paytr_core::paid_once::HandlerFailure;
use paytr_core::testing::{CashoutNotification, EftNotification, TransferNotification};
use paytr_core::{
    BoxError, CashoutResult, Credentials, Disposition, EftNotice, PlatformResult, TransferResult,
};
use tokio::sync::Semaphore;

use crate::common::{SALT, credentials, keyring};

fn eft() -> String {
    EftNotification::new("EFT0001", EftBank::Ptt)
        .sender("2026-01-05", "Ayşe", "05551112233", "12345")
        .sign(&credentials())
        .to_body()
}

#[tokio::test]
async fn a_notice_is_handed_over_each_time_it_comes_and_answered_ok() {
    let gate = EftNoticeGate::new(keyring());
    let runs = Arc::new(AtomicUsize::new(0));
    for run in 1..=3 {
        let count = runs.clone();
        let handler = move |notice: EftNotice| async move {
            assert_eq!(
                (notice.merchant_oid(), notice.bank()),
                ("EFT0001", EftBank::Ptt)
            );
            count.fetch_add(1, Ordering::SeqCst);
            Ok::<_, BoxError>(())
        };
        let disposition = gate.receive(eft().as_bytes(), handler).await;
        assert_eq!(disposition, Disposition::Handled);
        assert_eq!(
            (disposition.reply().status, disposition.reply().body),
            (200, "OK")
        );
        assert_eq!(runs.load(Ordering::SeqCst), run, "at least once, not once");
    }
}

#[tokio::test]
async fn a_handler_that_does_not_succeed_is_never_answered_ok() {
    let gate = EftNoticeGate::new(keyring()).handler_timeout(Duration::from_millis(50));
    let body = eft();
    let fails = async |_: EftNotice| Err::<(), BoxError>("full".into());
    let panics = |_: EftNotice| -> std::future::Ready<Result<(), BoxError>> { panic!("a bug") };
    let hangs = async |_: EftNotice| {
        std::future::pending::<()>().await;
        Ok::<_, BoxError>(())
    };
    let ends = [
        (
            gate.receive(body.as_bytes(), fails).await,
            HandlerFailure::Error,
        ),
        (
            gate.receive(body.as_bytes(), panics).await,
            HandlerFailure::Panicked,
        ),
        (
            gate.receive(body.as_bytes(), hangs).await,
            HandlerFailure::TimedOut,
        ),
    ];
    for (disposition, failure) in ends {
        assert_eq!(disposition, Disposition::HandlerFailed(failure));
        assert_eq!(
            disposition.reply().body,
            "PAYTR notification failed: handler error"
        );
        assert_eq!(disposition.reply().status, 500);
    }
}

#[tokio::test]
async fn a_forged_or_malformed_notice_never_reaches_the_handler() {
    let stranger = Credentials::new("123456", "sTrAnGeRkEy12345", SALT).unwrap();
    let forged = EftNotification::new("EFT0001", EftBank::Ptt)
        .sign(&stranger)
        .to_body();
    let gate = EftNoticeGate::new(keyring());
    let unreachable = async |_: EftNotice| -> Result<(), BoxError> { panic!("reached") };
    let refused = gate.receive(forged.as_bytes(), unreachable).await;
    assert_eq!(refused, Disposition::Refused(CallbackError::BadHash));
    assert_eq!(refused.reply().body, "PAYTR notification failed: bad hash");
    let unreachable = async |_: EftNotice| -> Result<(), BoxError> { panic!("reached") };
    let refused = gate.receive(b"status=info", unreachable).await;
    assert_eq!(
        refused.reply().body,
        "PAYTR notification failed: bad request"
    );
}

#[tokio::test]
async fn personal_data_reaches_the_handler_only_where_the_gate_was_asked_to_keep_it() {
    for (setting, kept) in [
        (None, false),
        (Some(PersonalData::Drop), false),
        (Some(PersonalData::Keep), true),
    ] {
        let mut gate = EftNoticeGate::new(keyring());
        if let Some(setting) = setting {
            gate = gate.personal_data(setting);
        }
        let handler = move |notice: EftNotice| async move {
            let unsigned = notice.unsigned();
            for name in ["user_name", "user_phone", "tc_no_last5"] {
                assert_eq!(unsigned.get(name).is_some(), kept, "{name}");
            }
            assert_eq!(
                unsigned.get("payment_sent_date").as_deref(),
                Some("2026-01-05")
            );
            Ok::<_, BoxError>(())
        };
        assert_eq!(
            gate.receive(eft().as_bytes(), handler).await,
            Disposition::Handled
        );
    }
}

#[tokio::test]
async fn undocumented_fields_and_dates_that_are_text_are_dropped_too() {
    let body = EftNotification::new("EFT0001", EftBank::Ptt)
        .field("payment_sent_date", "Ayşe yarın öder")
        .field("user_iban", "TR330006100519786457841326")
        .field("us%65r_name", "Ayşe")
        .sign(&credentials())
        .to_body();
    let notice = EftNotice::verify(&keyring(), PersonalData::Drop, body.as_bytes()).unwrap();
    assert_eq!(notice.unsigned().iter().count(), 0);
}

#[tokio::test]
async fn a_handler_goes_on_when_nobody_waits_and_drain_waits_for_it() {
    let gate = EftNoticeGate::new(keyring());
    let (door, ended) = (Arc::new(Semaphore::new(0)), Arc::new(AtomicUsize::new(0)));
    let (opened, count) = (door.clone(), ended.clone());
    let body = eft();
    let receiving = gate.receive(body.as_bytes(), move |_| async move {
        opened.acquire().await?.forget();
        count.fetch_add(1, Ordering::SeqCst);
        Ok::<_, BoxError>(())
    });
    let impatient = tokio::time::timeout(Duration::from_millis(20), receiving).await;
    assert!(impatient.is_err());
    let too_short = gate.drain(Duration::from_millis(20)).await;
    assert_eq!(too_short.unwrap_err().still_running, 1);
    door.add_permits(1);
    gate.drain(Duration::from_secs(10)).await.unwrap();
    assert_eq!(ended.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn platform_results_arrive_at_one_address_and_at_addresses_of_their_own() {
    let transfer = TransferNotification::new(["TR0001"])
        .sign(&credentials())
        .to_body();
    let cashout = CashoutNotification::of_trans_id("CO0001")
        .sign(&credentials())
        .to_body();
    let both = PlatformResultGate::new(keyring());
    let seen = Arc::new(std::sync::Mutex::new(Vec::new()));
    for body in [&transfer, &cashout] {
        let seen = seen.clone();
        let handler = move |result: PlatformResult| async move {
            let id = match &result {
                PlatformResult::Transfer(result) => result.trans_ids().concat(),
                PlatformResult::Cashout(result) => result.trans_id().to_owned(),
            };
            seen.lock().unwrap().push(id);
            Ok::<_, BoxError>(())
        };
        assert_eq!(
            both.receive(body.as_bytes(), handler).await,
            Disposition::Handled
        );
    }
    assert_eq!(*seen.lock().unwrap(), ["TR0001", "CO0001"]);
    let transfers = TransferResultGate::new(keyring());
    let cashouts = CashoutResultGate::new(keyring());
    let transfer_handler = async |_: TransferResult| Ok::<_, BoxError>(());
    let cashout_handler = async |_: CashoutResult| Ok::<_, BoxError>(());
    let taken = transfers
        .receive(transfer.as_bytes(), transfer_handler)
        .await;
    assert_eq!(taken, Disposition::Handled);
    let taken = cashouts.receive(cashout.as_bytes(), cashout_handler).await;
    assert_eq!(taken, Disposition::Handled);
    assert_eq!(
        transfers
            .verify(cashout.as_bytes())
            .unwrap_err()
            .reply()
            .status,
        400
    );
    assert_eq!(
        cashouts
            .verify(transfer.as_bytes())
            .unwrap_err()
            .reply()
            .status,
        400
    );
}
