mod ca_file;
mod recipes;

use std::fs;
use std::num::ParseIntError;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use clap::Args;
use paytr_core::Credentials;
use paytr_sandbox::{FaultPlan, Proxy, Sandbox, StoreKind};
use zeroize::Zeroizing;

use self::ca_file::CaFile;
use self::recipes::recipes;
use super::local::{local, runtime};
use crate::exit::{Exit, Failure};
use crate::output::{print, tell};
use crate::settings::{BASE_URL, MERCHANT_ID, MERCHANT_KEY, MERCHANT_SALT, Settings};

/// A merchant id that PayTR could not issue: it starts with a zero.
const OWN_MERCHANT: &str = "000001";

/// A PayTR on this machine.
#[derive(Args)]
pub(super) struct SandboxArgs {
    /// Where to listen: an IP address and a port
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:4000")]
    listen: String,
    /// Allow an address that other machines reach: whoever reaches it can pay and read every order
    #[arg(long)]
    beyond_loopback: bool,
    /// Where payment notifications go, such as http://127.0.0.1:3000/paytr/callback; until it is
    /// given here, over the control API or by `paytr listen`, they wait
    #[arg(long, value_name = "URL")]
    notify: Option<String>,
    /// Where notices of the bank transfer form go
    #[arg(long, value_name = "URL")]
    notify_eft: Option<String>,
    /// Where results of platform transfers and cashouts go
    #[arg(long, value_name = "URL")]
    notify_platform: Option<String>,
    /// Where notifications of links go, in place of each link's own address
    #[arg(long, value_name = "URL")]
    notify_link: Option<String>,
    /// Let things go wrong by a plan drawn from this seed, or from a new one that is printed
    #[arg(
        long,
        value_name = "SEED",
        num_args = 0..=1,
        default_missing_value = Seed::NEW,
        conflicts_with = "faults"
    )]
    chaos: Option<Seed>,
    /// Let things go wrong by the plan in this JSON file
    #[arg(long, value_name = "FILE")]
    faults: Option<PathBuf>,
    /// Seconds before a notification is sent again
    #[arg(long, value_name = "SECONDS", default_value_t = 60)]
    resend_every: u32,
    /// Make the store a marketplace, which may transfer and cash out; an ordinary store is refused with 002
    #[arg(long)]
    marketplace: bool,
    /// Leave payment_amount and installment_count out of the success of a bank transfer, as PayTR documents it; its
    /// modules read both
    #[arg(long)]
    no_eft_amounts: bool,
    /// Answer for www.paytr.com (HTTPS) too, as a proxy for this machine alone, and print what a shop with
    /// that host in its code needs
    #[arg(long)]
    proxy: bool,
    /// The port of the proxy; 0 for any free one
    #[arg(long, value_name = "PORT", default_value_t = 4001, requires = "proxy")]
    proxy_port: u16,
    /// Where to write the certificate of the proxy's CA; without it into a new temporary folder. The file
    /// goes when the sandbox ends
    #[arg(long, value_name = "FILE", requires = "proxy")]
    proxy_ca: Option<PathBuf>,
    /// Make a merchant of its own, whatever the environment says
    #[arg(long)]
    new_merchant: bool,
}

/// What a plan is drawn from.
#[derive(Clone, Copy)]
enum Seed {
    New,
    Given(u64),
}

impl Seed {
    const NEW: &str = "new";
}

impl FromStr for Seed {
    type Err = ParseIntError;

    fn from_str(text: &str) -> Result<Self, ParseIntError> {
        if text == Self::NEW {
            return Ok(Self::New);
        }
        text.parse().map(Self::Given)
    }
}

/// A merchant of this run, and what is said about it.
struct Merchant {
    credentials: Credentials,
    /// Lines for the shop's environment; key and salt only where they are new.
    settings: Zeroizing<String>,
}

pub(super) fn run(args: SandboxArgs) -> Result<(), Failure> {
    let merchant = merchant(args.new_merchant)?;
    let plan = plan(&args)?;
    let wanted = args.proxy_ca.clone();
    runtime()?.block_on(async {
        let sandbox = start(args, merchant.credentials, &plan).await?;
        let stopped = until_stopped()?;
        let ca_file = match sandbox.proxy() {
            Some(proxy) => Some(CaFile::write(proxy.ca_certificate(), wanted.as_deref())?),
            None => None,
        };
        introduce(&sandbox, &merchant.settings, &plan)?;
        if let (Some(proxy), Some(file)) = (sandbox.proxy(), &ca_file) {
            introduce_proxy(proxy, file)?;
        }
        stopped.await?;
        sandbox.shutdown().await;
        Ok(())
    })
}

async fn start(
    args: SandboxArgs,
    credentials: Credentials,
    plan: &FaultPlan,
) -> Result<Sandbox, Failure> {
    let mut builder = Sandbox::builder()
        .credentials(credentials)
        .resend_every(Duration::from_secs(args.resend_every.into()))
        .faults(plan.clone());
    if args.marketplace {
        builder = builder.store_kind(StoreKind::Marketplace);
    }
    if args.no_eft_amounts {
        builder = builder.eft_amounts(false);
    }
    if args.proxy {
        builder = builder.proxy(format!("127.0.0.1:{}", args.proxy_port));
    }
    builder = if args.beyond_loopback {
        builder.dangerously_listen_beyond_loopback(&args.listen)
    } else {
        builder.listen(&args.listen)
    };
    if let Some(url) = args.notify {
        builder = builder.notify_url(url);
    }
    if let Some(url) = args.notify_eft {
        builder = builder.eft_notify_url(url);
    }
    if let Some(url) = args.notify_platform {
        builder = builder.platform_notify_url(url);
    }
    if let Some(url) = args.notify_link {
        builder = builder.link_notify_url(url);
    }
    builder.start().await.map_err(|error| {
        let refused = Failure::invalid_input(&error);
        match error {
            paytr_sandbox::StartError::NotLoopback(_) => {
                refused.with("  where other machines may use it: add --beyond-loopback")
            }
            paytr_sandbox::StartError::RealMerchant(_) => Failure {
                exit: Exit::Settings,
                ..refused.with("  for a merchant of the sandbox's own: add --new-merchant")
            },
            _ => refused,
        }
    })
}

fn introduce(sandbox: &Sandbox, settings: &str, plan: &FaultPlan) -> Result<(), Failure> {
    let address = sandbox.address();
    if !address.ip().is_loopback() {
        tell(&format!(
            "warning: {address} can be reached from other machines; whoever reaches it can pay, \
             resend and read every order"
        ));
    }
    let faults = match plan.seed() {
        Some(seed) => {
            format!("faults   seed {seed}; the same again: paytr sandbox --chaos {seed}\n")
        }
        None if plan.faults().is_empty() => String::new(),
        None => format!("faults   {}\n", plan.faults().len()),
    };
    let base = sandbox.base_url();
    print(&format!(
        "sandbox  {base}/  (not PayTR: no money moves)\n{faults}\n{BASE_URL}={base}\n{settings}"
    ))
}

fn introduce_proxy(proxy: &Proxy, file: &CaFile) -> Result<(), Failure> {
    let (url, path) = (proxy.url(), file.path());
    print(&format!(
        "proxy    {url}  (https://www.paytr.com is the sandbox there; every other host is refused)\nCA       {}  \
         (for paytr.com alone, in no trust store; goes with the sandbox, its key is gone already)\n\n{}",
        path.display(),
        recipes(proxy, path)
    ))
}

fn plan(args: &SandboxArgs) -> Result<FaultPlan, Failure> {
    if let Some(seed) = args.chaos {
        let seed = match seed {
            Seed::Given(seed) => seed,
            Seed::New => getrandom::u32().map_err(|error| local(&error))?.into(),
        };
        return Ok(FaultPlan::chaos(seed));
    }
    let Some(path) = &args.faults else {
        return Ok(FaultPlan::none());
    };
    let text = fs::read_to_string(path)
        .map_err(|error| Failure::invalid(format!("{} cannot be read: {error}", path.display())))?;
    let at = |refused: Failure| Failure::invalid(format!("{}: {}", path.display(), refused.text));
    FaultPlan::from_json(&text).map_err(|error| at(Failure::invalid_input(&error)))
}

/// Listens from now on for Ctrl-C, and for what a service manager or a container sends.
fn until_stopped() -> Result<impl Future<Output = Result<(), Failure>>, Failure> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let listen = |kind| signal(kind).map_err(|error| local(&error));
        let mut interrupted = listen(SignalKind::interrupt())?;
        let mut terminated = listen(SignalKind::terminate())?;
        // The end of the terminal. Who was started with nohup has none, and is not to hear of it.
        let hung_up = has_terminal().then(|| listen(SignalKind::hangup()));
        let mut hung_up = hung_up.transpose()?;
        Ok(async move {
            let hung_up = async {
                match &mut hung_up {
                    Some(signal) => signal.recv().await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                _ = interrupted.recv() => {}
                _ = terminated.recv() => {}
                _ = hung_up => {}
            }
            Ok(())
        })
    }
    #[cfg(not(unix))]
    Ok(async { tokio::signal::ctrl_c().await.map_err(|error| local(&error)) })
}

#[cfg(unix)]
fn has_terminal() -> bool {
    use std::io::{IsTerminal as _, stderr, stdin, stdout};
    stdin().is_terminal() || stdout().is_terminal() || stderr().is_terminal()
}

/// The merchant of the environment, or a new one.
fn merchant(is_new: bool) -> Result<Merchant, Failure> {
    let given = if is_new {
        None
    } else {
        Settings::read_if_any()?
    };
    if let Some(settings) = given {
        let id = settings.credentials.merchant_id().as_str();
        return Ok(Merchant {
            settings: Zeroizing::new(format!("{MERCHANT_ID}={id}\n")),
            credentials: settings.credentials,
        });
    }
    let (id, key, salt) = (OWN_MERCHANT, secret()?, secret()?);
    let credentials = Credentials::new(id, &*key, &*salt).map_err(|error| local(&error))?;
    Ok(Merchant {
        settings: Zeroizing::new(format!(
            "{MERCHANT_ID}={id}\n{MERCHANT_KEY}={}\n{MERCHANT_SALT}={}\n",
            *key, *salt
        )),
        credentials,
    })
}

/// A key or a salt: 16 random digits, as many as PayTR's have. Its module for WooCommerce takes no other number.
fn secret() -> Result<Zeroizing<String>, Failure> {
    let mut bytes = [0_u8; 8];
    getrandom::fill(&mut bytes).map_err(|error| local(&error))?;
    let digits = bytes.iter().map(|byte| format!("{byte:02x}"));
    Ok(Zeroizing::new(digits.collect()))
}
