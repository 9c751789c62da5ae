//! Every golden example: the bytes that are sent, and what is read from the answers.

mod money;
mod plans;
mod sales;
mod stored_cards;

use paytrek::api::{Answer, Decoded, Method, Request};
use paytrek::{Decimal, DecodeError, Host};

fn assert_sends(request: &impl Request, method: Method, path: &str, body: Option<&str>) {
    let call = request.call().unwrap();
    assert_eq!((call.method(), call.path()), (method, path));
    assert_eq!(call.body(), body);
}

fn decode<R: Request>(request: &R, status: u16, body: &str) -> Result<R::Reply, DecodeError> {
    assert!(R::SUCCESS.contains(&status), "{status}");
    let host = Host::sandbox();
    let answer = Answer {
        status,
        body: body.as_bytes(),
        host: &host,
    };
    match request.decode(answer)? {
        Decoded::Success(reply) => Ok(reply),
        Decoded::Refused(error) => panic!("{error:?}"),
    }
}

fn hundredths(decimals: &[Decimal]) -> Vec<u64> {
    decimals
        .iter()
        .map(|decimal| decimal.hundredths())
        .collect()
}
