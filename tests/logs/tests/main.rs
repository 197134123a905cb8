//! What is logged where the feature `tracing` is on: turning it on is all, so no test installs anything of the library.

mod attempts;
mod events;
mod faulty;
mod field;
mod harmless;
mod table;
mod threads;

use std::sync::OnceLock;

use resilient_logs_tests::Kept;
use tracing_subscriber::layer::SubscriberExt as _;

/// What this program logs. It has one subscriber, as programs do, so each test has names of its own.
fn kept() -> &'static Kept {
    static KEPT: OnceLock<Kept> = OnceLock::new();
    KEPT.get_or_init(|| {
        let kept = Kept::default();
        let subscriber = tracing_subscriber::registry().with(kept.clone());
        tracing::subscriber::set_global_default(subscriber).expect("it is the first");
        kept
    })
}
