//! When attempts are made: each backoff and each jitter on a line of time, as text, and as the picture of the guide.
//!
//! `cargo run --example schedules` prints them and writes `docs/guide/schedules.svg`. The delays are those of
//! `RetryPolicy::schedule`, so what is drawn is what calls do.

mod picture;
mod timelines;

use std::path::Path;

fn main() -> std::io::Result<()> {
    print!("{}", timelines::text(&timelines::all()));
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/guide/schedules.svg");
    std::fs::write(&file, picture::svg(&timelines::all()))?;
    println!("\nwritten: {}", file.display());
    Ok(())
}
