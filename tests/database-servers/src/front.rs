use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, Result};
use rustix::process::Signal;

use crate::folder::{Account, Folder};
use crate::process::{Process, program, start_on_a_free_port};

/// How long one may take to start and to stop. Varnish compiles its configuration first.
const PATIENCE: Duration = Duration::from_mins(1);

/// The programs that stand in front of a shop, each with its configuration in the project's docs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FrontKind {
    /// nginx.
    Nginx,
    /// `HAProxy`.
    HaProxy,
    /// Apache's HTTP server with `mod_proxy_balancer`.
    Apache,
    /// Caddy.
    Caddy,
    /// Varnish.
    Varnish,
}

impl FrontKind {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Nginx,
        Self::HaProxy,
        Self::Apache,
        Self::Caddy,
        Self::Varnish,
    ];

    /// The name of its program.
    #[must_use]
    pub const fn program(self) -> &'static str {
        match self {
            Self::Nginx => "nginx",
            Self::HaProxy => "haproxy",
            Self::Apache => "apache2",
            Self::Caddy => "caddy",
            Self::Varnish => "varnishd",
        }
    }

    /// The Debian package that has the program.
    #[must_use]
    pub const fn package(self) -> &'static str {
        match self {
            Self::Nginx => "nginx",
            Self::HaProxy => "haproxy",
            Self::Apache => "apache2-bin",
            Self::Caddy => "caddy",
            Self::Varnish => "varnish",
        }
    }

    /// Whether the program is on this machine.
    #[must_use]
    pub fn is_installed(self) -> bool {
        self.find().is_ok()
    }

    fn find(self) -> Result<PathBuf> {
        // Debian keeps it where only root's path leads.
        program(self.program(), &["/usr/sbin".into()], self.package())
    }

    const fn file(self) -> &'static str {
        match self {
            Self::Nginx => "nginx.conf",
            Self::HaProxy => "haproxy.cfg",
            Self::Apache => "apache.conf",
            Self::Caddy => "Caddyfile",
            Self::Varnish => "varnish.vcl",
        }
    }

    /// The command that serves with this configuration in the foreground. What Debian's own configuration
    /// gives around it stands here.
    fn command(self, site: &Path, folder: &Path, port: u16) -> Result<Command> {
        let mut command = Command::new(self.find()?);
        match self {
            Self::Nginx => {
                let around = format!(
                    "daemon off; master_process off; pid nginx.pid; error_log stderr;
                    events {{}}
                    http {{
                        access_log off;
                        client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi;
                        uwsgi_temp_path uwsgi; scgi_temp_path scgi;
                        include {};
                    }}",
                    site.display()
                );
                let main = folder.join("main.conf");
                std::fs::write(&main, around)?;
                command.arg("-p").arg(folder).arg("-c").arg(main);
            }
            Self::HaProxy => {
                command.arg("-db").arg("-f").arg(site);
            }
            Self::Apache => {
                let modules = [
                    "mpm_event",
                    "authz_core",
                    "headers",
                    "proxy",
                    "proxy_http",
                    "proxy_balancer",
                    "lbmethod_byrequests",
                    "slotmem_shm",
                ];
                let modules = modules.map(|name| {
                    format!("LoadModule {name}_module /usr/lib/apache2/modules/mod_{name}.so\n")
                });
                let around = format!(
                    "ServerRoot {folder}\nServerName 127.0.0.1\nPidFile {folder}/apache.pid\n\
                     DefaultRuntimeDir {folder}\nErrorLog /dev/stderr\n{}Include {}\n",
                    modules.concat(),
                    site.display(),
                    folder = folder.display(),
                );
                let main = folder.join("main.conf");
                std::fs::write(&main, around)?;
                // One process, so that nothing is left when it is killed.
                command.arg("-X").arg("-f").arg(main);
            }
            Self::Caddy => {
                let around = std::fs::read_to_string(site)?;
                std::fs::write(
                    site,
                    format!("{{\n\tadmin off\n\tauto_https off\n}}\n{around}"),
                )?;
                command
                    .args(["run", "--adapter", "caddyfile", "--config"])
                    .arg(site)
                    .env("XDG_CONFIG_HOME", folder)
                    .env("XDG_DATA_HOME", folder);
            }
            Self::Varnish => {
                command
                    .args(["-F", "-j", "none", "-s", "malloc,16m", "-T", "none", "-n"])
                    .arg(folder)
                    .args(["-a", &format!("127.0.0.1:{port}"), "-f"])
                    .arg(site);
            }
        }
        Ok(command)
    }
}

/// One of them on a free port of 127.0.0.1, with two nodes behind it.
#[derive(Debug)]
pub struct Front {
    // Before the folder: the program must be gone first.
    process: Option<Process>,
    port: u16,
    folder: Folder,
}

impl Front {
    /// Starts it with the configuration in `configurations`, where 127.0.0.1:3001 and 127.0.0.1:3002 stand
    /// for the nodes and 8080 for its own port. Returns when it takes connections.
    pub fn start(kind: FrontKind, configurations: &Path, nodes: [SocketAddr; 2]) -> Result<Self> {
        let template = configurations.join(kind.file());
        let template = std::fs::read_to_string(&template)
            .with_context(|| format!("{} cannot be read", template.display()))?;
        let ports = |own: u16| {
            let [one, two] = nodes.map(|node| node.port());
            // In two steps: a port may have another's number in it.
            let places = [
                ("3001", "<one>", one),
                ("3002", "<two>", two),
                ("8080", "<own>", own),
            ];
            let mut text = template.clone();
            for (written, place, _) in places {
                text = text.replace(written, place);
            }
            for (_, place, port) in places {
                text = text.replace(place, &port.to_string());
            }
            text
        };
        let folder = Folder::new(kind.program(), Account::Own)?;
        let mut front = Self {
            process: None,
            port: 0,
            folder,
        };
        start_on_a_free_port(|port| {
            let folder = front.folder.path();
            let site = folder.join(kind.file());
            std::fs::write(&site, ports(port))?;
            let mut process = Process::start(&mut kind.command(&site, folder, port)?, folder)?;
            process.wait_until(PATIENCE, || {
                Ok(TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_ok())
            })?;
            front.process = Some(process);
            front.port = port;
            Ok(())
        })?;
        Ok(front)
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        (Ipv4Addr::LOCALHOST, self.port).into()
    }
}

impl Drop for Front {
    fn drop(&mut self) {
        // Those with a process for each task end them all when they are asked to.
        if let Some(process) = self.process.take() {
            let _ = process.end(Signal::TERM, PATIENCE);
        }
    }
}
