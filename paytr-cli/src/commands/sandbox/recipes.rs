//! What a shop with PayTR's host in its code needs, one line for each language.

use std::fmt::Write as _;
use std::path::Path;

use paytr_sandbox::Proxy;

/// The lines, as a person reads them and as a shell takes them.
pub(super) fn recipes(proxy: &Proxy, ca_file: &Path) -> String {
    let (url, ca) = (proxy.url(), quoted(&ca_file.display().to_string()));
    let store = quoted(&ca_file.with_extension("p12").display().to_string());
    let (host, port) = (proxy.address().ip(), proxy.address().port());
    let (pac, key) = (proxy.auto_config_url(), proxy.public_key_hash());
    let lines = [
        (
            "curl",
            format!("HTTPS_PROXY={url} CURL_CA_BUNDLE={ca} curl …"),
        ),
        (
            "PHP",
            format!("HTTPS_PROXY={url} php -d curl.cainfo={ca} …"),
        ),
        (
            "Node",
            format!("NODE_USE_ENV_PROXY=1 HTTPS_PROXY={url} NODE_EXTRA_CA_CERTS={ca} node …"),
        ),
        (
            "Python",
            format!("HTTPS_PROXY={url} REQUESTS_CA_BUNDLE={ca} SSL_CERT_FILE={ca} python3 …"),
        ),
        ("Go", format!("HTTPS_PROXY={url} SSL_CERT_FILE={ca} …")),
        (
            "Java",
            format!(
                "keytool -importcert -noprompt -alias sandbox -file {ca} -storetype PKCS12 -storepass sandbox \
                 -keystore {store} && java -Dhttps.proxyHost={host} -Dhttps.proxyPort={port} \
                 -Djavax.net.ssl.trustStore={store} -Djavax.net.ssl.trustStorePassword=sandbox …"
            ),
        ),
        (
            "browser",
            format!(
                "chromium --user-data-dir=\"$(mktemp -d)\" --proxy-pac-url={pac} \
                 --ignore-certificate-errors-spki-list={key}"
            ),
        ),
    ];
    let mut text = String::new();
    for (name, line) in lines {
        // Writing to a text does not fail.
        let _ = writeln!(text, "{name:<8} {line}");
    }
    text
}

/// As one word of a shell.
fn quoted(word: &str) -> String {
    let is_plain = |letter: char| letter.is_alphanumeric() || "/._-:".contains(letter);
    if word.chars().all(is_plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_one_word_of_a_shell() {
        for (path, word) in [
            (
                "/tmp/paytr-sandbox-a1/ca.pem",
                "/tmp/paytr-sandbox-a1/ca.pem",
            ),
            ("/home/a b/ca.pem", "'/home/a b/ca.pem'"),
            ("/tmp/it's $HOME", r"'/tmp/it'\''s $HOME'"),
        ] {
            assert_eq!(quoted(path), word);
        }
    }
}
