//! Payture's error codes: an open set, each with its meaning and what to do.

use std::fmt;

use crate::commands::Effect;

/// A code that nobody documented, as it came.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct OtherCode(String);

impl OtherCode {
    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for OtherCode {
    /// Shown if it looks like a code, and not if it is a sentence.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let like_a_code =
            |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_';
        if self.0.len() <= 64 && self.0.bytes().all(like_a_code) && self.0.contains('_') {
            f.write_str(&self.0)
        } else {
            f.write_str("..")
        }
    }
}

macro_rules! codes {
    ($($name:ident $wire:literal $class:ident $meaning:literal;)+) => {
        /// The value of `ErrCode`: an open set. Compared without regard to case.
        ///
        /// The documented list could be read up to `ISSUER_CARD_FAIL`; the others come from older lists,
        /// and the spelling is the one on the wire. Codes that nobody documented are kept as text.
        #[derive(Debug, Clone, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum ErrorCode {
            $(
                #[doc = concat!("`", $wire, "`: ", $meaning, ".")]
                $name,
            )+
            /// Any other. What happened is unknown.
            Other(OtherCode),
        }

        impl ErrorCode {
            /// Every code that is known.
            pub const KNOWN: &[Self] = &[$(Self::$name),+];

            /// Reads a code.
            #[must_use]
            pub fn from_wire(text: &str) -> Self {
                $(if text.eq_ignore_ascii_case($wire) {
                    return Self::$name;
                })+
                Self::Other(OtherCode(text.to_owned()))
            }

            /// The code as it is on the wire.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$name => $wire,)+
                    Self::Other(other) => other.as_str(),
                }
            }

            /// What kind of no it is.
            #[must_use]
            pub fn class(&self) -> ErrorClass {
                match self {
                    $(Self::$name => ErrorClass::$class,)+
                    Self::Other(_) => ErrorClass::Unknown,
                }
            }

            /// What it means.
            #[must_use]
            pub fn meaning(&self) -> &'static str {
                match self {
                    $(Self::$name => $meaning,)+
                    Self::Other(_) => "a code that is not documented",
                }
            }
        }
    };
}

codes! {
    None "NONE" None "no error";
    AccessDenied "ACCESS_DENIED" Setup "the terminal, its password or the caller's address is refused";
    ApiNotAllowed "API_NOT_ALLOWED" Setup "this interface, or the caller's address, is not enabled for the terminal";
    ProcessingAccessDenied "PROCESSING_ACCESS_DENIED" Setup "the processing side refuses access";
    MerchantRestriction "MERCHANT_RESTRICTION" Setup "a limit or a prohibition of the merchant";
    MerchantForward "MERCHANT_FORWARD" Setup "the order is forwarded to another terminal";
    CurrencyNotAllowed "CURRENCY_NOT_ALLOWED" Setup "the currency is not enabled";
    InvalidSignature "INVALID_SIGNATURE" Setup "bad request signature, of old schemes";
    InvalidPaytureId "INVALID_PAYTUREID" Request "bad device fingerprint";
    AmountError "AMOUNT_ERROR" Request "the wrong amount for this operation";
    WrongAmount "WRONG_AMOUNT" Request "the amount is outside the limits";
    WrongParams "WRONG_PARAMS" Request "a bad set or format of parameters";
    WrongUserParams "WRONG_USER_PARAMS" Request "no such customer with these parameters";
    WrongPhone "WRONG_PHONE" Request "a bad contact";
    EmailError "EMAIL_ERROR" Request "a bad contact";
    WrongPayInfo "WRONG_PAY_INFO" Request "malformed PayInfo";
    FormatError "FORMAT_ERROR" Request "malformed data";
    InvalidFormat "INVALID_FORMAT" Request "malformed data";
    WrongPan "WRONG_PAN" Card "bad card number";
    WrongCardPan "WRONG_CARD_PAN" Card "bad card number";
    WrongExpireDate "WRONG_EXPIRE_DATE" Card "wrong expiry date";
    CardExpired "CARD_EXPIRED" Card "the card has expired";
    WrongCvv "WRONG_CVV" Card "bad security code";
    WrongCardholder "WRONG_CARDHOLDER" Card "bad name of the cardholder";
    WrongCardholderName "WRONG_CARDHOLDER_NAME" Card "bad name of the cardholder";
    WrongCardInfo "WRONG_CARD_INFO" Card "bad card data or card state";
    WrongCard "WRONG_CARD" Card "bad card data or card state";
    WrongConfirmCode "WRONG_CONFIRM_CODE" Request "bad confirmation code of a text message";
    WrongAuthorizationCode "WRONG_AUTHORIZATION_CODE" Request "bad activation code";
    WrongAuthCode "WRONG_AUTH_CODE" Request "bad activation code";
    CardNotFound "CARD_NOT_FOUND" Request "no such stored card";
    CustomerNotFound "CUSTOMER_NOT_FOUND" Request "no such customer";
    UserNotFound "USER_NOT_FOUND" Request "no such customer";
    OrderNotFound "ORDER_NOT_FOUND" State "no such order on this terminal";
    OrderTimeOut "ORDER_TIME_OUT" State "the time of the session or of the payment is over";
    IllegalOrderState "ILLEGAL_ORDER_STATE" State "not possible in this state; also the answer to a repeated operation";
    OperationNotAllowed "OPERATION_NOT_ALLOWED" State "prohibited, or refused by the issuer";
    NotAllowed "NOT_ALLOWED" State "prohibited, or refused by the issuer";
    ReauthNotAlowed "REAUTH_NOT_ALOWED" State "a change is impossible";
    RefundNotAlowed "REFUND_NOT_ALOWED" State "a refund is impossible";
    RetryLimitExceeded "RETRY_LIMIT_EXCEEDED" State "too many attempts at a refund";
    LimitExchaust "LIMIT_EXCHAUST" State "time or attempts for the input are used up";
    CanceledByClient "CANCELED_BY_CLIENT" Card "the cardholder cancelled";
    DuplicateOrderId "DUPLICATE_ORDER_ID" Duplicate "the order id is used already: an earlier request has arrived";
    DuplicateProcessingOrderId "DUPLICATE_PROCESSING_ORDER_ID" Duplicate "the order id is used already at the processing side";
    DuplicateCard "DUPLICATE_CARD" Duplicate "the card is registered already; the answer has its CardId";
    DuplicateCustomer "DUPLICATE_CUSTOMER" Duplicate "the customer exists already";
    DuplicateUser "DUPLICATE_USER" Duplicate "the customer exists already";
    AmountExceed "AMOUNT_EXCEED" Card "not enough money on the card";
    AmountExceedBalance "AMOUNT_EXCEED_BALANCE" Card "not enough money on the card";
    IssuerBlockedCard "ISSUER_BLOCKED_CARD" Card "the issuer refuses the card; the schemes forbid to try this card again";
    IssuerCardFail "ISSUER_CARD_FAIL" Card "the issuer forbids this card on the internet";
    IssuerFail "ISSUER_FAIL" Card "the issuer refused or failed";
    IssuerLimitFail "ISSUER_LIMIT_FAIL" Card "a limit of the issuer";
    IssuerLimitAmountFail "ISSUER_LIMIT_AMOUNT_FAIL" Card "a limit of the issuer";
    IssuerLimitCountFail "ISSUER_LIMIT_COUNT_FAIL" Card "a limit of the issuer";
    GeoCardRestriction "GEO_CARD_RESTRICTION" Card "cards of this country are not accepted";
    InstallmentNotAllowed "INSTALLMENT_NOT_ALLOWED" Card "no instalments with this card";
    RefusalByGate "REFUSAL_BY_GATE" Card "the gateway refused the operation";
    AuthenticationError "AUTHENTICATION_ERROR" ThreeDs "the authentication failed";
    ThreeDsAttemptsFail "THREE_DS_ATTEMPTS_FAIL" ThreeDs "3-D Secure failed";
    ThreeDsAuthError "THREE_DS_AUTH_ERROR" ThreeDs "3-D Secure failed";
    ThreeDsError "THREE_DS_ERROR" ThreeDs "3-D Secure failed";
    ThreeDsFail "THREE_DS_FAIL" ThreeDs "3-D Secure failed";
    ThreeDsNotAttempted "THREE_DS_NOT_ATTEMPTED" ThreeDs "3-D Secure failed";
    ThreeDsNotenrolled "THREE_DS_NOTENROLLED" ThreeDs "3-D Secure failed";
    ThreeDsUserAuthFail "THREE_DS_USER_AUTH_FAIL" ThreeDs "3-D Secure failed";
    ThreeDsTimeOut "THREE_DS_TIME_OUT" ThreeDs "too late to finish 3-D Secure";
    MpiCertificateError "MPI_CERTIFICATE_ERROR" ThreeDs "trouble on the way to 3-D Secure";
    MpiResponseError "MPI_RESPONSE_ERROR" ThreeDs "trouble on the way to 3-D Secure";
    FraudError "FRAUD_ERROR" Fraud "an antifraud filter";
    FraudInternalError "FRAUD_INTERNAL_ERROR" Fraud "an antifraud filter";
    FraudErrorBinLimit "FRAUD_ERROR_BIN_LIMIT" Fraud "an antifraud filter";
    FraudErrorBlacklistBankcountry "FRAUD_ERROR_BLACKLIST_BANKCOUNTRY" Fraud "an antifraud filter";
    FraudErrorBlacklistAeroport "FRAUD_ERROR_BLACKLIST_AEROPORT" Fraud "an antifraud filter";
    FraudErrorBlacklistUsercountry "FRAUD_ERROR_BLACKLIST_USERCOUNTRY" Fraud "an antifraud filter";
    FraudErrorCriticalCard "FRAUD_ERROR_CRITICAL_CARD" Fraud "an antifraud filter";
    FraudErrorCriticalCustomer "FRAUD_ERROR_CRITICAL_CUSTOMER" Fraud "an antifraud filter";
    FraudErrorIp "FRAUD_ERROR_IP" Fraud "an antifraud filter";
    ProcessingFraudError "PROCESSING_FRAUD_ERROR" Fraud "the antifraud filter of the processing side";
    ProcessingError "PROCESSING_ERROR" Card "a general failure at the network or the issuer; not certain after a charge or a refund";
    PaymentEngineError "PAYMENT_ENGINE_ERROR" Unknown "a fault of the engine";
    InternalError "INTERNAL_ERROR" Unknown "a fault of the gateway";
    CommunicateError "COMMUNICATE_ERROR" Unknown "the transfer failed on the far side";
    EmptyResponse "EMPTY_RESPONSE" Unknown "the transfer failed on the far side";
    ProcessingTimeOut "PROCESSING_TIME_OUT" Unknown "a time limit behind the gateway";
    IssuerTimeout "ISSUER_TIMEOUT" Unknown "a time limit behind the gateway";
    AuthorizationTimeout "AUTHORIZATION_TIMEOUT" Unknown "a time limit behind the gateway";
    UnknownState "UNKNOWN_STATE" Unknown "not explained";
    OtherError "OTHER_ERROR" Unknown "not explained";
}

impl ErrorCode {
    /// What to do.
    #[must_use]
    pub fn what_to_do(&self) -> &'static str {
        match self {
            Self::IssuerBlockedCard => "tell the buyer; never try this card again",
            code => code.class().what_to_do(),
        }
    }

    /// Whether, after a command with this effect, the order's state must be asked for before anything
    /// else: the command may have been carried out, now or by an earlier request.
    #[must_use]
    pub fn must_look_first(&self, effect: Effect) -> bool {
        match (self, self.class()) {
            (_, ErrorClass::Unknown) => true,
            (Self::ProcessingError | Self::IllegalOrderState, _) => effect == Effect::MovesMoney,
            (Self::DuplicateOrderId | Self::DuplicateProcessingOrderId, _) => {
                effect != Effect::ReadOnly
            }
            _ => false,
        }
    }
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// What kind of no an error code is: what a shop may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorClass {
    /// `NONE`: no error.
    None,
    /// The merchant's setup is wrong.
    Setup,
    /// The request is wrong.
    Request,
    /// The order is not in the right state, or the operation is not possible any more.
    State,
    /// It exists already.
    Duplicate,
    /// The card, its holder or its bank declined.
    Card,
    /// An antifraud filter declined.
    Fraud,
    /// 3-D Secure failed.
    ThreeDs,
    /// What happened is unknown. Every code that nobody documented is of this class.
    Unknown,
}

impl ErrorClass {
    /// What to do.
    #[must_use]
    pub fn what_to_do(self) -> &'static str {
        match self {
            Self::None => "nothing",
            Self::Setup => "alert a person: the terminal's setup must be mended; do not retry",
            Self::Request => "correct the request",
            Self::State => "ask for the order's state: the operation may be done already",
            Self::Duplicate => "ask for what exists before anything else; never send it again",
            Self::Card => "tell the buyer and offer another card",
            Self::Fraud => {
                "tell the buyer that the payment is refused; do not retry with this card"
            }
            Self::ThreeDs => "let the buyer try once more, or offer another card",
            Self::Unknown => "ask for the order's state before anything else; never send it again",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_known_code_reads_back_in_any_case() {
        assert!(ErrorCode::KNOWN.len() >= 90);
        for code in ErrorCode::KNOWN {
            assert_eq!(&ErrorCode::from_wire(code.as_str()), code);
            assert_eq!(&ErrorCode::from_wire(&code.as_str().to_lowercase()), code);
            assert!(!code.meaning().is_empty() && !code.what_to_do().is_empty());
        }
    }

    #[test]
    fn a_code_that_nobody_documented_is_kept_and_unknown() {
        let code = ErrorCode::from_wire("SOMETHING_NEW");
        assert_eq!(code.as_str(), "SOMETHING_NEW");
        assert_eq!(code.class(), ErrorClass::Unknown);
        assert!(code.must_look_first(Effect::ReadOnly));
    }

    #[test]
    fn a_duplicate_order_id_means_to_look_first() {
        assert!(ErrorCode::DuplicateOrderId.must_look_first(Effect::MovesMoney));
        assert!(ErrorCode::ProcessingError.must_look_first(Effect::MovesMoney));
        assert!(!ErrorCode::AmountExceed.must_look_first(Effect::MovesMoney));
    }
}
