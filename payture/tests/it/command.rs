//! The command `payture-fake`, as a process.

use std::net::TcpListener;
use std::path::Path;

use reqwest::header::CONTENT_TYPE;
use shop_suite::Process;

const KEY: &str = "ShopTerminal";
const PASSWORD: &str = "qR8sT1uV4wX7yZ0a";

/// Nobody listens there now.
fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

fn spawn(settings: &[(&str, &str)]) -> Process {
    let settings: Vec<_> = settings
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
    let program = Path::new(env!("CARGO_BIN_EXE_payture-fake"));
    Process::spawn(program, None, &settings).unwrap()
}

/// Posts a form as `curl -d` does.
async fn post(url: String, form: String) -> String {
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let request = http
        .post(url)
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded");
    let answer = request.body(form).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    answer.text().await.unwrap()
}

/// From `Init` to a charged hold with plain HTTP only, on the payment page, as a browser does it.
#[tokio::test]
async fn at_a_chosen_port_with_a_chosen_terminal_a_purchase_is_made_by_plain_http() {
    let host = format!("http://127.0.0.1:{}", free_port());
    let settings = [
        ("PAYTURE_HOST", &*host),
        ("PAYTURE_KEY", KEY),
        ("PAYTURE_PASSWORD", PASSWORD),
    ];
    let mut process = spawn(&settings);
    assert_eq!(process.printed("PAYTURE_HOST=").await.unwrap(), host);
    let data = "SessionType%3DBlock%3BOrderId%3DA1%3BAmount%3D12480%3BProduct%3DTicket";
    let init = |key: &str| {
        post(
            format!("{host}/apim/Init"),
            format!("Key={key}&Data={data}"),
        )
    };
    assert!(init("Other").await.contains("ErrCode=\"ACCESS_DENIED\""));
    let opened = init(KEY).await;
    let session = opened.split_once("SessionId=\"").unwrap().1;
    let session = session.split('"').next().unwrap();

    let card = "CardNumber=4111111111100031&EMonth=12&EYear=40&SecureCode=123";
    let page = post(
        format!("{host}/page/pay"),
        format!("SessionId={session}&{card}"),
    )
    .await;
    assert!(page.contains("Thank you."), "{page}");
    let charge = |password: &str| {
        let form = format!("Key={KEY}&Password={password}&OrderId=A1");
        post(format!("{host}/apim/Charge"), form)
    };
    assert!(charge("wrong").await.contains("ErrCode=\"ACCESS_DENIED\""));
    assert!(charge(PASSWORD).await.contains("Success=\"True\""));
    let state = post(
        format!("{host}/apim/GetState"),
        format!("Key={KEY}&OrderId=A1"),
    )
    .await;
    assert!(
        state.contains("State=\"Charged\"") && state.contains("Amount=\"12480\""),
        "{state}"
    );

    let exit = process.stop().await.unwrap();
    assert_eq!(exit.code, Some(0), "{}", exit.stderr);
    let printed = exit.stdout + &exit.stderr;
    assert!(
        !printed.contains(PASSWORD) && printed.contains(KEY),
        "{printed}"
    );
}

#[tokio::test]
async fn without_a_terminal_it_prints_a_new_one_that_works() {
    let host = format!("http://127.0.0.1:{}", free_port());
    let mut process = spawn(&[("PAYTURE_HOST", &host)]);
    let key = process.printed("PAYTURE_KEY=").await.unwrap();
    let password = process.printed("PAYTURE_PASSWORD=").await.unwrap();
    let form = format!("Key={key}&Password={password}&OrderId=A1");
    let refund = post(format!("{host}/apim/Refund"), form).await;
    assert!(refund.contains("ErrCode=\"ORDER_NOT_FOUND\""), "{refund}");
    assert_eq!(process.stop().await.unwrap().code, Some(0));
}

#[tokio::test]
async fn a_taken_port_and_half_a_terminal_are_told_with_the_remedy() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let host = format!("http://{}", taken.local_addr().unwrap());
    let exit = spawn(&[("PAYTURE_HOST", &host)]).end().await.unwrap();
    assert!(
        exit.code == Some(2) && exit.stderr.contains("choose another --port"),
        "{exit:?}"
    );
    let exit = spawn(&[("PAYTURE_PASSWORD", PASSWORD)])
        .end()
        .await
        .unwrap();
    assert!(
        exit.code == Some(3) && exit.stderr.contains("PAYTURE_KEY is not set"),
        "{exit:?}"
    );
    assert!(
        !exit.stderr.contains(PASSWORD) && exit.stdout.is_empty(),
        "{exit:?}"
    );
}
