//! A sandbox on port 4000 with one order of each kind, to look at:
//! `cargo run -p paytr-sandbox --example local`.

use paytr_core::api::{Buyer, IframeCard, IframeEft, PageDesign};
use paytr_core::{BaseUrl, Basket, Currency, Language, MerchantOid, Mode, Money, PaytrClient};
use paytr_sandbox::{Sandbox, TestCard};

#[tokio::main(flavor = "current_thread")]
#[expect(clippy::print_stdout, reason = "it tells where to look")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let sandbox = Sandbox::builder()
        .listen("127.0.0.1:4000")
        .notify_url("http://127.0.0.1:3000/paytr/callback")
        .start()
        .await?;
    let client = PaytrClient::builder(sandbox.credentials())
        .base_url(BaseUrl::new(sandbox.base_url())?)
        .build()?;
    println!("dashboard      {}/", sandbox.base_url());

    let buyer = Buyer::new(
        "88.255.10.20".parse()?,
        "ayse@example.com",
        "Ayşe Yılmaz",
        "İzmir",
        "05001112233",
    );
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
            buyer.clone(),
            format!("{back}/ok"),
            format!("{back}/fail"),
        );
        request.language = language;
        request.design = design;
        let token = client.iframe_token(&request).await?;
        println!("{id:<14} {}", client.page_url(&token));
    }
    sandbox.pay("PAID", TestCard::SecurityCheck)?;
    sandbox.pay("PAID", TestCard::Troy)?;

    let price = Money::new(45_000, Currency::TRY);
    let mut transfer = IframeEft::new(MerchantOid::new("TRANSFER")?, price, buyer);
    transfer.mode = Mode::Test;
    let token = client.iframe_token(&transfer).await?;
    println!("TRANSFER       {}", client.page_url(&token));
    std::future::pending().await
}
