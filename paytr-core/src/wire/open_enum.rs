/// Makes an enum of PayTR's codes that keeps a code it does not know.
///
/// Codes are read without regard to ASCII case, because PayTR's own replies differ in it.
macro_rules! open_enum {
    (
        $(#[$about:meta])*
        pub enum $name:ident {
            $($(#[$variant_about:meta])* $variant:ident = $code:literal,)+
        }
    ) => {
        $(#[$about])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$variant_about])* $variant,)+
            /// Another code, as it came.
            Unknown(Box<str>),
        }

        impl $name {
            /// Every documented value.
            pub const DOCUMENTED: &'static [Self] = &[$(Self::$variant,)+];

            /// The value of a code, in any case of its letters.
            #[must_use]
            pub fn from_code(code: &str) -> Self {
                $(if code.eq_ignore_ascii_case($code) {
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

            /// Whether PayTR documents the code.
            #[must_use]
            pub fn is_documented(&self) -> bool {
                !matches!(self, Self::Unknown(_))
            }
        }

        impl From<&str> for $name {
            fn from(code: &str) -> Self {
                Self::from_code(code)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.code())
            }
        }
    };
}

pub(crate) use open_enum;
