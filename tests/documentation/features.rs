//! Modules behind a feature.

use crate::read;

/// `cfg` and name of each item that a line after it declares, in a form such as `#[cfg(feature = "config")]` and
/// `pub mod config;`.
fn gated(source: &str, declaration: &str) -> Vec<(String, String)> {
    let lines: Vec<_> = source.lines().collect();
    let pairs = lines.windows(2).filter(|pair| pair[0].starts_with("#[cfg(feature = "));
    let named = pairs.filter_map(|pair| Some((pair[0], pair[1].strip_prefix(declaration)?.strip_suffix(';')?)));
    named.map(|(cfg, name)| (cfg.to_owned(), name.to_owned())).collect()
}

#[test]
fn each_module_behind_a_feature_is_named_where_the_compiler_looks_for_it() {
    let modules = gated(&read("resilient-runtime/src/lib.rs"), "pub mod ");
    let named = gated(&read("src/lib.rs"), "pub use resilient_runtime::");
    assert!(modules.len() >= 3, "{modules:?}");
    assert_eq!(modules, named, "so that an error about `resilient::config` says which feature is off");
}
