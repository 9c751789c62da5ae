//! Which port, and which terminal: from the variables that a shop reads.

use payture::{Currency, Environment, Terminal};
use url::Url;
use zeroize::Zeroizing;

pub(crate) const HELP: &str = "\
Environment:
  PAYTURE_HOST      http://127.0.0.1:PORT, so that fake and shop can share one environment
  PAYTURE_KEY       the name of the terminal
  PAYTURE_PASSWORD  its password

Exit codes: 0 stopped, 2 the port or an argument, 3 the environment, 7 this machine";

const HOST: &str = "PAYTURE_HOST";
const KEY: &str = "PAYTURE_KEY";
const PASSWORD: &str = "PAYTURE_PASSWORD";

/// Where it listens when nothing says otherwise.
const PORT: u16 = 4100;

/// The terminal when nothing says otherwise.
const NEW_TERMINAL: &str = "Merchant";

/// How it runs.
pub(crate) struct Settings {
    pub(crate) port: u16,
    pub(crate) name: String,
    pub(crate) password: Zeroizing<String>,
    /// Lines for a shop's environment. The password is in it only where it is new.
    pub(crate) printed: Zeroizing<String>,
}

impl Settings {
    /// What the arguments and the environment say; what to change, otherwise.
    pub(crate) fn read(
        port: Option<u16>,
        is_new: bool,
        variable: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Self, String> {
        let variable = |name: &str| variable(name).filter(|_| !is_new);
        let host = variable(HOST).map(|host| port_of(&host)).transpose()?;
        let port = match (port, host) {
            (Some(asked), Some(host)) if asked != host => {
                return Err(format!(
                    "--port is {asked}, but {HOST} is http://127.0.0.1:{host}: make them the same, or \
                     leave one of them out"
                ));
            }
            (asked, host) => asked.or(host).unwrap_or(PORT),
        };
        match (variable(KEY), variable(PASSWORD)) {
            (None, None) => {
                let password = random()?;
                let printed = format!("{KEY}={NEW_TERMINAL}\n{PASSWORD}={}\n", *password);
                Ok(Self {
                    port,
                    name: NEW_TERMINAL.to_owned(),
                    password,
                    printed: Zeroizing::new(printed),
                })
            }
            (Some(name), Some(password)) => {
                let password = Zeroizing::new(password);
                // The currency is of no account here.
                let sandbox = Environment::sandbox();
                Terminal::new(sandbox, &name, password.as_str(), Currency::RUB)
                    .map_err(|error| format!("{KEY} or {PASSWORD} is wrong: {error}"))?;
                Ok(Self {
                    port,
                    printed: Zeroizing::new(format!("{KEY}={name}\n")),
                    name,
                    password,
                })
            }
            (given, _) => {
                let missing = if given.is_some() { PASSWORD } else { KEY };
                Err(format!(
                    "{missing} is not set: set both {KEY} and {PASSWORD}, or neither of them for a new terminal"
                ))
            }
        }
    }
}

/// The port of an origin of this machine. The real Payture's terminals have no business here.
fn port_of(host: &str) -> Result<u16, String> {
    let loopback = Url::parse(host).ok().filter(|url| {
        let name = url.host_str();
        url.scheme() == "http" && matches!(name, Some("127.0.0.1" | "localhost"))
    });
    let loopback = loopback.filter(|_| Environment::at(host).is_ok());
    let port = loopback.and_then(|url| url.port_or_known_default());
    port.ok_or_else(|| {
        format!(
            "{HOST} is {host}, which is not this fake: set it to http://127.0.0.1:{PORT}, or start with \
             --new-terminal, which looks at no variable"
        )
    })
}

/// 32 random digits.
fn random() -> Result<Zeroizing<String>, String> {
    let mut bytes = Zeroizing::new([0_u8; 16]);
    getrandom::fill(&mut *bytes).map_err(|error| error.to_string())?;
    Ok(Zeroizing::new(format!(
        "{:032x}",
        u128::from_be_bytes(*bytes)
    )))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    const REAL: [(&str, &str); 2] = [(KEY, "ShopTerminal"), (PASSWORD, "qR8sT1uV4wX7yZ0a")];

    fn read(port: Option<u16>, is_new: bool, set: &[(&str, &str)]) -> Result<Settings, String> {
        Settings::read(port, is_new, &|name| {
            let mut values = set.iter().filter(|(known, _)| *known == name);
            values.next().map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn nothing_set_is_a_terminal_with_a_new_password_each_time() {
        let (one, two) = (
            read(None, false, &[]).unwrap(),
            read(None, false, &[]).unwrap(),
        );
        assert_eq!((one.port, &*one.name), (PORT, NEW_TERMINAL));
        assert_ne!(*one.password, *two.password);
        assert!(one.printed.contains(&*one.password));
    }

    #[test]
    fn a_given_password_is_used_and_never_printed() {
        let given = read(Some(1), false, &REAL).unwrap();
        assert_eq!((&*given.name, &**given.password), (REAL[0].1, REAL[1].1));
        assert_eq!(*given.printed, "PAYTURE_KEY=ShopTerminal\n");
    }

    #[test]
    fn the_port_is_the_arguments_or_the_hosts() {
        let host = [(HOST, "http://127.0.0.1:4300")];
        assert_eq!(read(None, false, &host).unwrap().port, 4300);
        assert_eq!(read(Some(4300), false, &host).unwrap().port, 4300);
        assert_eq!(read(Some(4301), false, &[]).unwrap().port, 4301);
        let error = read(Some(4301), false, &host).err().unwrap();
        assert!(error.contains("--port") && error.contains(HOST), "{error}");
    }

    #[test]
    fn what_is_wrong_is_told_by_its_name_with_the_remedy_and_without_the_password() {
        for (set, told) in [
            (&REAL[..1], PASSWORD),
            (&REAL[1..], KEY),
            (&[(KEY, "Merchant;"), REAL[1]], KEY),
            (&[REAL[0], (PASSWORD, "qR8sT1uV4wX7yZ0a ")], PASSWORD),
            (&[(HOST, "sandbox3")], HOST),
            (&[(HOST, "https://secure.payture.com")], HOST),
            (&[(HOST, "http://127.0.0.1:4300/path")], HOST),
        ] {
            let error = read(None, false, set).err().unwrap();
            assert!(error.contains(told), "{error}");
            assert!(!error.contains("qR8sT1uV4wX7yZ0a"), "{error}");
        }
        let set = [(HOST, "sandbox3"), REAL[0]];
        assert_eq!(read(None, true, &set).unwrap().port, PORT);
    }
}
