//! Help, completions, manual, and arguments that cannot be right.

use crate::common::{Answer, Program, Server, order};

#[test]
fn exit_codes_are_in_the_help_and_in_the_manual() {
    for line in [&["--help"][..], &["-h"], &["man"]] {
        let run = Program::bare(line).run().expect_code(0);
        for part in [
            "the outcome is not known",
            "settings are missing",
            "nothing was done",
        ] {
            assert!(run.out.contains(part), "{line:?} {part}");
        }
    }
}

#[test]
fn the_document_and_the_help_have_the_same_exit_codes() {
    let document = include_str!("../../docs/commands.md");
    let help = Program::bare(["--help"]).run().expect_code(0).out;
    let help = help.split_whitespace().collect::<Vec<_>>().join(" ");
    let rows = document.lines().filter_map(|line| {
        let (code, text) = line.strip_prefix("| ")?.split_once(" | ")?;
        code.parse::<u8>()
            .ok()
            .map(|code| (code, text.trim_end_matches(" |")))
    });
    let mut codes = 0;
    for (code, text) in rows {
        assert!(help.contains(&format!("{code} {text}")), "{code} {text}");
        codes += 1;
    }
    assert_eq!(codes, 8);
}

#[test]
fn every_shell_has_a_completion_script_and_every_command_a_page() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let run = Program::bare(["completions", shell]).run().expect_code(0);
        assert!(
            run.out.contains("iframe-token") && run.out.contains("callback"),
            "{shell}"
        );
    }
    let mut program = Program::bare(["man", "--dir", "."]);
    program.run_here().expect_code(0);
    for page in [
        "paytr.1",
        "paytr-refund.1",
        "paytr-report-transactions.1",
        "paytr-callback-explain.1",
    ] {
        let text = std::fs::read_to_string(program.path().join(page)).unwrap();
        assert!(text.contains(".TH"), "{page}");
    }
}

#[test]
fn arguments_that_cannot_be_right_are_refused_before_anything_is_sent() {
    for line in [
        "refund A-1 --amount 1",
        "refund A1 --amount 1.234",
        "refund A1 --amount 1.000,00",
        "refund A1 --amount -1",
        "refund A1 --amount 0",
        "refund A1",
        "refund A1 --amount 1 --currency JPY",
        "refund A1 --amount 1 --reference A-1",
        "refund --amount 1",
        "refund A1 --undecided",
        "refund --undecided --amount 1",
        "refund --undecided --cancel",
        "refund --undecided --dry-run",
        "refund A1 --amount 1 --older-than 5",
        "refund A1 --cancel",
        "refund A1 --reference R1 --cancel --amount 1",
        "refund A1 --amount 1 --paid 1.234",
        "bin 4355084355084358",
        "bin 43550",
        "cards list",
        "cards list --utoken ",
        "link sms L1 --phone 5551112233",
        "link email L1 --email şeker@x.co",
        "link delete a,b",
        "link create --name Defter --price 0.99",
        "link create --name Defter --price 10 --type flex",
        "link create --name Defter --price 10 --type flex --max-price 5",
        "link create --name Defter --price 10 --type collection",
        "link create --name Defter --price 10 --max-price 20",
        "link create --name Defter --price 10 --callback-url https://s.example/x",
        "link create --name Defter --price 10 --callback-url http://localhost/x --callback-id A1",
        "transfer --order-id A1 --seller-amount 40 --total 34.56 --receiver XX --iban TR330006100519786457841326",
        "cashout --trans-id C1",
        "cashout --payout 1:TR000006100519786457841326:X",
        "installments --request-id a-b",
        "status",
        "nonsense",
    ] {
        let server = Server::start([Answer::Nothing]);
        let words = line.split(' ');
        Program::new(words)
            .env("PAYTR_BASE_URL", server.url())
            .run()
            .expect_code(2);
        assert!(server.requests().is_empty(), "{line}");
    }
}

#[test]
fn rows_of_a_basket_are_read_from_the_right_and_checked() {
    for (row, says) in [
        ("Kalem", "NAME:PRICE:QUANTITY"),
        ("Kalem:1", "NAME:PRICE:QUANTITY"),
        ("Kalem:1.999:1", "two decimals"),
        ("Kalem:1:+1", "whole number"),
        ("Kalem:1:1.5", "whole number"),
        ("Kalem:1:0", "at least 1"),
        (":1:1", "needs a name"),
    ] {
        let mut words = order("charge", "A1");
        words.extend(["--utoken", "u1", "--ctoken", "c1", "--basket", row].map(str::to_owned));
        Program::new(&words).run().expect_code(2).expect_err(says);
    }
}

#[test]
fn options_of_the_card_page_do_not_go_with_a_bank_transfer() {
    let line = "iframe-token --order-id A1 --email a@b.co --amount 34.56 --user-ip 88.255.10.20";
    for extra in [
        "--eft --dark",
        "--eft --max-installment 3",
        "--bank ptt",
        "",
        "--eft --bank nobank",
        "--eft --lang en",
        "--eft --currency USD",
        "--eft --user-phone 5551112233",
        "--eft --user-name AaaaaaaaaaBbbbbbbbbbCccccccccccD",
    ] {
        let words = line
            .split(' ')
            .chain(extra.split(' ').filter(|word| !word.is_empty()));
        Program::new(words).run().expect_code(2);
    }
}

#[test]
fn card_data_is_no_argument() {
    for extra in ["--cvv", "--card-number", "--cc-owner", "--expiry-month"] {
        for command in ["charge", "direct-form"] {
            let mut words = order(command, "A1");
            words.extend([extra, "123"].map(str::to_owned));
            let run = Program::new(&words).run().expect_code(2);
            run.expect_err("unexpected argument");
        }
    }
}
