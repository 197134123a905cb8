//! Attributes named by a path, and a path of the crate.

use super::*;

/// A crate that re-exports the library under another name.
mod toolbox {
    pub(super) mod inner {
        pub(crate) use ::resilient as tough;
    }
}

#[tokio::test]
async fn may_lead_to_the_attributes() {
    #[resilient::fallback(value = 7)]
    #[::resilient::retry(base_delay = 0s)]
    #[resilient::circuit_breaker(name = "functions: by path")]
    async fn call() -> Result<u32, Fault> {
        rest().await;
        Err(Fault::Own)
    }

    assert_eq!(call().await, Ok(7));
    let breaker = registry().circuit_breaker("functions: by path").expect("it has run");
    assert_eq!(breaker.stats().failed_calls, 3, "the order is kept");
}

#[tokio::test]
async fn may_lead_to_the_crate() {
    #[toolbox::inner::tough::retry(crate = toolbox::inner::tough, base_delay = 0s)]
    #[toolbox::inner::tough::timeout(1h)]
    async fn relative(ran: &Ran) -> Result<u32, Fault> {
        rest().await;
        ran.third()
    }

    #[retry(crate = crate::functions::paths::toolbox::inner::tough, base_delay = 0s)]
    #[bulkhead(max_concurrent = 1)]
    fn from_the_crate(ran: &Ran) -> Result<u32, Fault> {
        ran.third()
    }

    #[retry(crate = ::resilient, base_delay = 0s)]
    fn absolute(ran: &Ran) -> Result<u32, Fault> {
        ran.third()
    }

    assert_eq!(relative(&Ran::default()).await, Ok(3));
    assert_eq!(from_the_crate(&Ran::default()), Ok(3));
    assert_eq!(absolute(&Ran::default()), Ok(3));
}
