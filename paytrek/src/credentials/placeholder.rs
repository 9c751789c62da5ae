//! Texts that samples and templates carry where a secret belongs.

const WHOLE: [&str; 6] = ["secret", "example", "todo", "test", "key", "api_key"];
const BEGINNING: [&str; 3] = ["your", "xxx", "my_"];
const ANYWHERE: [&str; 5] = [
    "changeme",
    "change-me",
    "change_me",
    "placeholder",
    "api_secret",
];

pub(super) fn is_placeholder(value: &str) -> bool {
    let lower = value.to_ascii_lowercase();
    let one_character = value.chars().all(|character| value.starts_with(character));
    let bracketed = value.starts_with(['<', '[', '{', '$', '%']);
    one_character
        || bracketed
        || WHOLE.contains(&&*lower)
        || BEGINNING.iter().any(|sample| lower.starts_with(sample))
        || ANYWHERE.iter().any(|sample| lower.contains(sample))
}
