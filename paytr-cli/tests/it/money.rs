//! What moves money is sent once, whatever happens, and an unknown outcome is told as one.

use crate::common::{Answer, MONEY, Program, REQUESTS, Server};

/// Charges, transfers and cashouts; refunds have a file of their own.
fn lines() -> impl Iterator<Item = (Vec<String>, &'static str)> {
    let charges = REQUESTS
        .iter()
        .filter(|(line, _, _)| line.starts_with("charge"));
    charges.chain(&MONEY).map(|(line, path, _)| {
        let words = line.split_whitespace().map(|word| word.replace('_', " "));
        (words.collect(), *path)
    })
}

#[test]
fn money_is_sent_once_and_without_an_answer_the_outcome_is_unknown() {
    let answers = [
        Answer::Nothing,
        Answer::Status(502, b"<html>bad gateway</html>".to_vec()),
        Answer::Status(302, Vec::new()),
        Answer::Body(b"<html>maintenance</html>".to_vec()),
        Answer::Half(br#"{"status":"succ"#.to_vec()),
        Answer::Body(br#"{"status":"#.to_vec()),
    ];
    for (words, _) in lines() {
        for answer in answers.clone() {
            let server = Server::start([answer]);
            let run = Program::new(&words)
                .env("PAYTR_BASE_URL", server.url())
                .run()
                .expect_code(5);
            assert_eq!(server.requests().len(), 1, "{words:?}");
            let id = ["A1", "T1", "C1"]
                .into_iter()
                .find(|id| words.iter().any(|word| word == id));
            assert!(
                run.err.contains(id.unwrap()) && run.err.contains("do not"),
                "{run:?}"
            );
            assert_eq!(run.out, "", "an unknown outcome is no result");
        }
    }
}

#[test]
fn money_is_not_sent_where_nobody_listens_and_that_is_harmless() {
    for (words, _) in lines() {
        Program::new(&words)
            .run()
            .expect_code(4)
            .expect_err("could not be reached");
    }
}

#[test]
fn a_refused_transfer_says_the_code_both_meanings_and_what_to_do() {
    let (words, _) = lines().find(|(words, _)| words[0] == "transfer").unwrap();
    let reply = r#"{"status":"error","err_no":"009","err_msg":"trans_id benzersiz olmalidir"}"#;
    let server = Server::start([reply]);
    let run = Program::new(&words)
        .env("PAYTR_BASE_URL", server.url())
        .run()
        .expect_code(1);
    for part in [
        "error 009",
        "Turkish: trans_id benzersiz",
        "English: ",
        "what to do: ",
    ] {
        assert!(run.err.contains(part), "{part} {run:?}");
    }
}

#[test]
fn a_made_up_trans_id_is_told_before_anything_is_sent() {
    let server = Server::start([Answer::Nothing]);
    let line = [
        "cashout",
        "--payout",
        "1:TR330006100519786457841326:XYZ LTD",
    ];
    let run = Program::new(line)
        .env("PAYTR_BASE_URL", server.url())
        .run()
        .expect_code(5);
    let told = run
        .err
        .lines()
        .next()
        .unwrap()
        .strip_prefix("trans_id ")
        .unwrap()
        .to_owned();
    assert_eq!(
        server.requests()[0].fields()[1],
        ("trans_id".to_owned(), told)
    );
}

#[test]
fn charges_end_with_the_code_of_their_outcome() {
    for (reply, code, says) in [
        (r#"{"status":"success","msg":"Ödendi"}"#, 0, "paid"),
        (
            r#"{"status":"wait_callback","msg":"Ödeme Kontrol Ediliyor"}"#,
            5,
            "being checked",
        ),
        (
            r#"{"status":"failed","msg":"Limit yetersiz"}"#,
            1,
            "declined",
        ),
        (
            r#"{"status":"failed","msg":"x","try_again":"true"}"#,
            1,
            "try again later",
        ),
        (
            r#"{"status":"failed","msg":"x","try_again":false}"#,
            1,
            "not with this card",
        ),
    ] {
        for json in [false, true] {
            let (mut words, _) = lines().next().unwrap();
            words.extend(json.then(|| "--json".to_owned()));
            let server = Server::start([reply]);
            let run = Program::new(&words)
                .env("PAYTR_BASE_URL", server.url())
                .run()
                .expect_code(code);
            if json {
                assert_eq!(run.out.trim_end(), reply);
            } else {
                run.expect_out(says);
            }
            assert_eq!(server.requests().len(), 1);
        }
    }
}

#[test]
fn payouts_come_from_a_csv_file_with_exact_amounts() {
    let csv = "iban,receiver,amount\nTR330006100519786457841326,\"Yılmaz, Ayşe\",1234.05\n\
               TR330006100519786457841326,XYZ LTD,0.10\n";
    let line = [
        "cashout",
        "--trans-id",
        "C1",
        "--file",
        "p.csv",
        "--dry-run",
    ];
    let run = Program::new(line).file("p.csv", csv).run().expect_code(0);
    let info = run.json()["form"]["trans_info"]
        .as_str()
        .unwrap()
        .to_owned();
    assert_eq!(
        info,
        r#"[{"amount":"123405","receiver":"Yılmaz, Ayşe","iban":"TR330006100519786457841326"},{"amount":"10","receiver":"XYZ LTD","iban":"TR330006100519786457841326"}]"#
    );
    for (csv, why) in [
        (
            "amount,iban\n1,TR330006100519786457841326\n",
            "no column receiver",
        ),
        (
            "amount,iban,receiver\n1e3,TR330006100519786457841326,A B\n",
            "row 2",
        ),
        (
            "amount,iban,receiver\n1,TR330006100519786457841327,A B\n",
            "checksum",
        ),
    ] {
        Program::new(line)
            .file("p.csv", csv)
            .run()
            .expect_code(2)
            .expect_err(why);
    }
    Program::new(line).run().expect_code(7);
}
