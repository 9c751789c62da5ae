//! A sandbox on port 4000 with one order of each kind, to look at:
//! `cargo run -p paytr-sandbox --example local`.

use paytr_core::api::{Buyer, CreateLink, IframeCard, IframeEft, LinkKind, PageDesign};
use paytr_core::client::BaseUrl;
use paytr_core::{Basket, Currency, Language, MerchantOid, Mode, Money, PaytrClient};
use paytr_sandbox::{EftOutcome, Sandbox, TestCard};

type Done = Result<(), Box<dyn std::error::Error>>;

#[tokio::main(flavor = "current_thread")]
#[expect(clippy::print_stdout, reason = "it tells where to look")]
async fn main() -> Done {
    let sandbox = Sandbox::builder()
        .listen("127.0.0.1:4000")
        .notify_url("http://127.0.0.1:3000/paytr/callback")
        .start()
        .await?;
    let client = PaytrClient::builder(sandbox.credentials())
        .base_url(BaseUrl::new(sandbox.base_url())?)
        .build()?;
    println!("dashboard      {}/", sandbox.base_url());
    card_orders(&client).await?;
    sandbox.pay("PAID", TestCard::SecurityCheck)?;
    sandbox.pay_in_installments("PAID", TestCard::Troy, 3)?;
    transfers(&client).await?;
    sandbox.decide_transfer("SHORTFALL", EftOutcome::TooLittle)?;
    links(&client).await?;
    std::future::pending().await
}

fn buyer() -> Result<Buyer, Box<dyn std::error::Error>> {
    let ip = "88.255.10.20".parse()?;
    Ok(Buyer::new(
        ip,
        "ayse@example.com",
        "Ayşe Yılmaz",
        "İzmir",
        "05001112233",
    ))
}

#[expect(clippy::print_stdout, reason = "it tells where to look")]
async fn card_orders(client: &PaytrClient) -> Done {
    for (id, language, design) in [
        ("CARDTR", Language::Turkish, PageDesign::Classic),
        ("CARDEN", Language::English, PageDesign::V2),
        ("CARDDARK", Language::English, PageDesign::V2Dark),
        ("PAID", Language::Turkish, PageDesign::Classic),
    ] {
        let basket = Basket::new(Currency::TRY)
            .item("Kurşun kalem", 1_800, 2)?
            .item("Çizgili defter", 123_325, 1)?;
        let back = "http://127.0.0.1:3000/paytr";
        let mut request = IframeCard::new(
            MerchantOid::new(id)?,
            basket,
            buyer()?,
            format!("{back}/ok"),
            format!("{back}/fail"),
        );
        request.language = language;
        request.design = design;
        let token = client.iframe_token(&request).await?;
        println!("{id:<14} {}", client.page_url(&token));
    }
    Ok(())
}

#[expect(clippy::print_stdout, reason = "it tells where to look")]
async fn transfers(client: &PaytrClient) -> Done {
    for id in ["TRANSFER", "SHORTFALL"] {
        let price = Money::new(45_000, Currency::TRY);
        let mut transfer = IframeEft::new(MerchantOid::new(id)?, price, buyer()?);
        transfer.mode = Mode::Test;
        let token = client.iframe_token(&transfer).await?;
        println!("{id:<14} {}", client.page_url(&token));
    }
    Ok(())
}

#[expect(clippy::print_stdout, reason = "it tells where to look")]
async fn links(client: &PaytrClient) -> Done {
    let price = Money::new(24_900, Currency::TRY);
    for (name, kind) in [
        (
            "Kırmızı defter",
            LinkKind::Product {
                min_count: 1,
                max_count: Some(3),
            },
        ),
        ("Fatura 2026-118", LinkKind::collection("ayse@example.com")),
        ("Bağış", LinkKind::flex(Money::new(100_000, Currency::TRY))),
    ] {
        let code = kind.code();
        let link = client
            .create_link(&CreateLink::new(name, price, kind))
            .await?;
        println!("{code:<14} {}", link.url);
    }
    Ok(())
}
