/// Stamps a `#[test]` for every rule behind every front, with two nodes of these programs.
#[macro_export]
macro_rules! front_suite {
    ($one:expr, $two:expr) => {
        mod in_front {
            const PROGRAMS: [&str; 2] = [$one, $two];
            $crate::front_suite! { @kinds nginx Nginx, haproxy HaProxy, apache Apache, caddy Caddy, varnish Varnish }
        }
    };
    (@kinds $($module:ident $kind:ident),+) => {$(
        mod $module {
            $crate::front_suite! { @stamp $kind;
                a_payment_is_ok_at_either_node_and_booked_once
                a_refusal_comes_through_as_it_was
                in_progress_comes_through_and_takes_no_node_out
                the_buyers_address_is_the_one_that_the_front_saw
                a_node_that_dies_in_its_handler_leaves_one_receipt
                a_node_that_dies_on_a_kept_connection_leaves_one_receipt
                with_one_node_gone_payments_go_to_the_other
            }
        }
    )+};
    (@stamp $kind:ident; $($rule:ident)+) => {$(
        #[test]
        fn $rule() {
            let behind = $crate::Behind::new($crate::FrontKind::$kind, super::PROGRAMS);
            $crate::run_with(behind, $crate::in_front::$rule);
        }
    )+};
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    /// A rule that no test is stamped for holds nobody to anything.
    #[test]
    fn every_rule_is_stamped_and_in_the_docs() {
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/in_front");
        let stamped = fs::read_to_string(source.join("stamp.rs")).unwrap();
        let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/in-front/README.md");
        let page = fs::read_to_string(page).unwrap();
        let mut rules = 0;
        for file in fs::read_dir(source).unwrap() {
            let text = fs::read_to_string(file.unwrap().path()).unwrap();
            for rest in text.split("\npub async fn ").skip(1) {
                let name = rest.split('(').next().unwrap();
                let line = format!("                {name}\n");
                assert!(stamped.contains(&line), "{name} is not stamped");
                assert!(
                    page.contains(&format!("`{name}`")),
                    "{name} is not in the docs"
                );
                rules += 1;
            }
        }
        assert_eq!(rules, 7);
    }
}
