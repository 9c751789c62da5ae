//! Which port, and which merchant: from the variables that a shop reads.

use paytrek::{Credentials, Host};
use url::Url;
use zeroize::Zeroizing;

pub(crate) const HELP: &str = "\
Environment:
  PAYTREK_HOST      http://127.0.0.1:PORT, so that fake and shop can share one environment
  PAYTREK_USERNAME  the api_key of the merchant
  PAYTREK_PASSWORD  the secret of the merchant

Exit codes: 0 stopped, 2 the port or an argument, 3 the environment, 7 this machine";

const HOST: &str = "PAYTREK_HOST";
const USERNAME: &str = "PAYTREK_USERNAME";
const PASSWORD: &str = "PAYTREK_PASSWORD";

/// Where it listens when nothing says otherwise.
const PORT: u16 = 4200;

/// How it runs.
pub(crate) struct Settings {
    pub(crate) port: u16,
    pub(crate) credentials: Credentials,
    /// Lines for a shop's environment. The secret is in it only where it is new.
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
        match (variable(USERNAME), variable(PASSWORD)) {
            (None, None) => Self::of_new_merchant(port),
            (Some(username), Some(password)) => {
                let password = Zeroizing::new(password);
                let credentials = Credentials::new(username.as_str(), password.as_str());
                let credentials = credentials.map_err(|error| {
                    format!("{USERNAME} (the api_key) or {PASSWORD} (the secret) is wrong: {error}")
                })?;
                Ok(Self {
                    port,
                    credentials,
                    printed: Zeroizing::new(format!("{USERNAME}={username}\n")),
                })
            }
            (given, _) => {
                let missing = if given.is_some() { PASSWORD } else { USERNAME };
                Err(format!(
                    "{missing} is not set: set both {USERNAME} and {PASSWORD}, or neither of them for a new \
                     merchant"
                ))
            }
        }
    }

    fn of_new_merchant(port: u16) -> Result<Self, String> {
        let (username, password) = (random("fake-")?, random("")?);
        let credentials = Credentials::new(username.as_str(), password.as_str());
        let printed = format!("{USERNAME}={}\n{PASSWORD}={}\n", *username, *password);
        Ok(Self {
            port,
            credentials: credentials.map_err(|error| error.to_string())?,
            printed: Zeroizing::new(printed),
        })
    }
}

/// The port of an origin of this machine. The real Paytrek's credentials have no business here.
fn port_of(host: &str) -> Result<u16, String> {
    let loopback = Url::parse(host).ok().filter(|url| {
        let name = url.host_str();
        url.scheme() == "http" && matches!(name, Some("127.0.0.1" | "localhost"))
    });
    let loopback = loopback.filter(|_| Host::at(host).is_ok());
    loopback.and_then(|url| url.port_or_known_default()).ok_or_else(|| {
        format!(
            "{HOST} is {host}, which is not this fake: set it to http://127.0.0.1:{PORT}, or start with \
             --new-merchant, which looks at no variable"
        )
    })
}

/// 32 random digits behind a prefix.
fn random(prefix: &str) -> Result<Zeroizing<String>, String> {
    let mut bytes = Zeroizing::new([0_u8; 16]);
    getrandom::fill(&mut *bytes).map_err(|error| error.to_string())?;
    let digits = u128::from_be_bytes(*bytes);
    Ok(Zeroizing::new(format!("{prefix}{digits:032x}")))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    const REAL: [(&str, &str); 2] = [
        (USERNAME, "aB3dE6gH9jK2mN5p"),
        (PASSWORD, "qR8sT1uV4wX7yZ0a"),
    ];

    fn read(port: Option<u16>, is_new: bool, set: &[(&str, &str)]) -> Result<Settings, String> {
        Settings::read(port, is_new, &|name| {
            let mut values = set.iter().filter(|(known, _)| *known == name);
            values.next().map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn nothing_set_is_a_new_merchant_each_time() {
        let (one, two) = (
            read(None, false, &[]).unwrap(),
            read(None, false, &[]).unwrap(),
        );
        assert_eq!(one.port, PORT);
        assert_ne!(*one.printed, *two.printed);
        assert!(one.printed.contains(PASSWORD));
    }

    #[test]
    fn a_given_secret_is_used_and_never_printed() {
        let given = read(Some(1), false, &REAL).unwrap();
        let right = Credentials::new(REAL[0].1, REAL[1].1).unwrap();
        assert_eq!(given.credentials.authorization(), right.authorization());
        assert_eq!(*given.printed, "PAYTREK_USERNAME=aB3dE6gH9jK2mN5p\n");
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
    fn what_is_wrong_is_told_by_its_name_with_the_remedy_and_without_the_secret() {
        for (set, told) in [
            (&REAL[..1], PASSWORD),
            (&REAL[1..], USERNAME),
            (&[(USERNAME, "your_api_key"), REAL[1]], USERNAME),
            (&[REAL[0], (PASSWORD, "qR8sT1uV4wX7yZ0a ")], PASSWORD),
            (&[(HOST, "sandbox")], HOST),
            (&[(HOST, "https://secure.paytrek.com.tr")], HOST),
            (&[(HOST, "http://127.0.0.1:4300/path")], HOST),
        ] {
            let error = read(None, false, set).err().unwrap();
            assert!(error.contains(told), "{error}");
            assert!(!error.contains("qR8sT1uV4wX7yZ0a"), "{error}");
        }
        let set = [(HOST, "turkey"), REAL[0]];
        assert_eq!(read(None, true, &set).unwrap().port, PORT);
    }
}
