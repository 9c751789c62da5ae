/// What a code means, in both languages, and what to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct ErrorMeaning {
    /// The code, text with leading zeros.
    pub code: &'static str,
    /// PayTR's Turkish text, as published.
    pub turkish: &'static str,
    /// The meaning in English.
    pub english: &'static str,
    /// What to do.
    pub advice: &'static str,
}

/// Makes the open enum of one table: a variant per published code, and `Unknown` for the rest.
macro_rules! error_table {
    (
        $(#[$about:meta])*
        pub enum $name:ident {
            $($code:literal $variant:ident {
                $turkish:literal,
                $english:literal,
                $advice:literal $(,)?
            })+
        }
    ) => {
        $(#[$about])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $(#[doc = concat!("`", $code, "`: ", $english, ".")] $variant,)+
            /// A code that PayTR does not publish, as it came.
            Unknown(Box<str>),
        }

        impl $name {
            /// Every published code with its meaning.
            pub const TABLE: &'static [$crate::errors::ErrorMeaning] = &[
                $($crate::errors::ErrorMeaning {
                    code: $code,
                    turkish: $turkish,
                    english: $english,
                    advice: $advice,
                },)+
            ];

            /// The failure of a code. `4` is `004`: a reply may carry the code as a number.
            #[must_use]
            pub fn from_code(code: &str) -> Self {
                $(if $crate::errors::meaning::same_code($code, code) {
                    return Self::$variant;
                })+
                Self::Unknown(code.into())
            }

            /// PayTR's code.
            #[must_use]
            pub fn code(&self) -> &str {
                match self {
                    $(Self::$variant => $code,)+
                    Self::Unknown(code) => code,
                }
            }

            /// What it means and what to do; `None` for a code that is not published.
            #[must_use]
            pub fn meaning(&self) -> Option<&'static $crate::errors::ErrorMeaning> {
                Self::TABLE.iter().find(|meaning| meaning.code == self.code())
            }

            /// PayTR's Turkish text, as published.
            #[must_use]
            pub fn turkish(&self) -> Option<&'static str> {
                self.meaning().map(|meaning| meaning.turkish)
            }

            /// The meaning in English.
            #[must_use]
            pub fn english(&self) -> Option<&'static str> {
                self.meaning().map(|meaning| meaning.english)
            }

            /// What to do.
            #[must_use]
            pub fn what_to_do(&self) -> Option<&'static str> {
                self.meaning().map(|meaning| meaning.advice)
            }
        }

        impl From<&str> for $name {
            fn from(code: &str) -> Self {
                Self::from_code(code)
            }
        }

        impl std::fmt::Display for $name {
            /// The code and, if it is published, its meaning in English.
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                match self.english() {
                    Some(english) => write!(f, "{}: {english}", self.code()),
                    None => f.write_str(self.code()),
                }
            }
        }
    };
}

pub(super) use error_table;

/// Whether a code is the published one, with or without its leading zeros.
pub(super) fn same_code(published: &str, code: &str) -> bool {
    let bare = |text: &str| text.trim_start_matches('0').to_owned();
    let is_number = !code.is_empty() && code.bytes().all(|byte| byte.is_ascii_digit());
    published == code
        || (is_number && code.len() < published.len() && bare(published) == bare(code))
}
