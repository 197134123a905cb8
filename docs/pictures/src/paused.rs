//! Where the scenes of pictures are played.

use std::time::Duration;

use tokio::runtime::Builder;
use tokio::time::Instant;

/// Runs a scene in a scope for tests, with a clock that is paused: it takes no time, and ends the same each time.
pub(crate) fn play<T>(scene: impl Future<Output = T>) -> T {
    let runtime = Builder::new_current_thread().enable_time().start_paused(true).build().expect("a runtime");
    runtime.block_on(async {
        let _scope = resilient::testing::scope().seed(42);
        scene.await
    })
}

/// The time since a moment.
pub(crate) fn since(start: Instant) -> Duration {
    Instant::now().duration_since(start)
}
