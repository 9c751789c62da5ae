//! `callback sign` and `callback verify`.

use crate::common::{Program, formulas};

fn sign(arguments: &[&str]) -> Program {
    Program::new(["callback", "sign", "--kind"].iter().chain(arguments))
}

fn verify(kind: &str, body: &str) -> Program {
    Program::new(["callback", "verify", "--kind", kind]).input(body)
}

/// Kind and id of the formula of every notification.
const KINDS: [(&str, &str); 5] = [
    ("payment", "payment_callback_hash"),
    ("link", "link_callback_hash"),
    ("eft", "eft_interim_hash"),
    ("transfer", "platform_transfer_result_hash"),
    ("cashout", "cashout_result_hash"),
];

#[test]
fn every_golden_notification_is_signed_and_verified_alike() {
    let formulas = formulas();
    let mut seen = 0;
    for (kind, id) in KINDS {
        let formula = formulas.iter().find(|formula| formula.id == id).unwrap();
        for vector in formula
            .vectors
            .iter()
            .filter(|vector| vector.has_usual_credentials())
        {
            let fields = vector.fields.iter().filter(|(name, _)| *name != "hash");
            let fields: Vec<_> = fields
                .map(|(name, value)| format!("{name}={value}"))
                .collect();
            let mut arguments = vec![kind];
            arguments.extend(fields.iter().map(String::as_str));
            let body = sign(&arguments).run().expect_code(0).out;
            let hash = form_urlencoded::parse(body.trim_end().as_bytes())
                .find(|(name, _)| name == "hash")
                .map(|(_, hash)| hash.into_owned());
            assert_eq!(
                hash.as_deref(),
                Some(vector.expected.as_str()),
                "{}",
                vector.name
            );
            verify(kind, body.trim_end()).run().expect_code(0);
            let forged = body.trim_end().replace("hash=", "hash=A");
            verify(kind, &forged).run().expect_code(1);
            seen += 1;
        }
    }
    assert!(seen >= 20, "{seen} vectors");
}

#[test]
fn flags_are_the_signed_fields_in_words() {
    let body = |arguments: &[&str]| sign(arguments).run().expect_code(0).out;
    assert_eq!(
        body(&["payment", "--order-id", "SIPARIS0001", "--amount", "34.56"]),
        "merchant_oid=SIPARIS0001&status=success&total_amount=3456\
         &hash=4B%2Fw%2BFYL%2BR%2FkQtmTzJpW0BVLqpItTNufqOyiYQf240E%3D\n"
    );
    let failed = body(&["payment", "--order-id", "A1", "--failed", "6"]);
    assert!(
        failed
            .starts_with("merchant_oid=A1&status=failed&total_amount=0&failed_reason_code=6&hash=")
    );
    let transfer = body(&["transfer", "--trans-id", "T1", "--trans-id", "T2"]);
    assert!(
        transfer.starts_with("trans_ids=%5B%22T1%22%2C%22T2%22%5D&hash="),
        "{transfer}"
    );
}

#[test]
fn what_is_signed_must_be_given() {
    for arguments in [
        &["payment", "--order-id", "A1"][..],
        &["link", "--order-id", "A1", "--amount", "1"],
        &["eft", "--order-id", "A1"],
        &["transfer"],
        &["cashout"],
        &["payment", "--order-id", "A1", "--amount", "1", "hash=x"],
        &["other"],
        &["payment", "nonsense"],
    ] {
        sign(arguments).run().expect_code(2);
    }
}

#[test]
fn a_body_that_a_mount_point_refuses_is_signed_with_a_note() {
    let run = sign(&[
        "payment",
        "merchant_oid=A-1",
        "status=Success",
        "total_amount=1.00",
    ])
    .run();
    let run = run.expect_code(0).expect_err("a mount point refuses it");
    verify("payment", run.out.trim_end())
        .run()
        .expect_code(1)
        .expect_err("merchant_oid");
}

#[test]
fn a_kind_is_never_chosen_by_a_field() {
    let body = sign(&[
        "link",
        "--callback-id",
        "LINK1",
        "--order-id",
        "P1",
        "--amount",
        "1",
    ])
    .run()
    .out;
    verify("payment", body.trim_end())
        .run()
        .expect_code(1)
        .expect_err("callback_id");
    let body = sign(&["cashout", "--trans-id", "C1"]).run().out;
    verify("transfer", body.trim_end()).run().expect_code(1);
}

#[test]
fn callback_ids_are_held_to_the_form_of_the_shop_if_it_is_given() {
    let body = sign(&[
        "link",
        "--callback-id",
        "AB123",
        "--order-id",
        "45",
        "--amount",
        "1",
    ])
    .run()
    .out;
    verify("link", body.trim_end()).run().expect_code(0);
    let line = [
        "callback",
        "verify",
        "--kind",
        "link",
        "--callback-id-prefix",
        "LINK",
    ];
    Program::new(line)
        .input(body.trim_end())
        .run()
        .expect_code(1)
        .expect_err("callback_id");
}

#[test]
fn verifying_answers_in_json_too_and_says_why_not() {
    let body = sign(&["payment", "--order-id", "A1", "--amount", "1"])
        .run()
        .out;
    let line = ["callback", "verify", "--kind", "payment", "--json"];
    let good = Program::new(line)
        .input(body.trim_end())
        .run()
        .expect_code(0)
        .json();
    assert_eq!(
        (&good["valid"], &good["signed"]["total_amount"]),
        (&true.into(), &"100".into())
    );
    let bad = Program::new(line)
        .input(body.trim_end().replace("A1", "A2"))
        .run()
        .expect_code(1)
        .json();
    assert_eq!(bad["valid"], false);
    assert!(bad["refused_because"].as_str().unwrap().contains("hash"));
}

#[test]
fn a_line_break_at_the_end_of_the_input_is_told_and_not_part_of_the_body() {
    let body = sign(&["payment", "--order-id", "A1", "--amount", "1"])
        .run()
        .out;
    verify("payment", &body)
        .run()
        .expect_code(0)
        .expect_err("line break");
    verify("payment", &format!("{body}\n")).run().expect_code(1);
}

#[test]
fn an_endless_input_is_refused() {
    verify("payment", &"a=1&".repeat(20_000))
        .run()
        .expect_code(2)
        .expect_err("standard input");
}
