//! The programs that are compiled: the same functions, with one attribute or another.

use crate::workspace::{Workspace, dependency, ours};

pub struct Variant {
    pub krate: &'static str,
    /// The name in the table; empty for those that others are compared with.
    pub name: &'static str,
    pub is_ours: bool,
    /// The crate without the attribute, or without the feature.
    pub over: &'static str,
    /// Features of resilient-toolkit.
    features: &'static [&'static str],
    /// `N` is replaced by the number of the function.
    function: fn() -> String,
}

impl Variant {
    const fn bare(krate: &'static str, function: fn() -> String) -> Self {
        Self { krate, name: "", is_ours: false, over: "", features: &[], function }
    }

    const fn peer(krate: &'static str, name: &'static str, over: &'static str, function: fn() -> String) -> Self {
        Self { krate, name, is_ours: false, over, features: &[], function }
    }

    const fn ours(krate: &'static str, name: &'static str, function: fn() -> String) -> Self {
        Self { krate, name, is_ours: true, over: "bare", features: &[], function }
    }
}

pub const VARIANTS: &[Variant] = &[
    Variant::bare("bare", || with("")),
    Variant::bare("bare_methods", || method("")),
    Variant::ours("one", "`#[retry]`", || with("#[resilient::retry]\n")),
    Variant::ours("four", "`#[retry]`, `#[circuit_breaker]`, `#[timeout]` and `#[bulkhead]`", four),
    Variant {
        over: "four",
        features: &["config"],
        ..Variant::ours("four_configured", "the same four with the feature `config`, over those without", four)
    },
    Variant::peer("instrument", "`#[tracing::instrument]`", "bare", || with("#[tracing::instrument]\n")),
    Variant::peer("instrument_skip", "`#[tracing::instrument(skip_all)]`", "bare", || {
        with("#[tracing::instrument(skip_all)]\n")
    }),
    Variant::peer("with_async_trait", "`#[async_trait]`, a method per impl, over a native one", "bare_methods", || {
        method("#[async_trait::async_trait]\n")
    }),
    Variant::peer("with_backon", "`#[backon]`", "bare", || with("#[backon_macros::backon]\n")),
];

fn four() -> String {
    with(
        "#[resilient::retry(max_attempts = 4)]\n\
         #[resilient::circuit_breaker(name = \"service N\", failure_threshold = 3)]\n\
         #[resilient::timeout(2s)]\n#[resilient::bulkhead(max_concurrent = 64)]\n",
    )
}

const SIGNATURE: &str = "async fn fetch_N(id: u64) -> Result<u64, ApiError>";
const METHOD: &str = "async fn fetch(&self, id: u64) -> Result<u64, ApiError>";
const BODY: &str =
    "{\n    let page = read(id).await?;\n    if page > 7 { Ok(page + 1) } else { Err(ApiError(N)) }\n}\n";

fn with(attributes: &str) -> String {
    format!("{attributes}{SIGNATURE} {BODY}")
}

fn method(attribute: &str) -> String {
    format!("struct FetchN;\n{attribute}impl Fetch for FetchN {{\n{METHOD} {BODY}}}\n")
}

const HEAD: &str = r#"use std::{env, fmt, hint, pin, task};

#[derive(Debug)]
struct ApiError(u64);

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "error {}", self.0)
    }
}

impl std::error::Error for ApiError {}

async fn read(id: u64) -> Result<u64, ApiError> {
    if id == 0 { Err(ApiError(0)) } else { Ok(id) }
}

fn poll_once(call: impl Future) {
    let mut context = task::Context::from_waker(task::Waker::noop());
    hint::black_box(pin::pin!(call).poll(&mut context).is_ready());
}
"#;

const REFUSED: &str = "impl From<resilient::Error> for ApiError {\n    \
    fn from(_: resilient::Error) -> Self {\n        ApiError(1)\n    }\n}\n";

fn head(variant: &Variant) -> String {
    let fetch = format!("trait Fetch {{\n{METHOD};\n}}\n");
    match variant.krate {
        _ if variant.is_ours => HEAD.to_owned() + REFUSED,
        "with_async_trait" => HEAD.to_owned() + "#[async_trait::async_trait]\n" + &fetch,
        "bare_methods" => HEAD.to_owned() + &fetch,
        _ => HEAD.to_owned(),
    }
}

/// A program that uses this number of functions.
pub fn source(variant: &Variant, functions: usize) -> String {
    let of_methods = [variant.krate, variant.over].contains(&"bare_methods");
    let call = if of_methods { "    poll_once(FetchN.fetch(id));\n" } else { "    poll_once(fetch_N(id));\n" };
    let each = |template: &str| -> String {
        (0..functions).map(|number| template.replace('N', &number.to_string())).collect()
    };
    let (head, functions, calls) = (head(variant), each(&(variant.function)()), each(call));
    format!("{head}\n{functions}\nfn main() {{\n    let id = env::args().count() as u64;\n{calls}}}\n")
}

const ATTRIBUTES: [&str; 3] = ["tracing", "async-trait", "backon-macros"];

/// Programs that are compared have the same dependencies, but for the feature whose cost is measured, so that these are built
/// once.
pub fn dependencies(variant: &Variant) -> String {
    let latest = |name: &&str| format!("{name} = \"*\"\n");
    ours(variant.features) + &dependency("backon") + &ATTRIBUTES.iter().map(latest).collect::<String>()
}

/// Versions of libraries that the benchmarks of calls do not use.
pub fn versions(workspace: &Workspace) -> String {
    let versions = ATTRIBUTES.map(|name| format!("{name} {}", workspace.version(name)));
    format!("Attributes of {}.", versions.join(", "))
}
