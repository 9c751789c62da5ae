//! Where credentials come from.

use crate::common::{KEY, MERCHANT_ID, Program, SALT};

const STATUS: [&str; 3] = ["status", "A1", "--dry-run"];

fn file() -> String {
    format!(
        "# a comment\nPAYTR_MERCHANT_ID={MERCHANT_ID}\nexport PAYTR_MERCHANT_KEY='{KEY}'\n\
         PAYTR_MERCHANT_SALT=\"{SALT}\"\nPAYTR_BASE_URL=http://127.0.0.1:1\nPATH=/nowhere\n"
    )
}

#[test]
fn what_is_missing_is_named_and_where_it_was_looked_for() {
    let run = Program::bare(STATUS)
        .env("PAYTR_MERCHANT_KEY", KEY)
        .run()
        .expect_code(3);
    run.expect_err("PAYTR_MERCHANT_ID, PAYTR_MERCHANT_SALT missing")
        .expect_err("there is no .env file here or above");
    let run = Program::bare(STATUS)
        .file(".env", "PAYTR_MERCHANT_ID=1\n")
        .run()
        .expect_code(3);
    run.expect_err("PAYTR_MERCHANT_KEY, PAYTR_MERCHANT_SALT missing")
        .expect_err("/.env");
}

#[test]
fn a_file_in_the_folder_or_above_is_read() {
    let run = Program::bare(STATUS)
        .file(".env", &file())
        .run()
        .expect_code(0);
    assert_eq!(run.json()["form"]["merchant_id"], MERCHANT_ID);
    assert_eq!(run.json()["url"], "http://127.0.0.1:1/odeme/durum-sorgu");
    let below = Program::bare(STATUS)
        .file(".env", &file())
        .in_folder("a/b")
        .run()
        .expect_code(0);
    assert_eq!(below.out, run.out);
    let with_all = Program::new(STATUS)
        .env("PAYTR_BASE_URL", "http://127.0.0.1:1")
        .run();
    assert_eq!(with_all.out, run.out, "the same key and salt were read");
}

#[test]
fn the_environment_wins_over_the_file() {
    let run = Program::bare(STATUS)
        .file(".env", &file())
        .env("PAYTR_MERCHANT_ID", "778")
        .env("PAYTR_BASE_URL", "https://www.paytr.com")
        .run()
        .expect_code(0);
    assert_eq!(run.json()["form"]["merchant_id"], "778");
    assert_eq!(run.json()["url"], "https://www.paytr.com/odeme/durum-sorgu");
    // A set but blank variable is an error, not a reason to take another value.
    let run = Program::bare(STATUS)
        .file(".env", &file())
        .env("PAYTR_MERCHANT_KEY", "")
        .run();
    run.expect_code(3).expect_err("PAYTR_MERCHANT_KEY is blank");
}

#[test]
fn values_that_cannot_be_right_are_refused_by_the_name_of_their_variable() {
    for (name, value, why) in [
        (
            "PAYTR_MERCHANT_ID",
            "12a",
            "PAYTR_MERCHANT_ID is 1 to 20 digits",
        ),
        (
            "PAYTR_MERCHANT_KEY",
            "your_key",
            "PAYTR_MERCHANT_KEY is a placeholder",
        ),
        (
            "PAYTR_MERCHANT_SALT",
            "qR8sT1uV4wX7yZ0a\n",
            "PAYTR_MERCHANT_SALT has blanks",
        ),
        ("PAYTR_MERCHANT_SALT", KEY, "are the same"),
        (
            "PAYTR_BASE_URL",
            "http://www.paytr.com",
            "PAYTR_BASE_URL cannot be used",
        ),
        ("PAYTR_BASE_URL", "paytr", "PAYTR_BASE_URL cannot be used"),
    ] {
        Program::new(STATUS)
            .env(name, value)
            .run()
            .expect_code(3)
            .expect_err(why);
    }
}

#[test]
fn a_broken_file_is_told_without_its_lines() {
    for broken in [
        "PAYTR_MERCHANT_KEY 'cAnArY0123456789\n",
        "PAYTR_MERCHANT_KEY='cAnArY\n",
        "=cAnArY\n",
    ] {
        let run = Program::bare(STATUS)
            .file(".env", broken)
            .run()
            .expect_code(3);
        assert!(!format!("{run:?}").contains("cAnArY"), "{run:?}");
        run.expect_err(".env cannot be read");
    }
}

#[test]
fn commands_that_sign_nothing_need_no_settings() {
    for line in [
        &["error", "refund", "009"][..],
        &["completions", "zsh"],
        &["man"],
        &["--help"],
    ] {
        Program::bare(line).run().expect_code(0);
    }
}
