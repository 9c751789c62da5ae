//! Rules that hold for any values.

use paytr_core::api::EftBank;
use paytr_core::callback::{LinkCallback, PersonalData};
use paytr_core::testing::{
    CashoutNotification, EftNotification, LinkNotification, TransferNotification,
};
use paytr_core::{CashoutResult, EftNotice, IdForm, PlatformResult, TransferResult};
use proptest::prelude::*;

use crate::common::{credentials, keyring, verdicts};

fn ids() -> impl Strategy<Value = String> {
    "[A-Za-z0-9]{1,64}"
}

/// What a body says in the fields that are signed, by whichever verifier reads it.
fn meanings(body: &[u8]) -> Vec<String> {
    let keys = keyring();
    let form = IdForm::existing("L", 4).unwrap();
    let link = LinkCallback::verify(&keys, &form, body).map(|link| format!("{link:?}"));
    let eft = EftNotice::verify(&keys, PersonalData::Keep, body).map(|eft| format!("{eft:?}"));
    let transfer = TransferResult::verify(&keys, body).map(|result| format!("{result:?}"));
    let cashout = CashoutResult::verify(&keys, body).map(|result| format!("{result:?}"));
    let platform = PlatformResult::verify(&keys, body).map(|result| format!("{result:?}"));
    [link, eft, transfer, cashout, platform]
        .into_iter()
        .flatten()
        .collect()
}

proptest! {
    #[test]
    fn what_is_signed_is_read_whatever_else_is_in_the_body(
        oid in ids(),
        total in any::<u64>(),
        bank in prop::sample::select(EftBank::ALL.to_vec()),
        trans_ids in prop::collection::btree_set(ids(), 1..20),
        name in "x\\PC{1,20}",
        value in "\\PC{0,40}",
    ) {
        let form = IdForm::new("LINK").unwrap();
        let id = form.make();
        let link = LinkNotification::success(&id, &oid, total).field(&name, &value);
        let link = link.sign(&credentials()).to_body();
        let link = LinkCallback::verify(&keyring(), &form, link.as_bytes()).unwrap();
        prop_assert_eq!(link.callback_id().as_str(), id);
        prop_assert_eq!((link.merchant_oid(), link.total_amount()), (&*oid, total));
        let read = link.unsigned().get(&name);
        prop_assert_eq!(read.as_deref(), Some(&*value));

        let eft = EftNotification::new(&oid, bank).field(&name, &value);
        let eft = eft.sign(&credentials()).to_body();
        let dropped = EftNotice::verify(&keyring(), PersonalData::Drop, eft.as_bytes()).unwrap();
        prop_assert_eq!((dropped.merchant_oid(), dropped.bank()), (&*oid, bank));
        prop_assert_eq!(dropped.unsigned().iter().count(), 0);

        let transfer = TransferNotification::new(&trans_ids).field(&name, &value);
        let transfer = transfer.sign(&credentials()).to_body();
        let result = TransferResult::verify(&keyring(), transfer.as_bytes()).unwrap();
        prop_assert!(result.trans_ids().iter().eq(&trans_ids));

        let cashout = CashoutNotification::of_trans_id(&oid).field(&name, &value);
        let cashout = cashout.sign(&credentials()).to_body();
        let result = CashoutResult::verify(&keyring(), cashout.as_bytes()).unwrap();
        prop_assert_eq!(result.trans_id(), &*oid);
        let read = result.unsigned().fields().get(&name);
        prop_assert_eq!(read.as_deref(), Some(&*value));
    }

    #[test]
    fn a_changed_byte_is_refused_or_means_the_same(
        kind in 0..4_usize,
        at in any::<prop::sample::Index>(),
        byte in any::<u8>(),
    ) {
        let mut body = crate::common::good()[kind].clone().into_bytes();
        let before = meanings(&body);
        prop_assert!(!before.is_empty());
        let at = at.index(body.len());
        body[at] = byte;
        let after = meanings(&body);
        let same = after.iter().all(|meaning| before.contains(meaning));
        prop_assert!(same, "{:?}: {after:?}", String::from_utf8_lossy(&body));
    }

    #[test]
    fn no_bytes_make_a_verifier_panic(body in prop::collection::vec(any::<u8>(), 0..400)) {
        prop_assert!(meanings(&body).is_empty());
    }

    #[test]
    fn no_text_of_form_pieces_makes_a_verifier_panic(
        pieces in prop::collection::vec(
            prop::sample::select(vec![
                "callback_id", "merchant_oid", "status", "total_amount", "hash", "bank", "mode",
                "trans_id", "trans_ids", "processed_result", "=", "&", "%", "+", "success", "info",
                "ptt", "cashout", "%5B%22A%22%5D", "[", "]", "\\", "%zz", "\u{feff}", "L123", "1",
                "4B%2Fw%2BFYL%2BR%2FkQtmTzJpW0BVLqpItTNufqOyiYQf240E%3D",
            ]),
            0..40,
        ),
    ) {
        let _verdicts = verdicts(&pieces.concat());
    }

    #[test]
    fn no_outcome_text_makes_its_reader_panic(text in "\\PC{0,60}|[\\[\\]{}\",:a-z0-9\\\\]{0,60}") {
        let body = CashoutNotification::of_trans_id("C1").field("processed_result", text);
        let body = body.sign(&credentials()).to_body();
        let result = CashoutResult::verify(&keyring(), body.as_bytes()).unwrap();
        let _payments = result.unsigned().payments();
    }
}
