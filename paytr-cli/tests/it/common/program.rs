use std::ffi::OsStr;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use tempfile::TempDir;

pub(crate) const MERCHANT_ID: &str = "123456";
pub(crate) const KEY: &str = "aB3dE6gH9jK2mN5p";
pub(crate) const SALT: &str = "qR8sT1uV4wX7yZ0a";

/// One run of the program, in an empty folder and with nothing in the environment but what is given.
pub(crate) struct Program {
    command: Command,
    folder: TempDir,
    input: Vec<u8>,
}

/// How a run ended.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Program {
    /// With credentials, and PayTR at an address where nobody listens.
    pub(crate) fn new<S: AsRef<OsStr>>(arguments: impl IntoIterator<Item = S>) -> Self {
        Self::bare(arguments)
            .env("PAYTR_MERCHANT_ID", MERCHANT_ID)
            .env("PAYTR_MERCHANT_KEY", KEY)
            .env("PAYTR_MERCHANT_SALT", SALT)
            .env("PAYTR_BASE_URL", "http://127.0.0.1:9")
    }

    /// Without any settings.
    pub(crate) fn bare<S: AsRef<OsStr>>(arguments: impl IntoIterator<Item = S>) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_paytr"));
        let folder = TempDir::new().expect("a temporary folder can be made");
        command.args(arguments).env_clear().current_dir(&folder);
        let input = Vec::new();
        Self {
            command,
            folder,
            input,
        }
    }

    pub(crate) fn env(mut self, name: &str, value: &str) -> Self {
        self.command.env(name, value);
        self
    }

    pub(crate) fn input(mut self, input: impl Into<Vec<u8>>) -> Self {
        self.input = input.into();
        self
    }

    pub(crate) fn file(self, name: &str, text: &str) -> Self {
        let path = self.folder.path().join(name);
        let parent = path.parent().expect("a file has a folder");
        std::fs::create_dir_all(parent).expect("the folder can be made");
        std::fs::write(path, text).expect("the file can be written");
        self
    }

    pub(crate) fn in_folder(mut self, name: &str) -> Self {
        let path = self.folder.path().join(name);
        std::fs::create_dir_all(&path).expect("the folder can be made");
        self.command.current_dir(path);
        self
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn command(&mut self) -> &mut Command {
        &mut self.command
    }

    pub(crate) fn run(mut self) -> Outcome {
        self.run_here()
    }

    pub(crate) fn run_here(&mut self) -> Outcome {
        let mut child = self
            .command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let mut stdin = child.stdin.take().expect("it has standard input");
        // A program that does not read closes the pipe.
        let _ = stdin.write_all(&self.input);
        drop(stdin);
        let output = child.wait_with_output().expect("the program ends");
        Outcome {
            code: output.status.code().expect("it was not killed"),
            out: String::from_utf8(output.stdout).expect("it writes UTF-8"),
            err: String::from_utf8(output.stderr).expect("it writes UTF-8"),
        }
    }
}

impl Outcome {
    #[track_caller]
    pub(crate) fn expect_code(self, code: i32) -> Self {
        assert_eq!(self.code, code, "{self:#?}");
        self
    }

    #[track_caller]
    pub(crate) fn expect_err(self, part: &str) -> Self {
        assert!(self.err.contains(part), "no {part:?} in {self:#?}");
        self
    }

    #[track_caller]
    pub(crate) fn expect_out(self, part: &str) -> Self {
        assert!(self.out.contains(part), "no {part:?} in {self:#?}");
        self
    }

    #[track_caller]
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {self:#?}"))
    }
}
