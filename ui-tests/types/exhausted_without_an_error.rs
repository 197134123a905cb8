//! With `exhausted = wrap` the function's error converts into `Box<dyn Error + Send + Sync>`.
//!
//! fix: #[retry]

use resilient::retry;

struct Code(u16);

impl From<resilient::Error> for Code {
    fn from(_: resilient::Error) -> Self {
        Self(500)
    }
}

#[retry(exhausted = wrap)]
fn first() -> Result<u32, Code> {
    Err(Code(404))
}

#[retry(exhausted = wrap)]
async fn second() -> Result<u32, Code> {
    Err(Code(404))
}

fn main() {}
