//! `#[fallback]` on a sync function.

use super::*;

fn from_cache(id: u32, _: &str) -> Outcome {
    Ok(id * 10)
}

#[test]
fn is_done_by_a_path_a_closure_a_value_or_the_default() {
    #[fallback(from_cache)]
    fn by_path(id: u32, name: &str) -> Outcome {
        BAD
    }

    #[fallback(|error| { assert_eq!(error, Fault::Own); Ok(id + u32::try_from(name.len()).unwrap_or(0)) })]
    fn by_closure(id: u32, name: &str) -> Outcome {
        BAD
    }

    #[fallback(value = id + 1)]
    fn by_value(id: u32) -> Outcome {
        BAD
    }

    #[fallback(default)]
    fn by_default() -> Outcome {
        BAD
    }

    assert_eq!(by_path(7, "x"), Ok(70));
    assert_eq!(by_closure(7, "abc"), Ok(10));
    assert_eq!(by_value(7), Ok(8));
    assert_eq!(by_default(), Ok(0));
}
