//! Functions that name the same bulkhead share it.

use super::*;

#[tokio::test]
async fn is_shared_by_all_functions_that_name_it_sync_and_async() {
    #[bulkhead(name = "one bulkhead: shared", max_concurrent = 1)]
    async fn awaits() -> Outcome {
        assert!(is_full(&blocks()));
        GOOD
    }

    #[bulkhead(name = "one bulkhead: shared")]
    fn blocks() -> Outcome {
        GOOD
    }

    assert!(awaits().await.is_ok());
    assert!(blocks().is_ok());
    let stats = registry().bulkhead("one bulkhead: shared").expect("it has run").stats();
    assert_eq!((stats.accepted_calls, stats.rejected_calls), (2, 1));
}
