//! An argument declared `mut` is cloned for each attempt.
//!
//! fix:
//!     #[retry]
//!     fn first(buffer: Buffer) -> Result<usize, String> {
//!         let mut bytes = buffer.0.clone();
//!         bytes.push(1);
//!         Ok(bytes.len())
//!     }

use resilient::retry;

struct Buffer(Vec<u8>);

#[retry]
fn first(mut buffer: Buffer) -> Result<usize, String> {
    buffer.0.push(1);
    Ok(buffer.0.len())
}

#[retry]
async fn second<T: Default>(key: u32, mut value: T) -> Result<u32, String> {
    value = T::default();
    drop(&value);
    Ok(key)
}

#[retry]
fn third((mut buffer, _): (Buffer, u32)) -> Result<usize, String> {
    buffer.0.push(1);
    Ok(buffer.0.len())
}

fn main() {}
