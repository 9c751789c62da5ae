use std::fmt;
use std::time::SystemTime;

use serde::{Serialize, Serializer};

use crate::{FaultKind, PhpMessage, turkish_time};

/// One attempt to deliver a notification, and the shop's answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct DeliveryAttempt {
    /// When it was sent.
    #[serde(serialize_with = "rfc3339")]
    pub at: SystemTime,
    /// What the notification told: `success` or `failed` of a payment, `info` of a transfer form,
    /// `transfers` or `cashout`.
    pub told: &'static str,
    /// The HTTP status of the reply, if one came.
    pub status: Option<u16>,
    /// The beginning of the reply's body, at most 500 characters.
    pub reply: String,
    /// Whether the reply was HTTP 200 with exactly `OK`.
    pub acknowledged: bool,
    /// Why it was not acknowledged.
    pub problem: Option<Problem>,
    /// The warning or the error of PHP in the reply, wherever in its first 64 KiB and whatever the status.
    pub php_message: Option<PhpMessage>,
    /// What was planned to go wrong in it. An attempt with another fault than `drop` and `lose_reply`
    /// came on top: it is not the notification's own, and its reply decides nothing.
    pub fault: Option<FaultKind>,
}

impl DeliveryAttempt {
    /// An attempt without a reply.
    pub(crate) fn at(at: SystemTime, told: &'static str) -> Self {
        Self {
            at,
            told,
            status: None,
            reply: String::new(),
            acknowledged: false,
            problem: None,
            php_message: None,
            fault: None,
        }
    }

    /// Whether it came on top of the notification's own attempts.
    pub(crate) fn is_on_top(&self) -> bool {
        self.fault.is_some_and(FaultKind::is_on_top)
    }
}

/// Why a reply is not an acknowledgement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Problem {
    /// The HTTP status is not 200, and PHP does not say why.
    Status,
    /// A redirect. It is not followed.
    Redirect,
    /// A page, or a redirect to a page, where somebody has to log in.
    LoginPage,
    /// The body is empty.
    Empty,
    /// A warning or an error of PHP stands before `OK`, behind it or in its place, whatever the status.
    PhpMessage,
    /// HTML around the text.
    Html,
    /// A byte order mark before the text.
    ByteOrderMark,
    /// A line break before or after the text.
    LineBreak,
    /// A blank before or after the text.
    Whitespace,
    /// Quotes around the text, as JSON has them.
    Quotes,
    /// A JSON object or list.
    Json,
    /// `ok` or `Ok`.
    LetterCase,
    /// Another text.
    OtherText,
    /// No whole reply in time.
    TimedOut,
    /// Nobody listens at the notification URL.
    ConnectionRefused,
    /// The TLS connection failed: a certificate that is not valid, or a port without TLS.
    Tls,
    /// The connection failed or broke in another way.
    ConnectionFailed,
}

impl Problem {
    /// What is wrong and what to do about it, in English.
    #[must_use]
    pub fn english(self) -> &'static str {
        match self {
            Self::Status => "the HTTP status is not 200",
            Self::Redirect => {
                "it answers with a redirect, which is not followed: register the final address"
            }
            Self::LoginPage => {
                "it answers with a login page: let the notification path pass without a login"
            }
            Self::Empty => "the body is empty: answer OK",
            Self::PhpMessage => {
                "PHP wrote a warning or an error into the reply, which PayTR reads as not OK: turn \
                 display_errors off for the notification address and mend the cause"
            }
            Self::Html => "there is HTML around the text: answer OK alone, without a layout",
            Self::ByteOrderMark => {
                "there is a byte order mark before OK: save the file as UTF-8 without BOM"
            }
            Self::LineBreak => "there is a line break around OK: write it without one",
            Self::Whitespace => "there is a blank around OK: write it without one",
            Self::Quotes => "there are quotes around OK: answer plain text, not JSON",
            Self::Json => "the body is JSON: answer OK as plain text",
            Self::LetterCase => "OK is two capital letters",
            Self::OtherText => "the body is not exactly OK",
            Self::TimedOut => "no whole reply came in time: answer first, do slow work later",
            Self::ConnectionRefused => "the connection was refused: nobody listens there",
            Self::Tls => {
                "the TLS connection failed: the certificate is not valid, or the port has no TLS"
            }
            Self::ConnectionFailed => "the connection failed or broke before a whole reply came",
        }
    }

    /// The same in Turkish.
    #[must_use]
    pub fn turkish(self) -> &'static str {
        match self {
            Self::Status => "HTTP durum kodu 200 değil",
            Self::Redirect => {
                "yönlendirme ile yanıt veriyor, yönlendirme izlenmez: son adresi tanımlayın"
            }
            Self::LoginPage => {
                "giriş sayfası ile yanıt veriyor: bildirim adresini oturum denetiminden muaf tutun"
            }
            Self::Empty => "yanıt gövdesi boş: OK yazın",
            Self::PhpMessage => {
                "PHP yanıta bir uyarı veya hata yazdı, PayTR bunu OK saymaz: bildirim adresinde \
                 display_errors kapalı olsun ve uyarının nedenini giderin"
            }
            Self::Html => "metnin çevresinde HTML var: şablon olmadan yalnızca OK yazın",
            Self::ByteOrderMark => "OK'ten önce BOM var: dosyayı BOM olmadan UTF-8 olarak kaydedin",
            Self::LineBreak => "OK'in çevresinde satır sonu var: satır sonu olmadan yazın",
            Self::Whitespace => "OK'in çevresinde boşluk var: boşluk olmadan yazın",
            Self::Quotes => "OK tırnak içinde: JSON değil düz metin döndürün",
            Self::Json => "yanıt JSON: düz metin olarak OK döndürün",
            Self::LetterCase => "OK iki büyük harftir",
            Self::OtherText => "yanıt tam olarak OK değil",
            Self::TimedOut => "yanıt zamanında gelmedi: önce yanıt verin, uzun işi sonra yapın",
            Self::ConnectionRefused => "bağlantı reddedildi: o adreste dinleyen yok",
            Self::Tls => {
                "TLS bağlantısı kurulamadı: sertifika geçersiz veya bağlantı noktası TLS değil"
            }
            Self::ConnectionFailed => "bağlantı kurulamadı veya yanıt tamamlanmadan koptu",
        }
    }
}

/// The English text.
impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.english())
    }
}

/// How the delivery of a notification stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum NotificationState {
    /// Not acknowledged yet and sent again; "Devam Ediyor" in PayTR's panel.
    InProgress,
    /// Acknowledged; "Tamamlandı".
    Done,
    /// Given up; "Bildirim Durdu" until it is restarted.
    Stopped,
    /// A failure that was never acknowledged, out of date since the order was paid.
    Withdrawn,
}

impl NotificationState {
    /// PayTR's Turkish name of the state; for `Withdrawn` the sandbox's own.
    #[must_use]
    pub fn turkish(self) -> &'static str {
        match self {
            Self::InProgress => "Devam Ediyor",
            Self::Done => "Tamamlandı",
            Self::Stopped => "Bildirim Durdu",
            Self::Withdrawn => "Geri Çekildi",
        }
    }
}

fn rfc3339<S: Serializer>(at: &SystemTime, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&turkish_time::rfc3339(*at))
}
