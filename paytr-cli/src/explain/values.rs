//! Other values that a field was signed with: what a shop's code makes of a value on its way to the form
//! or to the signature.

/// Another value of a field.
pub(super) struct Other {
    pub(super) value: String,
    /// What was done to it, after the name of the field.
    pub(super) how: String,
    pub(super) advice: &'static str,
}

const SAME: &str = "sign the very text that is posted: make the value once and use it for both";
const CURRENCY: &str =
    "sign the very text that is posted: TL, TRY and an empty field are three texts";
const EMAIL: &str = "trim and lower the address once, before it is signed and posted";
const ID: &str = "make the order id of letters and digits alone, and sign that very id";
const BLANKS: &str = "trim the value before it is signed and posted";

/// The other values that a field may have been signed with.
pub(super) fn others(name: &str, text: &str) -> Vec<Other> {
    let mut others = Vec::new();
    let mut add = |value: String, how: String, advice| {
        let is_new = |other: &Other| other.value != value;
        if value != text && others.iter().all(is_new) {
            others.push(Other { value, how, advice });
        }
    };
    if text.trim() != text {
        add(
            text.trim().to_owned(),
            "signed without the blank around it".to_owned(),
            BLANKS,
        );
    }
    match name {
        "currency" => {
            for value in ["TL", "TRY", "", &text.to_uppercase(), &text.to_lowercase()] {
                add(
                    value.to_owned(),
                    format!("signed as {}", named(value)),
                    CURRENCY,
                );
            }
        }
        "email" => {
            for value in letter_cases(text.trim()) {
                add(value, "signed in other capitals".to_owned(), EMAIL);
            }
            let bare: String = text.split_whitespace().collect();
            add(bare, "signed without its blank".to_owned(), EMAIL);
            add(
                format!(" {text}"),
                "signed with a blank before it".to_owned(),
                EMAIL,
            );
        }
        "merchant_oid" | "trans_id" => {
            let dash = text.replace('-', "");
            add(dash, "signed without its dash".to_owned(), ID);
            let plain: String = text.chars().filter(char::is_ascii_alphanumeric).collect();
            add(plain, "signed with letters and digits alone".to_owned(), ID);
            add(text.to_uppercase(), "signed in capitals".to_owned(), ID);
            add(
                text.to_lowercase(),
                "signed in small letters".to_owned(),
                ID,
            );
            let number = text.trim_start_matches('0').to_owned();
            add(number, "signed without its zeros".to_owned(), ID);
        }
        "test_mode" | "no_installment" | "non_3d" => {
            for value in ["0", "1", "", "true", "false", "True", "False"] {
                add(
                    value.to_owned(),
                    format!("signed as {}", named(value)),
                    SAME,
                );
            }
        }
        "max_installment" | "installment_count" => {
            for value in (0..=12)
                .map(|count| count.to_string())
                .chain([String::new()])
            {
                let how = format!("signed as {}", named(&value));
                add(value, how, SAME);
            }
        }
        "user_ip" => {
            let first = text.split([',', ' ']).next().unwrap_or_default();
            let bare = first.trim_start_matches("::ffff:");
            for value in [first, bare, &format!("::ffff:{text}"), "127.0.0.1", "::1"] {
                add(
                    value.to_owned(),
                    format!("signed as {}", named(value)),
                    SAME,
                );
            }
        }
        "name" | "transfer_name" => {
            add(
                for_html(text),
                "signed as it is written in HTML".to_owned(),
                SAME,
            );
            add(text.to_uppercase(), "signed in capitals".to_owned(), SAME);
            add(
                text.to_lowercase(),
                "signed in small letters".to_owned(),
                SAME,
            );
        }
        _ => {}
    }
    others
}

fn named(value: &str) -> &str {
    match value {
        "" => "nothing",
        value => value,
    }
}

/// The address in the letter cases that people and programs write; Turkish ones too.
fn letter_cases(email: &str) -> Vec<String> {
    let lower = email.to_lowercase();
    let (name, host) = email.split_once('@').unwrap_or((email, ""));
    vec![
        email.to_ascii_lowercase(),
        lower.clone(),
        email.replace('I', "ı").to_lowercase(),
        email.to_uppercase(),
        email.replace('i', "İ").to_uppercase(),
        capital(&lower),
        lower.split('.').map(capital).collect::<Vec<_>>().join("."),
        format!("{name}@{}", host.to_lowercase()),
        format!("{}@{host}", name.to_lowercase()),
    ]
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    first.chain(letters).collect()
}

/// What PHP's `htmlspecialchars` makes of it.
fn for_html(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('"', "&quot;");
    let text = text.replace('\'', "&#039;").replace('<', "&lt;");
    text.replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_other_value_is_another_one_and_stands_once() {
        for (name, text) in [
            ("currency", "TL"),
            ("currency", "TRY"),
            ("currency", ""),
            ("currency", "usd"),
            ("email", "Ayse.Yilmaz@Example.com"),
            ("email", " a@b.co"),
            ("merchant_oid", "A-1_2"),
            ("test_mode", "false"),
            ("user_ip", "1.2.3.4, 5.6.7.8"),
            ("max_installment", "3"),
            ("name", "A & B"),
        ] {
            let mut values: Vec<_> = others(name, text)
                .into_iter()
                .map(|other| other.value)
                .collect();
            let all = values.len();
            assert!(
                all > 1 && !values.contains(&text.to_owned()),
                "{name}={text}"
            );
            values.sort();
            values.dedup();
            assert_eq!(values.len(), all, "{name}={text}");
        }
        assert!(others("payment_amount", "3456").is_empty());
    }
}
