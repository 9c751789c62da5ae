/// `Debug` of a command: its name and its order, and none of the values it carries.
macro_rules! debug_by_order {
    ($name:ident) => {
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                let mut debug = f.debug_struct(stringify!($name));
                if let Some(order) = $crate::commands::Command::order(self) {
                    debug.field("order", order);
                }
                debug.finish_non_exhaustive()
            }
        }
    };
}

pub(crate) use debug_by_order;
