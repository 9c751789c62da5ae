//! The configuration of `docs/relay.md`, with its secrets in files.

use std::fs;
use std::path::Path;
use std::process::Command;

const PAGE: &str = include_str!("../../../docs/relay.md");

/// The block of TOML on the page.
fn of_the_page() -> &'static str {
    let mut blocks = PAGE.split("\n```toml\n").skip(1);
    let (block, None) = (blocks.next().unwrap(), blocks.next()) else {
        panic!("more than one configuration is on the page");
    };
    block.split("\n```").next().unwrap()
}

/// Runs `check` with these arguments, on the configuration of the page whose secrets are in `secrets`, under the name
/// `prefix` and theirs. Says what it printed.
pub(crate) fn check(arguments: &[&str], etc: &str, secrets: &str, prefix: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let at = |path: &str| folder.path().join(path.trim_start_matches('/'));
    let text = of_the_page().replace(
        "/run/credentials/paytr-relay.service/secrets_",
        &format!("{}/{prefix}", at(secrets).display()),
    );
    let etc_here = at(etc);
    fs::create_dir_all(&etc_here).unwrap();
    fs::create_dir_all(at(secrets)).unwrap();
    fs::write(etc_here.join("paytr-relay.toml"), text).unwrap();
    for (name, secret) in [
        ("merchant_key", "aB3dE6gH9jK2mN5p"),
        ("merchant_salt", "qR8sT1uV4wX7yZ0a"),
        ("api_token", "0123456789abcdef0123456789abcdef01234567"),
        ("webhook_secret", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"),
    ] {
        fs::write(at(secrets).join(format!("{prefix}{name}")), secret).unwrap();
    }
    let here = arguments.iter().map(|word| match Path::new(word) {
        path if path.is_absolute() => at(word).display().to_string(),
        _ => (*word).to_owned(),
    });
    let output = Command::new(env!("CARGO_BIN_EXE_paytr-relay"))
        .args(here)
        .arg("check")
        .env_clear()
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    said
}
