use std::io::{BufRead as _, BufReader, Read};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use anyhow::{Context as _, Result, bail};
use rustix::process::{Pid, Signal, kill_process};

use super::eventually;

/// A running shop. It is killed when this is dropped.
pub struct Process {
    child: Child,
    output: Arc<Mutex<Output>>,
    readers: Vec<JoinHandle<()>>,
}

#[derive(Default)]
struct Output {
    stdout: String,
    stderr: String,
}

/// How a shop ended, and all it printed.
#[derive(Debug)]
pub struct Exit {
    /// `None` when a signal ended it.
    pub code: Option<i32>,
    /// Its standard output.
    pub stdout: String,
    /// Its standard error.
    pub stderr: String,
}

impl Process {
    /// Starts a program with nothing in its environment but these settings.
    pub fn spawn(
        program: &Path,
        directory: Option<&Path>,
        settings: &[(String, String)],
    ) -> Result<Self> {
        let mut command = Command::new(program);
        command
            .env_clear()
            .envs(settings.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        if let Some(directory) = directory {
            command.current_dir(directory);
        }
        let mut child = command
            .spawn()
            .with_context(|| format!("cannot start {}", program.display()))?;
        let output = Arc::new(Mutex::new(Output::default()));
        let mut readers = Vec::new();
        if let Some(stdout) = child.stdout.take() {
            readers.push(read(stdout, &output, |output| &mut output.stdout));
        }
        if let Some(stderr) = child.stderr.take() {
            readers.push(read(stderr, &output, |output| &mut output.stderr));
        }
        Ok(Self {
            child,
            output,
            readers,
        })
    }

    /// What follows `prefix` on a line of its standard output, once that line is there.
    pub async fn printed(&mut self, prefix: &str) -> Result<String> {
        let line = eventually(&format!("the shop prints {prefix:?}"), async || {
            let whole_lines = self.stdout();
            let found = whole_lines
                .split_inclusive('\n')
                .find_map(|line| line.strip_suffix('\n')?.strip_prefix(prefix));
            match (found, self.child.try_wait()?) {
                (Some(rest), _) => Ok(Some(rest.trim().to_owned())),
                (None, None) => Ok(None),
                (None, Some(status)) => bail!("the shop ended at its start with {status}"),
            }
        })
        .await;
        line.with_context(|| format!("its standard error:\n{}", self.stderr()))
    }

    /// What was read of its standard output so far. A line that it has printed may still be in the pipe, so
    /// tests read a whole output, after its [`end`](Self::end).
    fn stdout(&self) -> String {
        self.locked().stdout.clone()
    }

    fn stderr(&self) -> String {
        self.locked().stderr.clone()
    }

    fn locked(&self) -> std::sync::MutexGuard<'_, Output> {
        self.output.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Ends it as a power failure would, at once.
    pub fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// What the system knows it by.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Asks it to stop, as a service manager does.
    pub fn terminate(&self) -> Result<()> {
        self.signal(Signal::TERM)
    }

    /// Asks it to stop, and waits for its end and for the last line of its output.
    pub async fn stop(self) -> Result<Exit> {
        self.terminate()?;
        self.end().await
    }

    /// Makes it stand still until [`resume`](Self::resume). Its connections stay open.
    pub fn pause(&self) -> Result<()> {
        self.signal(Signal::STOP)
    }

    /// Lets it go on.
    pub fn resume(&self) -> Result<()> {
        self.signal(Signal::CONT)
    }

    fn signal(&self, signal: Signal) -> Result<()> {
        let id = i32::try_from(self.child.id())?;
        let id = Pid::from_raw(id).context("a process has an id above zero")?;
        Ok(kill_process(id, signal)?)
    }

    /// Waits until it has ended by itself.
    pub async fn end(mut self) -> Result<Exit> {
        let status = eventually("the shop ends", async || Ok(self.child.try_wait()?)).await;
        let status = status.with_context(|| format!("its standard error:\n{}", self.stderr()))?;
        for reader in self.readers.drain(..) {
            // The pipes are closed now, so the readers end too.
            let _ = reader.join();
        }
        Ok(Exit {
            code: status.code(),
            stdout: self.stdout(),
            stderr: self.stderr(),
        })
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}

fn read(
    pipe: impl Read + Send + 'static,
    output: &Arc<Mutex<Output>>,
    of: fn(&mut Output) -> &mut String,
) -> JoinHandle<()> {
    let output = Arc::clone(output);
    std::thread::spawn(move || {
        let mut pipe = BufReader::new(pipe);
        let mut line = Vec::new();
        while matches!(pipe.read_until(b'\n', &mut line), Ok(1..)) {
            let mut output = output.lock().unwrap_or_else(PoisonError::into_inner);
            of(&mut output).push_str(&String::from_utf8_lossy(&line));
            line.clear();
        }
    })
}
