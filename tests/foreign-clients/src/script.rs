//! Runs a client in another language to its end.

use std::env;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use tokio::process::Command;

/// Names the interpreter of a Python environment where the client is installed.
pub const PYTHON: &str = "PAYTR_TEST_PYTHON";

/// Names the folder `node_modules` where the clients are installed.
pub const NODE_MODULES: &str = "PAYTR_TEST_NODE_MODULES";

const LIMIT: Duration = Duration::from_mins(1);

/// What a script wrote, and that it did not do what it was to do.
#[derive(Debug)]
pub struct Failed {
    /// How it ended; `None` when it did not end in a minute.
    pub code: Option<i32>,
    /// What it wrote to its standard output and then to its standard error.
    pub said: String,
}

/// The path in one of the two variables.
///
/// # Panics
///
/// It is not set; the text says how to set it.
#[must_use]
pub fn place(variable: &str) -> PathBuf {
    let place = env::var_os(variable).unwrap_or_else(|| {
        panic!(
            "{variable} is not set: `cargo xtask test` installs the clients and sets it. By hand, in \
             tests/foreign-clients: make a Python environment, `pip install --require-hashes -r \
             python/requirements.txt` there, and name its interpreter in {PYTHON}; `npm ci --ignore-scripts` in a \
             copy of node/, and name its node_modules in {NODE_MODULES}"
        )
    });
    place.into()
}

/// Runs it to its end, at most a minute, and gives what it wrote to its standard output.
///
/// # Errors
///
/// [`Failed`]: it ended with another code than 0, or did not end.
///
/// # Panics
///
/// The program cannot be started.
pub async fn finish(command: &mut Command) -> Result<String, Failed> {
    let running = command.stdin(Stdio::null()).kill_on_drop(true).output();
    let Ok(ended) = tokio::time::timeout(LIMIT, running).await else {
        let said = "it did not end in time".to_owned();
        return Err(Failed { code: None, said });
    };
    let ended = ended.unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let said = String::from_utf8_lossy(&ended.stdout).into_owned();
    if ended.status.success() {
        return Ok(said);
    }
    let errors = String::from_utf8_lossy(&ended.stderr);
    Err(Failed {
        code: ended.status.code(),
        said: said + &errors,
    })
}
