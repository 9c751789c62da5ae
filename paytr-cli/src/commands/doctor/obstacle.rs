//! What stands between the sender and the shop's handler: it answers every request alike.

use paytr_sandbox::ShopReply;

use super::finding::Advice;
use super::reading::{flaw, is_html, says_ok, text_of};

const CHALLENGE: Advice = Advice {
    turkish: "bot koruması bir doğrulama sayfası gösteriyor (Cloudflare ve benzerleri): PayTR bir \
              tarayıcı değildir; bildirim yolunu bot korumasından muaf tutun",
    english: "a bot protection answers with a challenge (Cloudflare and the like): PayTR is no browser; \
              exempt the notification path from it",
};
const FORBIDDEN: Advice = Advice {
    turkish: "her isteğe, GET dahil, aynı ret yanıtı geliyor: mağazanın önündeki bir güvenlik duvarı, \
              IP veya ülke filtresi ya da erişim kuralı; bildirim yoluna izin verin. Yanıt mağazanın \
              kendi kodundansa anahtarları karşılaştırın",
    english: "every request, GET too, is refused alike: a firewall, a filter of addresses or countries, \
              or an access rule in front of the shop; let the notification path pass. If the shop's own \
              code answers so, compare the keys",
};
const PASSWORD: Advice = Advice {
    turkish: "adres bir kullanıcı adı ve parola istiyor (401): bildirim yolunu parola korumasından \
              çıkarın",
    english: "the address asks for a user name and a password (401): let the notification path pass \
              without one",
};
const CSRF: Advice = Advice {
    turkish: "CSRF koruması POST isteğini reddediyor: bildirim yolunu CSRF denetiminden muaf tutun; \
              onun yerine hash doğrulanır",
    english: "the protection against CSRF refuses the POST: exempt the notification path from it; the \
              hash is checked instead",
};
const NOT_ACCEPTABLE: Advice = Advice {
    turkish: "406: genellikle sunucudaki ModSecurity kuralları; bildirim yolunu muaf tutun veya barındırma \
              sağlayıcınızdan isteyin",
    english: "406: mostly rules of ModSecurity on the server; exempt the notification path, or ask the \
              hosting provider to",
};
pub(super) const TOO_MANY: Advice = Advice {
    turkish: "istek sınırı aşıldı (429): bildirim yolunu istek sınırından muaf tutun, sonra yeniden \
              deneyin",
    english: "a limit of requests was reached (429): exempt the notification path from it, then try again",
};
const FAILS: Advice = Advice {
    turkish: "her bildirime, hash'i ne olursa olsun, sunucu hatası veriyor: mağazanın hata günlüğüne \
              bakın",
    english: "every notification, whatever its hash, ends in a server error: look at the error log of the \
              shop",
};
const UNAVAILABLE: Advice = Advice {
    turkish: "hizmet verilmiyor (503): bakım modu veya aşırı yük; bildirim yolunu bakım modundan muaf \
              tutun",
    english: "the service is not available (503): maintenance mode or overload; exempt the notification \
              path from maintenance mode",
};
const NOTHING_BEHIND: Advice = Advice {
    turkish: "aradaki sunucu mağazaya ulaşamıyor (502, 504, 52x): mağaza uygulaması çalışıyor mu, ters \
              vekil doğru adrese mi bakıyor?",
    english: "the server in front does not reach the shop (502, 504, 52x): does the shop's application \
              run, and does the reverse proxy have its right address?",
};
const WRONG_PATH: Advice = Advice {
    turkish: "bu yolda bir şey yok (404): bildirim adresinin yolunu kontrol edin",
    english: "there is nothing at this path (404): look at the path of the notification address",
};
const REFUSES_POST: Advice = Advice {
    turkish: "POST isteğini kabul etmiyor (405): bildirimler POST ile gelir",
    english: "it does not take POST (405): notifications are posted",
};
const TAKES_NO_FORM: Advice = Advice {
    turkish: "form gövdesini kabul etmiyor (415): bildirimler JSON değil, \
              application/x-www-form-urlencoded olarak gelir",
    english: "it does not take a form (415): notifications come as application/x-www-form-urlencoded, not \
              as JSON",
};
const PLAIN_TO_TLS: Advice = Advice {
    turkish: "http:// ile bir HTTPS bağlantı noktasına gidiliyor: adresi https:// ile yazın",
    english: "http:// goes to a port for HTTPS: write the address with https://",
};
const SAME_PAGE: Advice = Advice {
    turkish: "her isteğe, GET dahil, bir HTML sayfası geliyor: bu adreste bildirim işleyicisi değil, bir \
              sayfa var (giriş, park, tek sayfa uygulaması, bot doğrulaması)",
    english: "every request, GET too, gets an HTML page: at this address is a page and no handler of \
              notifications (a login, a parked domain, a single-page application, a challenge)",
};

/// The replies that show whether a handler was reached.
pub(super) struct Replies {
    pub(super) wrong_hash: ShopReply,
    pub(super) no_hash: ShopReply,
    pub(super) get: ShopReply,
    pub(super) signed: ShopReply,
}

impl Replies {
    /// What answers in the handler's place; `None` if the handler was reached, or may have been.
    pub(super) fn obstacle(&self) -> Option<Advice> {
        let status = self.signed.status?;
        let posts = [self.wrong_hash.status, self.no_hash.status];
        let is_acknowledged = says_ok(&self.signed) && !self.is_one_page();
        if is_acknowledged || posts.iter().any(|other| *other != Some(status)) {
            return None;
        }
        if let Some(known) = by_its_words(&self.signed).or_else(|| by_its_status(status)) {
            // PHP may say why it fails.
            return flaw(&self.signed).filter(|_| status == 500).or(Some(known));
        }
        // A handler without a check of the method says to GET what it says to a wrong hash.
        let is_page = is_html(&self.signed);
        let is_alike = self.get.status == Some(status) && !speaks_of_hash(&self.signed);
        match status {
            404 if is_alike || self.signed.body == self.wrong_hash.body => Some(WRONG_PATH),
            401 if is_alike || is_page => Some(PASSWORD),
            403 if is_alike || is_page => Some(FORBIDDEN),
            200..300 if is_alike && is_page => Some(SAME_PAGE),
            // 400 and 422 are what handlers say of a wrong hash; a page is not.
            400..500 if is_alike && (is_page || !matches!(status, 400 | 422)) => Some(FORBIDDEN),
            _ => None,
        }
    }

    /// A long page may have the word OK on a button.
    fn is_one_page(&self) -> bool {
        let replies = [&self.wrong_hash, &self.no_hash, &self.get];
        let is_same = replies.iter().all(|reply| reply.body == self.signed.body);
        is_same && is_html(&self.signed)
    }
}

/// What no handler answers to a notification.
fn by_its_status(status: u16) -> Option<Advice> {
    Some(match status {
        405 => REFUSES_POST,
        406 => NOT_ACCEPTABLE,
        415 => TAKES_NO_FORM,
        419 => CSRF,
        429 => TOO_MANY,
        502 | 504 | 520..=530 => NOTHING_BEHIND,
        503 => UNAVAILABLE,
        500..600 => FAILS,
        _ => return None,
    })
}

fn by_its_words(reply: &ShopReply) -> Option<Advice> {
    let text = text_of(reply).to_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| text.contains(word));
    let is_page = is_html(reply);
    // A handler may name these in a sentence; a challenge is a page.
    if is_page && has(&CHALLENGES) {
        return Some(CHALLENGE);
    }
    if has(&["plain http request was sent to https port"]) {
        return Some(PLAIN_TO_TLS);
    }
    let is_refused = reply
        .status
        .is_some_and(|status| (400..500).contains(&status));
    (is_refused && has(&["csrf", "authenticitytoken", "authenticity token"])).then_some(CSRF)
}

/// What the pages of bot protections have in them.
const CHALLENGES: [&str; 11] = [
    "just a moment",
    "attention required! | cloudflare",
    "cf-chl",
    "cf_chl",
    "challenge-platform",
    "captcha",
    "checking your browser",
    "verify you are human",
    "ddos-guard",
    "imunify360",
    "requires javascript to work",
];

/// Whether a reply is a handler's own: it says what it thinks of the hash.
fn speaks_of_hash(reply: &ShopReply) -> bool {
    let text = text_of(reply).to_lowercase();
    let words = ["hash", "imza", "signature", "paytr"];
    !is_html(reply) && words.iter().any(|word| text.contains(word))
}
