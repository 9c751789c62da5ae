//! Which servers an address names.

use std::convert::Infallible;
use std::num::NonZeroU32;

use redis::io::tcp::TcpSettings;
use redis::{ConnectionAddr, ConnectionInfo, IntoConnectionInfo as _, ProtocolVersion};

/// The port of a sentinel when the address names none.
const SENTINEL_PORT: u16 = 26379;
/// What may stand in the name that sentinels know a primary by.
const OF_A_NAME: &[u8] = b"._-";

/// What an address says.
pub(crate) struct Parsed {
    pub(crate) address: Address,
    /// `?replicas=N`: how many replicas must have what is answered.
    pub(crate) replicas: Option<NonZeroU32>,
}

impl Parsed {
    /// `None` for what is no address. The client's own error could repeat parts of it.
    pub(crate) fn of(url: &str) -> Option<Self> {
        let (place, query) = url.split_once('?').unwrap_or((url, ""));
        let mut replicas = None;
        let mut rest = Vec::new();
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            match pair.strip_prefix("replicas=") {
                Some(count) => replicas = Some(count.parse().ok()?),
                None => rest.push(pair),
            }
        }
        let address = if rest.is_empty() {
            Address::parse(place)
        } else {
            Address::parse(&format!("{place}?{}", rest.join("&")))
        };
        Some(Self {
            address: address?,
            replicas,
        })
    }
}

/// Where the ledger is. It may hold passwords.
pub(crate) enum Address {
    /// One server: `redis://USER:PASSWORD@HOST:PORT/DB`, or `redis+unix:///SOCKET`.
    Server(ConnectionInfo),
    /// `redis+sentinel://USER:PASSWORD@HOST:PORT,HOST:PORT/NAME/DB`.
    Sentinels {
        sentinels: Vec<ConnectionInfo>,
        /// What they know the primary by.
        name: String,
        /// How to log in to the primary, wherever it is.
        primary: ConnectionInfo,
    },
    /// `redis+cluster://USER:PASSWORD@HOST:PORT,HOST:PORT`: some of its nodes.
    Cluster(Vec<ConnectionInfo>),
}

impl Address {
    pub(crate) fn parse(url: &str) -> Option<Self> {
        let (scheme, rest) = url.split_once("://")?;
        match scheme {
            "redis+sentinel" => sentinels("redis", rest),
            "rediss+sentinel" => sentinels("rediss", rest),
            "redis+cluster" => cluster("redis", rest),
            "rediss+cluster" => cluster("rediss", rest),
            _ => {
                let info = connection_info(url)?;
                // The client would take several hosts for the name of one.
                let is_one = host_and_port(&info).is_none_or(|(host, _)| !host.contains(','));
                is_one.then_some(Self::Server(info))
            }
        }
    }

    /// The number of the database.
    pub(crate) fn database(&self) -> i64 {
        match self {
            Self::Server(info) | Self::Sentinels { primary: info, .. } => {
                info.redis_settings().db()
            }
            Self::Cluster(_) => 0,
        }
    }

    /// The same servers, for a client that is to select no database itself: it would tell a refusal apart by its
    /// text alone.
    pub(crate) fn without_database(self) -> Self {
        let without = |info: ConnectionInfo| {
            let redis = info.redis_settings().clone().set_db(0);
            Ok::<_, Infallible>(info.set_redis_settings(redis))
        };
        let Ok(address) = self.try_map(without);
        address
    }

    /// The same servers, each changed in some way.
    pub(crate) fn try_map<E>(
        self,
        change: impl Fn(ConnectionInfo) -> Result<ConnectionInfo, E>,
    ) -> Result<Self, E> {
        Ok(match self {
            Self::Server(info) => Self::Server(change(info)?),
            Self::Sentinels {
                sentinels,
                name,
                primary,
            } => Self::Sentinels {
                sentinels: sentinels
                    .into_iter()
                    .map(&change)
                    .collect::<Result<_, E>>()?,
                name,
                primary: change(primary)?,
            },
            Self::Cluster(nodes) => {
                Self::Cluster(nodes.into_iter().map(change).collect::<Result<_, E>>()?)
            }
        })
    }
}

/// The same log-in at another host. `None` where the log-in is for a socket of this machine.
pub(crate) fn at(info: &ConnectionInfo, host: &str, port: u16) -> Option<ConnectionInfo> {
    let addr = match info.addr() {
        ConnectionAddr::Tcp(..) => ConnectionAddr::Tcp(host.to_owned(), port),
        ConnectionAddr::TcpTls {
            insecure,
            tls_params,
            ..
        } => ConnectionAddr::TcpTls {
            host: host.to_owned(),
            port,
            insecure: *insecure,
            tls_params: tls_params.clone(),
        },
        _ => return None,
    };
    Some(info.clone().set_addr(addr))
}

/// The host and the port of a server, unless it is a socket of this machine.
pub(crate) fn host_and_port(info: &ConnectionInfo) -> Option<(&str, u16)> {
    match info.addr() {
        ConnectionAddr::Tcp(host, port) | ConnectionAddr::TcpTls { host, port, .. } => {
            Some((host, *port))
        }
        _ => None,
    }
}

fn sentinels(scheme: &str, rest: &str) -> Option<Address> {
    let parts = Parts::of(rest)?;
    let mut path = parts.path.split('/');
    let name = path.next()?;
    let database = path.next().unwrap_or("0");
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || OF_A_NAME.contains(&byte);
    if name.is_empty() || !name.bytes().all(is_name) || path.next().is_some() {
        return None;
    }
    let own_log_in = sentinels_log_in(parts.query)?;
    let sentinels = parts.hosts.iter().map(|host| {
        let has_port = host
            .rsplit_once(':')
            .is_some_and(|(_, port)| !port.contains(']'));
        let port = if has_port {
            String::new()
        } else {
            format!(":{SENTINEL_PORT}")
        };
        connection_info(&format!("{scheme}://{own_log_in}{host}{port}"))
    });
    let log_in = parts.log_in;
    Some(Address::Sentinels {
        sentinels: sentinels.collect::<Option<_>>()?,
        name: name.to_owned(),
        // The host is found later.
        primary: connection_info(&format!("{scheme}://{log_in}localhost/{database}"))?,
    })
}

fn cluster(scheme: &str, rest: &str) -> Option<Address> {
    let parts = Parts::of(rest)?;
    if !matches!(parts.path, "" | "0") || !parts.query.is_empty() {
        return None;
    }
    let log_in = parts.log_in;
    let nodes = parts
        .hosts
        .iter()
        .map(|host| connection_info(&format!("{scheme}://{log_in}{host}")));
    Some(Address::Cluster(nodes.collect::<Option<_>>()?))
}

/// An address with several hosts, after its scheme.
struct Parts<'a> {
    /// With its `@`.
    log_in: &'a str,
    hosts: Vec<&'a str>,
    /// Without the first slash.
    path: &'a str,
    query: &'a str,
}

impl<'a> Parts<'a> {
    fn of(rest: &'a str) -> Option<Self> {
        let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
        let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
        let at = authority.rfind('@').map_or(0, |at| at + 1);
        let (log_in, hosts) = authority.split_at_checked(at)?;
        let hosts: Vec<&str> = hosts.split(',').collect();
        // What would end the host for the client's own parser.
        let is_host = |host: &&str| !host.is_empty() && !host.contains(['#', '\\']);
        hosts.iter().all(is_host).then_some(Self {
            log_in,
            hosts,
            path,
            query,
        })
    }
}

/// What sentinels ask for themselves, with its `@`.
fn sentinels_log_in(query: &str) -> Option<String> {
    let (mut user, mut password) = ("", None);
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=')?;
        if value.contains(['@', ':', '/', '#']) {
            return None;
        }
        match name {
            "sentinel_username" => user = value,
            "sentinel_password" => password = Some(value),
            _ => return None,
        }
    }
    match password {
        Some(password) => Some(format!("{user}:{password}@")),
        None => user.is_empty().then(String::new),
    }
}

fn connection_info(url: &str) -> Option<ConnectionInfo> {
    let info = url.into_connection_info().ok()?;
    // Protocol 3 tells when the server hangs up, so that the next call finds a new connection.
    let redis = info.redis_settings().clone();
    let redis = redis.set_protocol(ProtocolVersion::RESP3);
    // A call is one small packet, and nothing comes after it: never wait to fill it.
    let tcp = TcpSettings::default().set_nodelay(true);
    Some(info.set_redis_settings(redis).set_tcp_settings(tcp))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hosts(infos: &[ConnectionInfo]) -> Vec<(&str, u16)> {
        infos.iter().filter_map(host_and_port).collect()
    }

    #[test]
    fn sentinels_have_hosts_a_name_a_database_and_two_log_ins() {
        let url = "redis+sentinel://shop:p%40ss@one,two:5000,[::1]:7/my-master/3\
                   ?sentinel_password=other&sentinel_username=s";
        let address = Address::parse(url).unwrap();
        assert_eq!(address.database(), 3);
        let Address::Sentinels {
            sentinels,
            name,
            primary,
        } = address
        else {
            panic!("sentinels")
        };
        assert_eq!(name, "my-master");
        let found = hosts(&sentinels);
        assert_eq!(found, [("one", 26379), ("two", 5000), ("::1", 7)]);
        for sentinel in &sentinels {
            assert_eq!(sentinel.redis_settings().username(), Some("s"));
            assert_eq!(sentinel.redis_settings().password(), Some("other"));
        }
        assert_eq!(primary.redis_settings().username(), Some("shop"));
        assert_eq!(primary.redis_settings().password(), Some("p@ss"));
    }

    #[test]
    fn sentinels_are_asked_without_the_password_of_the_primary() {
        let address = Address::parse("redis+sentinel://:secret@[::1]/main").unwrap();
        let Address::Sentinels { sentinels, .. } = address else {
            panic!("sentinels")
        };
        assert_eq!(hosts(&sentinels), [("::1", 26379)]);
        assert_eq!(sentinels[0].redis_settings().password(), None);
    }

    #[test]
    fn a_cluster_has_nodes_that_share_a_log_in() {
        let address = Address::parse("rediss+cluster://u:p@one,two:7001/").unwrap();
        let Address::Cluster(nodes) = address else {
            panic!("a cluster")
        };
        assert_eq!(hosts(&nodes), [("one", 6379), ("two", 7001)]);
        for node in &nodes {
            assert!(matches!(node.addr(), ConnectionAddr::TcpTls { .. }));
            assert_eq!(node.redis_settings().password(), Some("p"));
        }
    }

    #[test]
    fn how_many_replicas_stands_in_any_address() {
        for (url, replicas) in [
            ("redis://one/0?replicas=2", Some(2)),
            ("redis://one?protocol=resp3&replicas=1", Some(1)),
            ("redis+cluster://one?replicas=1", Some(1)),
            (
                "redis+sentinel://one/main?replicas=3&sentinel_password=x",
                Some(3),
            ),
            ("redis+sentinel://one/main", None),
        ] {
            let parsed = Parsed::of(url).unwrap();
            let found = parsed.replicas.map(NonZeroU32::get);
            assert_eq!(found, replicas, "{url}");
        }
        for wrong in ["0", "-1", "", "x", "1/0"] {
            let url = format!("redis://one?replicas={wrong}");
            assert!(Parsed::of(&url).is_none(), "{url}");
        }
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for wrong in [
            "",
            "redis",
            "http://one",
            "redis://one,two",
            "redis+sentinel://one",
            "redis+sentinel://one/",
            "redis+sentinel:///main",
            "redis+sentinel://one,/main",
            "redis+sentinel://one/main/x",
            "redis+sentinel://one/main/0/1",
            "redis+sentinel://one/ma in",
            "redis+sentinel://one/main?password=x",
            "redis+sentinel://one/main?sentinel_username=x",
            "redis+sentinel://one/main?sentinel_password=a@b",
            "redis+sentinel://one:port/main",
            "redis+cluster://",
            "redis+cluster://one/1",
            "redis+cluster://one?protocol=resp2",
            "redis+cluster://one#x,two",
        ] {
            assert!(Address::parse(wrong).is_none(), "{wrong}");
        }
    }
}
