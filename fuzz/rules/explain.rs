//! Rules for `paytr callback explain`, which reads what somebody pastes.

use paytr_core::callback::NotificationKind;
use paytr_core::client::BaseUrl;
use paytr_core::{Credentials, Keyring, PaymentCallback};

use crate::explain::{Body, Shows, explain};
use crate::settings::{Secrets, Settings};

const KEY: &str = "aB3dE6gH9jK2mN5p";
const SALT: &str = "qR8sT1uV4wX7yZ0a";

fn settings() -> Settings {
    Settings {
        credentials: Credentials::new("123456", KEY, SALT).expect("good credentials"),
        base_url: BaseUrl::default(),
        secrets: Secrets {
            key: KEY.to_owned().into(),
            salt: SALT.to_owned().into(),
        },
    }
}

/// Whatever is pasted, as any kind: it is explained or refused, no secret shows, and a notification that is accepted has
/// a right hash.
pub(crate) fn what_is_pasted_is_explained_without_the_secrets(bytes: &[u8]) {
    for kind in NotificationKind::ALL {
        what_is_pasted_as(kind, bytes);
    }
}

/// The same as one kind.
pub(crate) fn what_is_pasted_as(kind: NotificationKind, bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    let Some(body) = Body::read(text) else {
        return;
    };
    let settings = settings();
    let knows_a_secret = [KEY, SALT].iter().any(|secret| text.contains(secret));
    let Some(explained) = explain(kind, &body, &settings) else {
        return;
    };
    let mut shown = vec![explained.signed_text.clone()];
    for tried in explained.findings.iter().chain(&explained.tried) {
        shown.extend([tried.name.clone(), tried.advice.clone()]);
        if let Shows::Text(difference) = &tried.shows {
            shown.push(difference.place.clone());
        }
    }
    let is_secret = |text: &String| text.contains(KEY) || text.contains(SALT);
    assert!(knows_a_secret || !shown.iter().any(is_secret), "{shown:?}");
    if kind == NotificationKind::Payment {
        let keyring = Keyring::new(settings.credentials.clone());
        let is_accepted = PaymentCallback::verify(&keyring, bytes).is_ok();
        assert!(!is_accepted || explained.is_right, "{text}");
    }
}
