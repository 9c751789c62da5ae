//! What is going to be sent, said before it is, and the question whether to go on.

use std::io::{self, BufRead as _, IsTerminal as _};

use super::ground::PAGE_MINUTES;
use crate::exit::Failure;
use crate::output::tell;

/// Says what is going to be sent, in both languages.
pub(super) fn announce(base_url: &str, questions: usize, pages: usize) {
    let all = questions + pages;
    tell(&format!(
        "paytr live-check sends {all} requests to {base_url}, one after the other, each once; --dry-run shows them.\n\
         - {questions} questions: orders and users that do not exist, cards by their first digits, instalment rates, \
         reports of 2001. They change nothing."
    ));
    if pages > 0 {
        tell(&format!(
            "- {pages} about payment pages in test mode (test_mode=1), of 1.00 TL; most are to be refused, and nobody \
             pays the others. They end after {PAGE_MINUTES} minutes: PayTR may then tell the store's notification \
             address that orders whose ids begin with LC have failed. --questions-only leaves them out."
        ));
    }
    tell("No card, refund, link, transfer or payout is touched: nothing moves money.\n");
    tell(&format!(
        "paytr live-check, {base_url} adresine sırayla ve birer kez {all} istek gönderir; --dry-run bunları gösterir.\n\
         - {questions} soru: var olmayan siparişler ve kullanıcılar, kartların ilk haneleri, taksit oranları, 2001 \
         yılının raporları. Hiçbir şeyi değiştirmezler."
    ));
    if pages > 0 {
        tell(&format!(
            "- Test modunda (test_mode=1), 1,00 TL'lik ödeme sayfaları için {pages} istek; çoğunun reddedilmesi \
             beklenir, diğerlerini kimse ödemez. Sayfalar {PAGE_MINUTES} dakika sonra kapanır: PayTR o zaman mağazanın \
             bildirim adresine, numarası LC ile başlayan siparişlerin başarısız olduğunu bildirebilir. \
             --questions-only bunları göndermez."
        ));
    }
    tell(
        "Kart, iade, link, transfer veya ödeme talimatı gönderilmez: hiçbir istek parayı hareket ettirmez.\n",
    );
}

/// # Errors
///
/// The answer is no, or nobody is there to answer.
pub(super) fn ask_whether_to_go_on() -> Result<(), Failure> {
    if !io::stdin().is_terminal() {
        let text = "nothing was sent: there is nobody to ask whether to go on; --yes goes on without asking";
        return Err(Failure::invalid(text));
    }
    tell("Go on? / Devam edilsin mi? [y/e/N]");
    let mut answer = String::new();
    io::stdin().lock().read_line(&mut answer)?;
    if matches!(answer.trim(), "y" | "Y" | "yes" | "e" | "E" | "evet") {
        return Ok(());
    }
    Err(Failure::invalid("nothing was sent"))
}
