/// What to say when the pieces of a mount point were not put together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct MountTexts {
    /// An extractor finds no gate among the application's data.
    pub no_gate: &'static str,
    /// An extractor finds no layer around its route.
    pub no_layer: &'static str,
    /// The path of a layer does not start with a slash.
    pub no_slash: &'static str,
}

macro_rules! texts {
    ($extractor:literal, $a_gate:literal, $layer:literal, $path:literal) => {
        $crate::callback::MountTexts {
            no_gate: concat!(
                $extractor,
                " needs ",
                $a_gate,
                ": App::new().app_data(gate), bare or in web::Data"
            ),
            no_layer: concat!($extractor, " needs ", $layer, " on this very path"),
            no_slash: concat!(
                "the path of ",
                $layer,
                " must start with a slash, such as ",
                $path
            ),
        }
    };
}

pub(crate) use texts;
