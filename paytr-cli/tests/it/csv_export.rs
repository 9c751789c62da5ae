//! Rows as CSV.

use std::process::Stdio;
use std::time::{Duration, Instant};

use crate::common::{Answer, Program, Server};

const ROWS: &str = r#"{"status":"success","list":[
    {"islem_tipi":"S","net_tutar":90.1,"kesinti_tutari":5,"kesinti_orani":2,"islem_tutari":"100.00","odeme_tutari":"110,5","islem_tarihi":"24.06.2026","para_birimi":"TL","taksit":"0","kart_marka":"WORLD","kart_no":"979203***0796","siparis_no":"A,\"1","odeme_tipi":"KART"},
    {"islem_tipi":"I","net_tutar":-0.05,"islem_tutari":"90071992547409.93","islem_tarihi":"25.06.2026","para_birimi":"USD","siparis_no":"A2"}]}"#;

const HEAD: &str = "date,kind,order_id,amount,paid,deduction,deduction_percent,net,currency,installments,\
                    card_program,card,paid_by\n";

const LINES: &str = "24.06.2026,sale,\"A,\"\"1\",100.00,110.50,5.00,2.00,90.10,TL,1,world,979203***0796,KART\n\
                     25.06.2026,refund,A2,90071992547409.93,,,,-0.05,USD,,,,\n";

fn transactions(to: &str, file: &str, server: &Server) -> Program {
    let line = [
        "report",
        "transactions",
        "--from",
        "2026-06-24",
        "--to",
        to,
        "--csv",
        file,
    ];
    Program::new(line).env("PAYTR_BASE_URL", server.url())
}

#[test]
fn rows_are_csv_with_exact_amounts() {
    let server = Server::start([ROWS]);
    let run = transactions("2026-06-25", "-", &server)
        .run()
        .expect_code(0);
    assert_eq!(run.out, format!("{HEAD}{LINES}"));
    let server = Server::start([r#"{"status":"failed"}"#]);
    let run = transactions("2026-06-25", "-", &server)
        .run()
        .expect_code(0);
    assert_eq!(run.out, HEAD, "nothing in the range is a head without rows");
}

#[test]
fn a_file_has_one_head_for_all_windows_and_is_whole_when_a_window_fails() {
    let server = Server::start([ROWS, ROWS, r#"{"status":"error"}"#]);
    let mut program = transactions("2026-07-10", "out.csv", &server);
    let run = program.run_here().expect_code(1);
    let file = std::fs::read_to_string(program.path().join("out.csv")).unwrap();
    assert_eq!(file, format!("{HEAD}{LINES}{LINES}"));
    run.expect_err("their 4 rows are shown and whole");
}

#[test]
fn the_rows_of_a_window_are_in_the_file_before_the_next_one_has_come() {
    let server = Server::start([Answer::from(ROWS), Answer::Silence]);
    let mut program = transactions("2026-06-30", "out.csv", &server);
    let file = program.path().join("out.csv");
    let command = program.command().stdout(Stdio::null());
    let mut child = command.stderr(Stdio::null()).spawn().unwrap();
    let deadline = Instant::now() + Duration::from_secs(10);
    let written = format!("{HEAD}{LINES}");
    while std::fs::read_to_string(&file).unwrap_or_default() != written {
        assert!(Instant::now() < deadline, "the rows are not in the file");
        std::thread::sleep(Duration::from_millis(5));
    }
    assert!(
        child.try_wait().unwrap().is_none(),
        "it waits for the second window"
    );
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(std::fs::read_to_string(&file).unwrap(), written);
}

#[test]
fn an_older_file_is_left_alone_if_nothing_comes() {
    let server = Server::start(Vec::<Answer>::new());
    let mut program = transactions("2026-06-25", "out.csv", &server).file("out.csv", "old");
    program.run_here().expect_code(4);
    assert_eq!(
        std::fs::read_to_string(program.path().join("out.csv")).unwrap(),
        "old"
    );
}

#[test]
fn a_file_that_cannot_be_written_is_told() {
    let server = Server::start([ROWS]);
    let run = transactions("2026-06-25", "no/such/out.csv", &server)
        .run()
        .expect_code(7);
    run.expect_err("no/such/out.csv");
}

#[test]
fn csv_and_json_exclude_each_other() {
    let line = ["report", "detail", "2026-01-01", "--csv", "-", "--json"];
    Program::new(line).run().expect_code(2);
}
