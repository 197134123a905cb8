// Where links lead in rustdoc, and the pictures. The first definition of a label counts; those at the end of each document
// lead to files.
#![cfg_attr(feature = "macros", doc = include_str!("links.md"))]
#![cfg_attr(doc, doc = include_str!("pictures.md"))]
#![doc = include_str!("../README.md")]
#![cfg_attr(doc, doc = include_str!("page.html"))]
#![cfg_attr(docsrs, feature(doc_cfg))]

#[cfg(all(doc, feature = "macros"))]
#[doc = include_str!("links.md")]
#[doc = include_str!("../docs/guide/README.md")]
#[doc = include_str!("chapter.html")]
pub mod guide;

#[cfg(feature = "macros")]
mod policy_macro;

// rustdoc puts the tables of settings below these pages: they are the macros' own documentation.
#[cfg(feature = "macros")]
#[doc = include_str!("links.md")]
#[doc = include_str!("../docs/attributes/adaptive_throttle.md")]
#[cfg_attr(doc, doc = include_str!("page.html"))]
pub use resilient_macros::adaptive_throttle;
#[cfg(feature = "macros")]
#[doc = include_str!("links.md")]
#[doc = include_str!("../docs/attributes/bulkhead.md")]
#[cfg_attr(doc, doc = include_str!("page.html"))]
pub use resilient_macros::bulkhead;
#[cfg(feature = "macros")]
#[doc = include_str!("links.md")]
#[cfg_attr(doc, doc = include_str!("pictures.md"))]
#[doc = include_str!("../docs/attributes/circuit_breaker.md")]
#[cfg_attr(doc, doc = include_str!("page.html"))]
pub use resilient_macros::circuit_breaker;
#[cfg(feature = "macros")]
#[doc = include_str!("links.md")]
#[doc = include_str!("../docs/attributes/fallback.md")]
#[cfg_attr(doc, doc = include_str!("page.html"))]
pub use resilient_macros::fallback;
#[cfg(feature = "macros")]
#[doc = include_str!("links.md")]
#[doc = include_str!("../docs/attributes/hedge.md")]
#[cfg_attr(doc, doc = include_str!("page.html"))]
pub use resilient_macros::hedge;
#[cfg(feature = "macros")]
#[doc = include_str!("links.md")]
#[doc = include_str!("../docs/attributes/rate_limit.md")]
#[cfg_attr(doc, doc = include_str!("page.html"))]
pub use resilient_macros::rate_limit;
#[cfg(feature = "macros")]
#[doc = include_str!("links.md")]
#[cfg_attr(doc, doc = include_str!("pictures.md"))]
#[doc = include_str!("../docs/attributes/retry.md")]
#[cfg_attr(doc, doc = include_str!("page.html"))]
pub use resilient_macros::retry;
#[cfg(feature = "macros")]
#[doc = include_str!("links.md")]
#[doc = include_str!("../docs/attributes/retry_budget.md")]
#[cfg_attr(doc, doc = include_str!("page.html"))]
pub use resilient_macros::retry_budget;
#[cfg(feature = "macros")]
#[doc = include_str!("links.md")]
#[doc = include_str!("../docs/attributes/timeout.md")]
#[cfg_attr(doc, doc = include_str!("page.html"))]
pub use resilient_macros::timeout;
pub use resilient_runtime::*;

// Named, although the line above has them: where the feature is off, the compiler's error then says which one to turn on.
#[cfg(feature = "config")]
pub use resilient_runtime::config;
#[cfg(feature = "readings")]
pub use resilient_runtime::metrics;
#[cfg(feature = "testing")]
pub use resilient_runtime::testing;

#[cfg(feature = "macros")]
#[doc = include_str!("links.md")]
#[doc = include_str!("../docs/attributes/apply.md")]
#[cfg_attr(doc, doc = include_str!("page.html"))]
pub use resilient_macros::apply;
#[cfg(feature = "macros")]
#[doc(hidden)]
pub use resilient_macros::{__policy, __stack};

#[doc(hidden)]
pub use resilient_runtime::private;
