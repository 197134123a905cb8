//! `#[fallback(value = …)]` and `#[fallback(default)]`

use super::*;

#[tokio::test]
async fn is_that_of_a_success() {
    #[fallback(value = vec![1, 2])]
    async fn call() -> Result<Vec<u32>, Fault> {
        Err(Fault::Network)
    }

    assert_eq!(call().await, Ok(vec![1, 2]));
}

#[test]
fn is_computed_only_when_it_is_needed() {
    #[fallback(value = { computed.set(computed.get() + 1); id + 1 })]
    fn call(id: u32, fails: bool, computed: &Cell<u32>) -> Result<u32, Fault> {
        if fails { Err(Fault::Network) } else { Ok(0) }
    }

    let computed = Cell::new(0);
    assert_eq!(call(7, false, &computed), Ok(0));
    assert_eq!(computed.get(), 0);
    assert_eq!(call(7, true, &computed), Ok(8));
    assert_eq!(computed.get(), 1);
}

#[test]
fn is_the_default_where_that_is_said() {
    #[fallback(default)]
    fn call(fails: bool) -> Result<Vec<u32>, Fault> {
        if fails { Err(Fault::Network) } else { Ok(vec![1]) }
    }

    assert_eq!(call(true), Ok(Vec::new()));
    assert_eq!(call(false), Ok(vec![1]));
}

#[test]
fn fits_an_alias_of_a_result() {
    #[fallback(value = 7)]
    fn call() -> std::io::Result<u32> {
        Err(std::io::ErrorKind::NotFound.into())
    }

    assert_eq!(call().expect("it is answered"), 7);
}

#[test]
fn fits_a_result_without_a_value() {
    #[fallback(default)]
    fn call() -> Result<(), Fault> {
        Err(Fault::Network)
    }

    assert_eq!(call(), Ok(()));
}
