//! A shop with bad settings does not start, and says what to change.

use std::net::{Ipv4Addr, TcpListener};

use anyhow::Result;

use crate::Program;
use crate::harness::{KEY, Market, Purchase, SALT, request};

/// Wrong settings, the name that the message has, and what else it says.
type Case<'a> = (&'a [(&'a str, &'a str)], &'a str, &'a str);

/// Each wrong setting ends the start with a failure and a message that names the variable and helps.
pub async fn a_wrong_setting_is_refused_with_its_name(program: Program) -> Result<()> {
    let market = Market::open(program).await?;
    std::fs::write(market.file("not-a-database"), "text ".repeat(1_000))?;
    let not_a_database = format!("sqlite:{}", market.file("not-a-database").display());
    let no_directory = format!("sqlite:{}/none/shop.db", market.directory().display());
    let too_short = [
        ("SHOP_LEASE_MS", "2000"),
        ("SHOP_HANDLER_TIMEOUT_MS", "2000"),
    ];
    let cases: [Case<'_>; 17] = [
        (&[("PAYTR_MERCHANT_KEY", "")], "PAYTR_MERCHANT_KEY", "blank"),
        (
            &[("PAYTR_MERCHANT_SALT", "   ")],
            "PAYTR_MERCHANT_SALT",
            "blank",
        ),
        (
            &[("PAYTR_MERCHANT_KEY", "YOUR_MERCHANT_KEY")],
            "PAYTR_MERCHANT_KEY",
            "placeholder",
        ),
        (
            &[("PAYTR_MERCHANT_SALT", "changeme")],
            "PAYTR_MERCHANT_SALT",
            "placeholder",
        ),
        (
            &[("PAYTR_MERCHANT_ID", "shop-1")],
            "PAYTR_MERCHANT_ID",
            "digits",
        ),
        (
            &[("PAYTR_BASE_URL", "http://www.paytr.com")],
            "PAYTR_BASE_URL",
            "https",
        ),
        (
            &[("PAYTR_BASE_URL", "http://127.0.0.1.evil.example")],
            "PAYTR_BASE_URL",
            "https",
        ),
        (
            &[("PAYTR_BASE_URL", "www.paytr.com")],
            "PAYTR_BASE_URL",
            "https://www.paytr.com",
        ),
        (&too_short, "SHOP_LEASE_MS", "longer"),
        (
            &[("SHOP_HANDLER_TIMEOUT_MS", "0")],
            "SHOP_HANDLER_TIMEOUT_MS",
            "zero",
        ),
        (
            &[("SHOP_HANDLER_DELAY_MS", "1s")],
            "SHOP_HANDLER_DELAY_MS",
            "milliseconds",
        ),
        (&[("SHOP_ADDR", "localhost")], "SHOP_ADDR", "127.0.0.1:3000"),
        (
            &[("SHOP_PUBLIC_URL", "shop.example")],
            "SHOP_PUBLIC_URL",
            "https",
        ),
        (
            &[("DATABASE_URL", "mysql://localhost/shop")],
            "DATABASE_URL",
            "sqlite:PATH",
        ),
        (
            &[("DATABASE_URL", "sqlite:")],
            "DATABASE_URL",
            "sqlite:PATH",
        ),
        (
            &[("DATABASE_URL", &no_directory)],
            "DATABASE_URL",
            "none/shop.db",
        ),
        (
            &[("DATABASE_URL", &not_a_database)],
            "DATABASE_URL",
            "not-a-database",
        ),
    ];
    for (settings, names, helps) in cases {
        let program = settings
            .iter()
            .fold(market.shop(), |program, (name, value)| {
                program.set(name, value)
            });
        refuses_to_start(&program, &[names, helps]).await?;
    }
    Ok(())
}

/// The three credentials belong together, and a base URL belongs to credentials.
pub async fn some_credentials_without_the_others_are_refused(program: Program) -> Result<()> {
    let market = Market::open(program).await?;
    let names = [
        "PAYTR_MERCHANT_ID",
        "PAYTR_MERCHANT_KEY",
        "PAYTR_MERCHANT_SALT",
    ];
    for missing in names {
        refuses_to_start(&market.shop().without(missing), &names).await?;
        let others = names.into_iter().filter(|name| *name != missing);
        let only_one = others.fold(market.shop(), Program::without);
        refuses_to_start(&only_one, &names).await?;
    }
    let none = names.into_iter().fold(market.shop(), Program::without);
    refuses_to_start(&none, &["PAYTR_BASE_URL"]).await
}

/// A database that its server does not have is named, and the password is not.
pub async fn a_database_that_the_server_does_not_have_is_named(program: Program) -> Result<()> {
    const PASSWORD: &str = "kanarya-sarisi-43";
    let market = Market::open(program).await?;
    let mut url = reqwest::Url::parse(market.database_url())?;
    let (database, says) = match url.scheme() {
        "redis" => ("/4242", "no database 4242: it has 16, from 0 to 15"),
        _ => ("/no_such_one", "database \"no_such_one\" does not exist"),
    };
    url.set_path(database);
    // These servers let anybody in, whatever the password.
    let with_password = url.set_password(Some(PASSWORD));
    assert!(with_password.is_ok(), "{database}");
    let program = market.shop().set("DATABASE_URL", &url);
    refuses_to_start(&program, &["DATABASE_URL", database, says]).await?;
    let exit = program.run_to_end().await?;
    assert!(!exit.stderr.contains(PASSWORD), "{}", exit.stderr);
    Ok(())
}

/// An address that somebody else listens on is named.
pub async fn a_port_in_use_is_refused_with_its_name(program: Program) -> Result<()> {
    let market = Market::open(program).await?;
    let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let address = taken.local_addr()?.to_string();
    let program = market.shop().set("SHOP_ADDR", &address);
    refuses_to_start(&program, &["SHOP_ADDR", &address]).await
}

/// Without any setting of PayTR the shop starts a sandbox beside itself and keeps a file where it is
/// started.
pub async fn nothing_set_is_a_sandbox_and_a_file(program: Program) -> Result<()> {
    let directory = tempfile::tempdir()?;
    let mut shop = program.directory(directory.path()).start().await?;
    let sandbox = shop.sandbox_url().await?;
    assert!(sandbox.starts_with("http://127.0.0.1:"), "{sandbox}");
    let oid = shop.open_order().await?;
    assert_eq!(shop.state(&oid).await?, "pending");
    assert!(directory.path().join("paytr-shop.db").is_file());
    Ok(())
}

async fn refuses_to_start(program: &Program, says: &[&str]) -> Result<()> {
    let exit = program.run_to_end().await?;
    assert!(
        exit.code.is_some_and(|code| code != 0),
        "{program:?}: {exit:?}"
    );
    for text in says {
        assert!(
            exit.stderr.contains(text),
            "no {text:?} in: {}",
            exit.stderr
        );
    }
    for secret in [KEY, SALT] {
        assert!(
            !exit.stderr.contains(secret) && !exit.stdout.contains(secret),
            "{exit:?}"
        );
    }
    assert!(!exit.stdout.contains("shop:"), "{exit:?}");
    assert!(!exit.stderr.contains("panicked"), "{exit:?}");
    Ok(())
}

/// Without a trusted proxy anybody could claim any address: the header counts nothing, and the log says so once.
pub async fn a_forwarded_address_of_nobody_s_proxy_is_ignored_and_said_once(
    program: Program,
) -> Result<()> {
    let market = Market::open(program).await?;
    for (proxies, times) in [("", 1), ("127.0.0.1", 0)] {
        let shop = market
            .shop()
            .set("SHOP_TRUSTED_PROXIES", proxies)
            .start()
            .await?;
        for _ in 0..3 {
            let body = Purchase::pen().to_json().to_string();
            let headers = format!(
                "Content-Type: application/json\r\nContent-Length: {}\r\nX-Forwarded-For: 198.51.100.7\r\n",
                body.len()
            );
            let answer = shop
                .exchange(&request("POST /paytr/pay", &headers, body.as_bytes()))
                .await?;
            assert_eq!(answer.status, 200, "{answer:?}");
        }
        let exit = shop.stop().await?;
        let said = exit.stderr + &exit.stdout;
        assert_eq!(
            said.matches("x-forwarded-for is ignored").count(),
            times,
            "{said}"
        );
    }
    Ok(())
}
