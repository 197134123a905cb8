//! No import is reported as unused, whatever finds the stack and the attributes beside it.

use super::{Fault, Ran};

mod of_a_stack {
    use resilient::apply;

    use crate::upstream;

    #[apply(upstream)]
    pub(super) async fn call(ran: &super::Ran) -> Result<u32, super::Fault> {
        ran.fails()
    }
}

mod below_an_attribute {
    use resilient::{apply, bulkhead, retry};

    use crate::limited as renamed;

    #[retry(max_attempts = 3, base_delay = 0s)]
    #[bulkhead(max_concurrent = 9)]
    #[apply(renamed)]
    pub(super) async fn call(ran: &super::Ran) -> Result<u32, super::Fault> {
        ran.fails()
    }
}

#[tokio::test(start_paused = true)]
async fn count_as_used() {
    let ran = Ran::default();
    assert_eq!((of_a_stack::call(&ran).await, ran.taken()), (Err(Fault::Own), 2));
    assert_eq!((below_an_attribute::call(&ran).await, ran.taken()), (Err(Fault::Own), 3));
}
