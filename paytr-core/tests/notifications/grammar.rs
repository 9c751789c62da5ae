//! Bodies that are no notification of their kind. Every hash here is right for its values, so only the
//! grammar can refuse it.

use paytr_core::api::EftBank;
use paytr_core::callback::{CallbackError, GrammarError, LinkCallback, PersonalData};
use paytr_core::testing::{
    CashoutNotification, EftNotification, LinkNotification, TransferNotification,
};
use paytr_core::{CashoutResult, Credentials, EftNotice, PlatformResult, TransferResult};

use crate::common::{credentials, form_of, good, keyring, verdicts};

#[test]
fn each_kind_accepts_its_own_body_and_no_other_kinds() {
    for (kind, body) in good().iter().enumerate() {
        for (verifier, verdict) in verdicts(body).into_iter().enumerate() {
            assert_eq!(verdict.is_ok(), verifier == kind, "{body} {verifier}");
        }
    }
}

#[test]
fn a_field_missing_repeated_or_disguised_is_malformed_in_every_kind() {
    for (kind, body) in good().iter().enumerate() {
        let pairs: Vec<&str> = body.split('&').collect();
        for (at, pair) in pairs.iter().enumerate() {
            let (name, value) = pair.split_once('=').unwrap();
            let mut without = pairs.clone();
            without.remove(at);
            let disguised = format!("%{:02X}{}={value}", name.as_bytes()[0], &name[1..]);
            let hidden = [without.join("&"), disguised].join("&");
            let variants = [
                without.join("&"),
                format!("{body}&{pair}"),
                format!("{body}&{name}="),
                format!("{body}&{name}"),
                format!("{hidden}&x=1"),
                format!("{body}&%{:02X}{}={value}", name.as_bytes()[0], &name[1..]),
                body.replace(&format!("{name}={value}"), &format!("{name}=")),
            ];
            for variant in variants {
                let verdict = verdicts(&variant)[kind];
                assert!(
                    matches!(verdict, Err(CallbackError::Malformed(_))),
                    "{variant}"
                );
            }
        }
        for unknown in ["x=1&y=2", "x=1&x=2", "%78=1&x[]=2&x"] {
            assert!(
                verdicts(&format!("{body}&{unknown}"))[kind].is_ok(),
                "unknown: {body}&{unknown}"
            );
        }
        assert!(verdicts(&body.replace("hash=", "hash[]="))[kind].is_err());
    }
}

fn is_malformed(verdict: Result<(), CallbackError>, name: &'static str) -> bool {
    verdict == Err(CallbackError::Malformed(GrammarError::Value { name }))
}

#[test]
fn a_link_value_outside_its_grammar_is_malformed_though_the_hash_matches() {
    let cases = [
        (
            "callback_id",
            ["L12", "L1234", "M123", "L12-", "l123", "L12ğ", ""],
        ),
        (
            "merchant_oid",
            ["", "A-1", "A_1", "A 1", "A\0", "１２", "Ş1"],
        ),
        (
            "status",
            [
                "failed",
                "Success",
                "success1",
                " success",
                "info",
                "",
                "success\0",
            ],
        ),
        (
            "total_amount",
            ["", "-1", "+1", "1.00", "01", "1e3", "18446744073709551616"],
        ),
    ];
    for (name, values) in cases {
        for value in values {
            let pick = |field, good| if field == name { value } else { good };
            let body = LinkNotification::new(
                pick("callback_id", "L123"),
                pick("merchant_oid", "PAYTR1"),
                pick("status", "success"),
                pick("total_amount", "1000"),
            );
            let body = body.sign(&credentials()).to_body();
            assert!(is_malformed(verdicts(&body)[0], name), "{name} {value:?}");
        }
    }
    for (name, value) in [("currency", "lira"), ("payment_amount", "1.00")] {
        let body = LinkNotification::success("L123", "PAYTR1", 1_000).field(name, value);
        let body = body.sign(&credentials()).to_body();
        // Not signed: the gate refuses such a payment with a record, see `links`.
        assert_eq!(verdicts(&body)[0], Ok(()), "{name}");
    }
}

#[test]
fn an_eft_value_outside_its_grammar_is_malformed_though_the_hash_matches() {
    for bank in ["", "Ptt", "garanti", "bank", "ptt ", "pttptt", "şekerbank"] {
        let body = EftNotification::from_fields([
            ("status", "info"),
            ("merchant_oid", "EFT0001"),
            ("bank", bank),
        ]);
        let body = body.sign(&credentials()).to_body();
        assert!(is_malformed(verdicts(&body)[1], "bank"), "{bank:?}");
    }
    for status in ["success", "failed", "Info", "", "info "] {
        let fields = [
            ("status", status),
            ("merchant_oid", "EFT0001"),
            ("bank", "ptt"),
        ];
        let body = EftNotification::from_fields(fields)
            .sign(&credentials())
            .to_body();
        assert!(is_malformed(verdicts(&body)[1], "status"), "{status:?}");
    }
}

#[test]
fn no_bank_ends_with_another_one_so_the_signed_text_has_one_cut() {
    for bank in EftBank::ALL {
        let ends_alike = EftBank::ALL
            .iter()
            .filter(|other| bank.code().ends_with(other.code()));
        assert_eq!(ends_alike.count(), 1, "{bank:?}");
    }
}

#[test]
fn a_transfer_list_that_is_no_list_of_ids_is_malformed_though_the_hash_matches() {
    let long = format!("[\"{}\"]", "A".repeat(65));
    for text in [
        "",
        "[]",
        "{}",
        "TR0001",
        "\"TR0001\"",
        "[\"TR0001\"",
        "\"TR0001\"]",
        "[\"\"]",
        "[1]",
        "[null]",
        "[\"TR-1\"]",
        "[\"TR 1\"]",
        "[\"Ş1\"]",
        "[[\"TR0001\"]]",
        " [\"TR0001\"]",
        "[\"TR0001\"]\n",
        "[\"TR0001\",]",
        "[\"TR0001\",\"TR0001\"]",
        &long,
    ] {
        let body = TransferNotification::of_text(text)
            .sign(&credentials())
            .to_body();
        assert!(is_malformed(verdicts(&body)[2], "trans_ids"), "{text}");
    }
}

#[test]
fn a_cashout_value_outside_its_grammar_is_malformed_though_the_hash_matches() {
    let long = "A".repeat(65);
    for id in ["", "C-1", "C 1", "Ç1", "C\0", &long] {
        let body = CashoutNotification::of_trans_id(id)
            .sign(&credentials())
            .to_body();
        assert!(is_malformed(verdicts(&body)[3], "trans_id"), "{id:?}");
    }
    for mode in ["", "Cashout", "transfer", "cashout "] {
        let fields = [("mode", mode), ("trans_id", "CO0001")];
        let body = CashoutNotification::from_fields(fields)
            .sign(&credentials())
            .to_body();
        assert!(is_malformed(verdicts(&body)[3], "mode"), "{mode:?}");
    }
}

#[test]
fn a_body_with_the_fields_of_both_platform_results_is_refused_by_all() {
    let [_, _, transfer, cashout] = good();
    let foreign = |name| Err(CallbackError::Malformed(GrammarError::Foreign { name }));
    for body in [
        format!("{transfer}&mode=cashout"),
        format!("{transfer}&mode="),
    ] {
        assert_eq!(verdicts(&body)[2], foreign("mode"));
        assert!(PlatformResult::verify(&keyring(), body.as_bytes()).is_err());
    }
    let body = format!("{cashout}&trans_ids=%5B%22TR0001%22%5D");
    assert_eq!(verdicts(&body)[3], foreign("trans_ids"));
    assert!(PlatformResult::verify(&keyring(), body.as_bytes()).is_err());
    let disguised = format!("{transfer}&%6Dode=cashout");
    assert!(PlatformResult::verify(&keyring(), disguised.as_bytes()).is_err());
}

#[test]
fn an_old_key_is_accepted_in_every_kind_and_named() {
    let old = Credentials::new("123456", "oLdKeY9876543210", "oLdSaLt987654321").unwrap();
    let both = keyring()
        .accept_old("oLdKeY9876543210", "oLdSaLt987654321")
        .unwrap();
    let link = LinkNotification::success("L123", "P1", 1)
        .sign(&old)
        .to_body();
    let form = form_of("L123");
    assert_eq!(
        LinkCallback::verify(&keyring(), &form, link.as_bytes()).unwrap_err(),
        CallbackError::BadHash
    );
    let index = LinkCallback::verify(&both, &form, link.as_bytes())
        .unwrap()
        .key_index();
    assert_eq!(index.get(), 1);
    let eft = EftNotification::new("E", EftBank::Teb).sign(&old).to_body();
    let eft = EftNotice::verify(&both, PersonalData::Drop, eft.as_bytes()).unwrap();
    let transfer = TransferNotification::new(["T"]).sign(&old).to_body();
    let transfer = TransferResult::verify(&both, transfer.as_bytes()).unwrap();
    let cashout = CashoutNotification::of_trans_id("C").sign(&old).to_body();
    let cashout = CashoutResult::verify(&both, cashout.as_bytes()).unwrap();
    let indices = [eft.key_index(), transfer.key_index(), cashout.key_index()];
    assert_eq!(indices.map(paytr_core::credentials::KeyIndex::get), [1; 3]);
}
