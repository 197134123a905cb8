//! Imports of attributes that the outermost one expands are used.

mod one_by_one {
    use resilient::bulkhead;
    use resilient::circuit_breaker;
    use resilient::fallback;
    use resilient::retry;
    use resilient::timeout;

    #[fallback(value = 7)]
    #[retry]
    #[circuit_breaker(name = "lints: imports")]
    #[timeout(1h)]
    #[bulkhead(max_concurrent = 1)]
    pub(super) fn call() -> Result<u32, resilient::Error> {
        Ok(7)
    }
}

mod beside_a_path {
    use resilient::timeout;

    #[resilient::retry]
    #[timeout(1h)]
    pub(super) async fn call() -> Result<u32, resilient::Error> {
        super::super::rest().await;
        Ok(7)
    }
}

#[tokio::test]
async fn counts_as_used() {
    assert!(one_by_one::call().is_ok());
    assert!(beside_a_path::call().await.is_ok());
}
