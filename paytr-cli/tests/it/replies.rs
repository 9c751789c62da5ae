//! What is shown of PayTR's answers.

use crate::common::{Answer, Program, Server};

/// A run against one answer.
fn with_reply(line: &str, reply: impl Into<Answer>) -> Program {
    let server = Server::start([reply.into()]);
    Program::new(line.split_whitespace()).env("PAYTR_BASE_URL", server.url())
}

const STATUS: &str = "{\"status\":\"success\", \"payment_amount\":\"10,8\",\"payment_total\":\"12.00\",\
    \"currency\":\"TL\",\"kesinti_orani\":1.7900,\"taksit\":\"3\",\"kart_marka\":\"world\",\"yeni\":[1.10],\
    \"returns\":[{\"return_amount\":\"1,5\",\"reference_no\":\"IADE1\",\"return_date\":\"2026-01-05 10:00:00\"}]}";

#[test]
fn json_is_paytrs_answer_unchanged() {
    let run = with_reply("status A1 --json", STATUS).run().expect_code(0);
    assert_eq!(run.out, format!("{STATUS}\n"));
    assert_eq!(run.err, "");
    let refused =
        r#"{"status":"error","err_no":"004","err_msg":"merchant_oid ile islem bulunamadi"}"#;
    let run = with_reply("status A1 --json", refused).run().expect_code(1);
    assert_eq!(run.out, format!("{refused}\n"));
    let listed = "[{\"ctoken\":\"c1\",\"last_4\":\"4358\"}]";
    let with_mark = format!("\u{feff} {listed}\n\n");
    let run = with_reply("cards list --utoken u1 --json", with_mark.as_str())
        .run()
        .expect_code(0);
    assert_eq!(run.out, format!("{listed}\n"));
    let run = with_reply(
        "link sms L1 --phone 05551112233 --json",
        r#"{"status":"success"}"#,
    )
    .run();
    assert_eq!(run.expect_code(0).out, "{\"status\":\"success\"}\n");
}

#[test]
fn a_status_is_a_table_with_exact_amounts() {
    let run = with_reply("status A1", STATUS).run().expect_code(0);
    for part in [
        "10.80 TRY",
        "12.00 TRY",
        "1.50 TRY",
        "IADE1",
        "can be refunded",
        "instalments",
    ] {
        assert!(run.out.contains(part), "{part}: {}", run.out);
    }
}

#[test]
fn tables_keep_turkish_letters_and_align_amounts_at_the_right() {
    let reply = r#"{"status":"success","list":[
        {"date_paid":"2026-01-05","currency":"TL","sales":"100","return":"9,5","net":"-1234.5","merchant_iban":"TR1"},
        {"date_paid":"2026-01-06","currency":"USD","sales":"7.25","return":"0","net":"7.25","merchant_iban":"ŞİĞ"}]}"#;
    let run = with_reply("report statement --from 2026-01-01 --to 2026-01-31", reply).run();
    let run = run.expect_code(0);
    let rows: Vec<_> = run
        .out
        .lines()
        .filter(|line| line.contains("2026-01-0"))
        .collect();
    let columns = |row: &str| row.split('┆').map(str::to_owned).collect::<Vec<_>>();
    let (first, second) = (columns(rows[0]), columns(rows[1]));
    assert_eq!(
        (first[3].as_str(), second[3].as_str()),
        (" -1234.50 ", "     7.25 "),
        "{}",
        run.out
    );
    assert!(first[4].contains("TL") && second[4].contains("USD"));
    assert!(second[5].contains("ŞİĞ"));
    let width = |row: &str| row.chars().count();
    assert_eq!(width(rows[0]), width(rows[1]), "{}", run.out);
}

#[test]
fn text_from_outside_cannot_steer_the_terminal() {
    let reply = "{\"status\":\"error\",\"err_no\":\"\\u001b[2J\",\"err_msg\":\"\\u001b]0;x\\u0007 \\u202e\"}";
    let run = with_reply("status A1", reply).run().expect_code(1);
    assert!(
        !run.err.contains('\u{1b}') && !run.err.contains('\u{202e}'),
        "{:?}",
        run.err
    );
    let card = "[{\"ctoken\":\"c1\",\"c_name\":\"\\u001b[31mX\"}]";
    let run = with_reply("cards list --utoken u1", card)
        .run()
        .expect_code(0);
    assert!(
        !run.out.contains('\u{1b}') && run.out.contains("[31mX"),
        "{:?}",
        run.out
    );
}

#[test]
fn every_kind_of_answer_has_its_exit_code() {
    for (line, reply, code) in [
        ("bin 435508", r#"{"status":"failed"}"#, 0),
        ("bin 435508", r#"{"status":"error","err_msg":"x"}"#, 1),
        ("bin 435508", "<html>bakım</html>", 6),
        ("bin 435508", r#"{"status":"#, 6),
        ("bin 435508", "", 6),
        ("cards list --utoken u1", "[]", 0),
        (
            "cards delete --utoken u1 --ctoken c1",
            r#"{"status":"success"}"#,
            0,
        ),
        (
            "cards delete --utoken u1 --ctoken c1",
            r#"{"status":"error","err_msg":"Kart yok"}"#,
            1,
        ),
        ("cards delete --utoken u1 --ctoken c1", "<html>", 5),
        (
            "link delete L1 L2",
            r#"{"status":"success","failed_deletes":["L2"]}"#,
            1,
        ),
        ("link delete L1", r#"{"status":"success"}"#, 0),
        ("report detail 2026-01-15", r#"{"status":"failed"}"#, 0),
        (
            "report detail 2026-01-15",
            r#"{"status":"success","x":{"a":"b"}}"#,
            6,
        ),
        (
            "installments",
            r#"{"status":"success","oranlar":{"world":{"taksit_2":7.28}}}"#,
            0,
        ),
    ] {
        with_reply(line, reply).run().expect_code(code);
        with_reply(&format!("{line} --json"), reply)
            .run()
            .expect_code(if code == 6 && reply.contains('x') {
                // The answer is shown as it came, so there is nothing to read.
                0
            } else {
                code
            });
    }
}

#[test]
fn a_question_without_an_answer_does_no_harm_and_is_repeated() {
    let server = Server::start(Vec::<Answer>::new());
    let run = Program::new(["status", "A1"])
        .env("PAYTR_BASE_URL", server.url())
        .run();
    run.expect_code(4);
    assert_eq!(server.requests().len(), 3);
}

#[test]
fn a_payment_page_is_shown_with_its_address() {
    let line =
        "iframe-token --eft --order-id A1 --email a@b.co --amount 34.56 --user-ip 88.255.10.20";
    let run = with_reply(line, r#"{"status":"success","token":"t0k3n"}"#)
        .run()
        .expect_code(0);
    assert!(run.out.contains("/odeme/api/t0k3n"), "{}", run.out);
    let refused =
        r#"{"status":"failed","reason":"paytr_token gonderilmedi veya gecersiz (get-token)"}"#;
    with_reply(line, refused)
        .run()
        .expect_code(1)
        .expect_err("check merchant key and salt");
}

#[test]
fn rates_are_a_row_per_program() {
    let reply = r#"{"status":"success","max_inst_non_bus":"12","oranlar":{"world":{"taksit_2":7.28,"taksit_3":"9,32"}}}"#;
    let run = with_reply("installments --request-id r1", reply)
        .run()
        .expect_code(0);
    run.expect_out("at most 12 instalments")
        .expect_out("7.28")
        .expect_out("9.32");
}

#[test]
fn the_tables_of_codes_are_there_in_both_languages() {
    let run = Program::bare(["error", "refund", "9"]).run().expect_code(0);
    run.expect_out("009")
        .expect_out("Toplam iade tutari")
        .expect_out("more than what is left");
    let run = Program::bare(["error", "payment", "10", "--json"])
        .run()
        .expect_code(0);
    assert_eq!(
        run.json()["turkish"],
        "Bu işlemde 3D Secure kullanılmalıdır."
    );
    Program::bare(["error", "status", "777"])
        .run()
        .expect_code(1)
        .expect_err("paytr error status");
    let run = Program::bare(["error", "transfer"]).run().expect_code(0);
    run.expect_out("BLK").expect_out("009");
}
