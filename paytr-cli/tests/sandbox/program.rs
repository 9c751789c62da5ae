//! The program, to its end or for as long as a test needs it.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, ChildStdout, Command, Output, Stdio};

pub(crate) const MERCHANT: [(&str, &str); 3] = [
    ("PAYTR_MERCHANT_ID", "000007"),
    ("PAYTR_MERCHANT_KEY", "aB3dE6gH9jK2mN5p"),
    ("PAYTR_MERCHANT_SALT", "qR8sT1uV4wX7yZ0a"),
];

fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_paytr"));
    command.args(arguments).env_clear().current_dir("/");
    command
        .stdin(Stdio::null())
        .stderr(Stdio::piped())
        .stdout(Stdio::piped());
    command
}

/// Runs it to its end, with this environment.
pub(crate) fn run(arguments: &[&str], environment: &[(&str, &str)]) -> Output {
    let mut command = command(arguments);
    command.envs(environment.iter().copied());
    command.output().expect("the program starts")
}

pub(crate) fn out(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

pub(crate) fn err(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// A running program. It is killed when this is dropped.
pub(crate) struct Running {
    child: Child,
    lines: BufReader<ChildStdout>,
}

impl Running {
    pub(crate) fn start(arguments: &[&str], environment: &[(&str, &str)]) -> Self {
        let mut command = command(arguments);
        command
            .envs(environment.iter().copied())
            .stderr(Stdio::null());
        let mut child = command.spawn().expect("the program starts");
        let lines = BufReader::new(child.stdout.take().expect("it has standard output"));
        Self { child, lines }
    }

    /// Reads until a line has this part, and gives what stands behind it.
    pub(crate) fn line_with(&mut self, part: &str) -> String {
        loop {
            let mut line = String::new();
            let read = self.lines.read_line(&mut line).expect("it can be read");
            assert!(read > 0, "it ended before {part:?}");
            if let Some((_, rest)) = line.split_once(part) {
                return rest.trim_end().to_owned();
            }
        }
    }

    /// Reads up to the line that has this part, and gives all of it.
    pub(crate) fn lines_until(&mut self, part: &str) -> String {
        let mut text = String::new();
        loop {
            let start = text.len();
            let read = self.lines.read_line(&mut text).expect("it can be read");
            assert!(read > 0, "it ended before {part:?}: {text}");
            if text[start..].contains(part) {
                return text;
            }
        }
    }

    /// Asks it to stop, as a service manager does, and gives its exit code.
    pub(crate) fn stop(&mut self) -> Option<i32> {
        let id = i32::try_from(self.child.id()).expect("a process id");
        let id = rustix::process::Pid::from_raw(id).expect("a process id");
        rustix::process::kill_process(id, rustix::process::Signal::TERM).expect("it runs");
        self.child.wait().expect("it ends").code()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
