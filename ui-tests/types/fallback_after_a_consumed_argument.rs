//! A body cannot consume an argument that its fallback uses.
//!
//! fix:
//!     #[fallback(instead)]
//!     fn first(text: String) -> Result<usize, String> {
//!         let owned = text.clone();
//!         Err(owned)
//!     }

use resilient::fallback;

fn instead(text: String) -> Result<usize, String> {
    Err(text)
}

#[fallback(instead)]
fn first(text: String) -> Result<usize, String> {
    let owned = text;
    Err(owned)
}

#[fallback(instead)]
async fn second(text: String) -> Result<usize, String> {
    let owned = text;
    Err(owned)
}

#[fallback(|_| Ok(text.len()))]
fn third(text: String) -> Result<usize, String> {
    let owned = text;
    Err(owned)
}

fn main() {}
