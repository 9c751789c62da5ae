//! What the user of Redis must be allowed to do, and what of it is missing. The script `layout` tries the commands.

use redis::Cmd;

use crate::fault::RedisFault;
use crate::link::Link;
use crate::{KeyPrefix, OpenError};

/// Why no script ran when the ledger was opened.
pub(crate) async fn why_no_script(link: &Link, prefix: &KeyPrefix) -> OpenError {
    let mut missing = Vec::new();
    for (command, permission) in [
        (by_hash(), EVALSHA),
        (without_keys("EVAL", "return 1"), "+eval"),
    ] {
        if link.ask(&command).await == Err(RedisFault::Permission) {
            missing.push(permission.to_owned());
        }
    }
    if missing.is_empty() {
        missing.push(format!("~{{{prefix}}}:*"));
    }
    lacks(&missing)
}

/// Whether scripts may be run by their hash too, and the names of commands that none of them may run.
pub(crate) async fn check(link: &Link, no_script_may: &[String]) -> Result<(), OpenError> {
    let names = no_script_may.iter().map(|name| format!("+{name}"));
    let mut missing: Vec<_> = names.collect();
    if link.ask(&by_hash()).await == Err(RedisFault::Permission) {
        missing.insert(0, EVALSHA.to_owned());
    }
    if missing.is_empty() {
        Ok(())
    } else {
        Err(lacks(&missing))
    }
}

const EVALSHA: &str = "+evalsha";

/// A script that Redis does not know.
fn by_hash() -> Cmd {
    without_keys("EVALSHA", &"0".repeat(40))
}

fn without_keys(name: &str, script: &str) -> Cmd {
    let mut command = redis::cmd(name);
    command.arg(script).arg(0);
    command
}

fn lacks(permissions: &[String]) -> OpenError {
    OpenError::Lacks {
        permissions: permissions.join(" "),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    /// The names that stand in quotes behind this text, in lower case.
    fn named_after(begin: &str, code: &str) -> BTreeSet<String> {
        let behind = code.split(begin).skip(1);
        let names = behind.filter_map(|rest| rest.split('\'').next());
        names.map(str::to_ascii_lowercase).collect()
    }

    #[test]
    fn the_documented_commands_are_those_of_the_scripts_and_each_is_tried_when_a_ledger_is_opened()
    {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/scripts");
        let mut used = BTreeSet::new();
        for file in std::fs::read_dir(folder).unwrap() {
            let code = std::fs::read_to_string(file.unwrap().path()).unwrap();
            used.extend(named_after("redis.call('", &code));
        }
        let tried = named_after("try('", include_str!("scripts/layout.lua"));
        assert_eq!(tried, used);
        // What is no part of a script.
        used.extend(["evalsha", "eval", "info", "config|get"].map(str::to_owned));
        let documented = include_str!("permissions.txt").split_whitespace();
        let documented = documented.map(|word| word.strip_prefix('+').unwrap().to_owned());
        assert_eq!(documented.collect::<BTreeSet<_>>(), used);
    }
}
