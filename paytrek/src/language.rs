/// The language of a message for buyers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Language {
    /// Türkçe.
    Turkish,
    /// English.
    English,
}
