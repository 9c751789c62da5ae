use std::collections::HashSet;
use std::path::Path;

use paytr_core::Credentials;
use paytr_sandbox::{Evidence, behaviours};

use super::check::Check;
use super::ground::Ground;
use super::request::{Encoding, Request};
use super::steps;
use super::table::unfilled;

fn checks() -> impl Iterator<Item = &'static Check> {
    steps::all().flat_map(|step| step.checks)
}

fn ground() -> Ground {
    let credentials = Credentials::new("000042", "aB3dE6gH9jK2mN5p", "qR8sT1uV4wX7yZ0a").unwrap();
    Ground::new(credentials, "88.255.10.20".parse().unwrap()).unwrap()
}

#[test]
fn every_check_says_where_it_is_known_from_and_nothing_is_only_the_sandboxs() {
    let mut names = HashSet::new();
    for check in checks() {
        let evidence = check.evidence();
        let evidence = evidence.unwrap_or_else(|| panic!("{} has no row", check.name));
        assert_ne!(evidence, Evidence::SandboxOnly, "{}", check.name);
        assert!(behaviours().any(|row| row.of == check.of), "{}", check.of);
        assert!(names.insert(check.name), "{} is there twice", check.name);
    }
    let steps: HashSet<_> = steps::all().map(|step| step.name).collect();
    assert_eq!(steps.len(), steps::all().count());
}

/// The paths that change nothing, and the one that opens a page.
#[test]
fn nothing_that_moves_money_or_writes_to_somebody_is_ever_asked_for() {
    const HARMLESS: [&str; 12] = [
        "/odeme/durum-sorgu",
        "/odeme/durumsorgu",
        "/odeme/api/bin-detail",
        "/odeme/taksit-oranlari",
        "/rapor/islem-dokumu",
        "/rapor/odeme-dokumu",
        "/rapor/odeme-dokumu/",
        "/rapor/odeme-detayi",
        "/odeme/geri-donen-transfer",
        "/odeme/capi/list",
        "/odeme/api/get-token",
        "/odeme/guvenli/TOKEN",
    ];
    let ground = ground();
    for step in steps::all() {
        let request = (step.request)(&ground).unwrap();
        assert!(HARMLESS.contains(&&*request.path), "{}", request.path);
        let field = |wanted| {
            let mut fields = request.fields.iter();
            fields.find(|(name, _)| *name == wanted)
        };
        if request.path == "/odeme/api/get-token" {
            assert_eq!(field("test_mode").unwrap().1, "1", "{}", step.name);
            assert_eq!(field("timeout_limit").unwrap().1, "5", "{}", step.name);
        }
        assert!(field("merchant_key").is_none() && field("merchant_salt").is_none());
    }
}

#[test]
fn the_documented_table_has_every_check() {
    const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/behaviours.md");
    /// What no run changes.
    fn known(line: &str) -> &str {
        let cut = line
            .match_indices(" | ")
            .nth(3)
            .map_or(line.len(), |(at, _)| at);
        &line[..cut]
    }
    let table = unfilled(checks());
    let page = std::fs::read_to_string(Path::new(PAGE)).unwrap();
    let (head, rest) = page.split_once("| check |").unwrap();
    let end = rest.find("\n\n").map_or(rest.len(), |end| end + 1);
    if std::env::var_os("UPDATE_DOCS").is_some() {
        let page = format!("{head}{table}{}", &rest[end..]);
        std::fs::write(PAGE, page).unwrap();
        return;
    }
    let documented = format!("| check |{}", &rest[..end]);
    let documented: Vec<_> = documented.lines().map(known).collect();
    let expected: Vec<_> = table.lines().map(known).collect();
    assert_eq!(documented, expected, "run this test with UPDATE_DOCS=1");
}

#[test]
fn the_last_of_two_values_is_signed_and_a_missing_one_is_empty() {
    let ground = ground();
    let request = || Request::to::<paytr_core::api::StatusInquiry>();
    let twice = request().add("merchant_oid", "A").add("merchant_oid", "B");
    let once = request().add("merchant_oid", "B");
    let token = |request: Request| {
        request
            .sign(&ground.credentials)
            .token()
            .unwrap()
            .to_owned()
    };
    assert_eq!(token(twice), token(once));
    assert_eq!(token(request()), token(request().add("merchant_oid", "")));
}

#[test]
fn a_multipart_body_has_every_field_and_an_end() {
    let request = Request::to::<paytr_core::api::StatusInquiry>().add("merchant_oid", "A");
    let request = request.into_multipart();
    assert_eq!(request.encoding, Encoding::Multipart);
    let (content_type, body) = request.body().unwrap();
    let (_, boundary) = content_type.split_once("boundary=").unwrap();
    let head = "Content-Disposition: form-data; name=\"merchant_oid\"";
    let expected = format!("--{boundary}\r\n{head}\r\n\r\nA\r\n--{boundary}--\r\n");
    assert_eq!(body, expected);
}
