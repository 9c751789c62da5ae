//! Key, salt and tokens are in no output where they need not be.

use crate::common::{Answer, KEY, MONEY, Program, REQUESTS, SALT, Server};

fn words(line: &str) -> Vec<String> {
    line.split_whitespace()
        .map(|word| word.replace('_', " "))
        .collect()
}

#[test]
fn no_output_has_the_key_or_the_salt() {
    let replies = [
        "<html>",
        r#"{"status":"error","err_no":"001","err_msg":"x"}"#,
        r#"{"status":"success"}"#,
    ];
    for (line, _, _) in REQUESTS.iter().chain(&MONEY) {
        for reply in replies {
            for extra in ["--json", "--dry-run", ""] {
                let server = Server::start([Answer::from(reply)]);
                let mut words = words(line);
                words.extend((!extra.is_empty()).then(|| extra.to_owned()));
                let run = Program::new(&words)
                    .env("PAYTR_BASE_URL", server.url())
                    .run();
                let all = format!("{}{}", run.out, run.err);
                assert!(!all.contains(KEY) && !all.contains(SALT), "{line} {all}");
                // The request token is shown by a dry run and by nothing else.
                for sent in server.requests() {
                    let fields = sent.fields();
                    let token = fields
                        .iter()
                        .find(|(name, _)| name == "paytr_token")
                        .unwrap();
                    assert!(!all.contains(&token.1), "{line} {all}");
                }
            }
        }
    }
}

#[test]
fn errors_of_a_connection_have_no_token_and_no_personal_data() {
    // Questions are repeated after a pause, so all lines wait at the same time.
    std::thread::scope(|scope| {
        for (line, _, _) in REQUESTS.iter().chain(&MONEY) {
            scope.spawn(move || {
                let run = Program::new(words(line)).run().expect_code(4);
                let all = format!("{}{}", run.out, run.err);
                for secret in ["paytr_token", "a@b.co", "88.255", "05551112233", KEY, SALT] {
                    assert!(!all.contains(secret), "{line} {all}");
                }
            });
        }
    });
}

#[test]
fn explaining_shows_neither_key_nor_salt_nor_the_right_hash() {
    let right = "4B/w+FYL+R/kQtmTzJpW0BVLqpItTNufqOyiYQf240E=";
    let body = "merchant_oid=SIPARIS0001&status=success&total_amount=3456&hash=AAAA";
    for extra in [None, Some("--json")] {
        let line = ["callback", "explain", "--kind", "payment"];
        let run = Program::new(line.into_iter().chain(extra))
            .input(body)
            .run()
            .expect_code(1);
        let all = format!("{}{}", run.out, run.err);
        for secret in [KEY, SALT, right] {
            assert!(!all.contains(secret), "{all}");
        }
        assert!(all.contains("SIPARIS0001<salt>success3456"), "{all}");
    }
}

#[test]
fn a_notice_of_a_transfer_is_verified_without_showing_who_sent_it() {
    let line = [
        "callback",
        "sign",
        "--kind",
        "eft",
        "--order-id",
        "A1",
        "--bank",
        "ptt",
        "user_name=Ayşe Yılmaz",
        "tc_no_last5=12345",
    ];
    let body = Program::new(line).run().expect_code(0).out;
    let run = Program::new(["callback", "verify", "--kind", "eft"])
        .input(body.trim_end())
        .run();
    let run = run.expect_code(0).expect_out("nothing is paid yet");
    assert!(
        !run.out.contains("Ayşe") && !run.out.contains("12345"),
        "{}",
        run.out
    );
}
