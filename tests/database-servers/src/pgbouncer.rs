use std::net::{Ipv4Addr, TcpStream};
use std::process::Command;
use std::time::Duration;

use anyhow::Result;
use rustix::process::Signal;

use crate::folder::{Account, Folder};
use crate::process::{Process, program, start_on_a_free_port};

const PATIENCE: Duration = Duration::from_secs(20);
/// The user of Debian's package. `PgBouncer` refuses to run as root.
const ACCOUNT: &str = "postgres";

/// A private `PgBouncer` in front of a PostgreSQL server, as Debian ships it, with `pool_mode = transaction`.
#[derive(Debug)]
pub struct PgBouncer {
    // Before the folder: the program must be gone first.
    process: Option<Process>,
    port: u16,
    folder: Folder,
}

impl PgBouncer {
    /// Whether the program is on this machine.
    #[must_use]
    pub fn is_installed() -> bool {
        program("pgbouncer", &["/usr/sbin".into()], "pgbouncer").is_ok()
    }

    /// Starts it in front of the server on this port of 127.0.0.1, with so many server connections for all its
    /// clients and these lines more in its configuration.
    pub fn before(server: u16, connections: u32, settings: &[&str]) -> Result<Self> {
        let account = Account::never_root(ACCOUNT)?;
        let mut bouncer = Self {
            process: None,
            port: 0,
            folder: Folder::new("pgbouncer", account)?,
        };
        start_on_a_free_port(|port| {
            let path = bouncer.folder.path().join("pgbouncer.ini");
            let settings = settings.join("\n");
            std::fs::write(
                &path,
                format!(
                    "[databases]\n* = host=127.0.0.1 port={server} user=postgres\n\
                     [pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\nunix_socket_dir =\n\
                     auth_type = any\npool_mode = transaction\nmax_client_conn = 1000\n\
                     default_pool_size = {connections}\n{settings}\n"
                ),
            )?;
            let mut command =
                Command::new(program("pgbouncer", &["/usr/sbin".into()], "pgbouncer")?);
            command.arg(&path);
            account.run(&mut command);
            let mut process = Process::start(&mut command, bouncer.folder.path())?;
            process.wait_until(PATIENCE, || {
                Ok(TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_ok())
            })?;
            bouncer.process = Some(process);
            bouncer.port = port;
            Ok(())
        })?;
        Ok(bouncer)
    }

    /// `postgres://postgres@127.0.0.1:PORT/postgres`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)
    }
}

impl Drop for PgBouncer {
    fn drop(&mut self) {
        if let Some(process) = self.process.take() {
            // At once, whoever is connected.
            let _ = process.end(Signal::TERM, PATIENCE);
        }
    }
}
