//! With `exhausted = wrap` the last error is kept inside the wrapping one.
//!
//! mend: #[retry]

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
