//! When attempts are made: each backoff and each jitter on a line of time.
//!
//! `cargo run --example schedules` prints them. The delays are those of `RetryPolicy::schedule`, so they are what calls
//! do. The guide has them as a picture.

mod text;
mod timelines;

fn main() {
    print!("{}", text::of(&timelines::all()));
}
