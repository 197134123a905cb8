//! What `functions()` says of functions with a stack.

use resilient::apply;
use resilient::inspect::{Function, functions};

use super::*;

policy! { described = #[retry(retry_if = crate::descriptions::always)] #[circuit_breaker(name = "stacks: described")]; }

#[allow(clippy::trivially_copy_pass_by_ref, reason = "the form of a predicate")]
pub(crate) const fn always(_: &Fault) -> bool {
    true
}

fn function(name: &str) -> &'static Function {
    let path = concat!(module_path!(), "::");
    let mut found = functions().filter(|function| function.path().strip_prefix(path) == Some(name));
    let function = found.next().unwrap_or_else(|| panic!("`{name}` has a stack"));
    assert!(found.next().is_none(), "`{name}` is described once");
    function
}

struct Client(Result<(), Fault>);

const IMPL: u32 = line!() + 2;

#[apply(described, all)]
impl Client {
    fn first(&self) -> Result<(), Fault> {
        self.0
    }

    /// Documented.
    #[doc(alias = "twice")]
    async fn second(&self) -> Result<(), Fault> {
        self.0
    }
}

const FUNCTION: u32 = line!() + 2;

#[apply(described, retry(max_attempts = 7))]
fn changed() -> Result<(), Fault> {
    Ok(())
}

mod elsewhere {
    use resilient::{circuit_breaker, retry};

    #[retry(max_attempts = 7, retry_if = crate::descriptions::always)]
    #[circuit_breaker(name = "stacks: described")]
    pub(super) fn written_out() -> Result<(), super::Fault> {
        Ok(())
    }
}

#[test]
fn have_the_line_of_each_function() {
    assert_eq!(function("first").line(), IMPL + 2);
    assert_eq!(function("second").line(), IMPL + 8);
    assert_eq!(function("changed").line(), FUNCTION);
    assert_eq!(function("changed").file(), file!());
}

#[test]
fn are_those_of_the_attributes_written_out() {
    let said = |name: &str| {
        let text = function(name).to_string();
        text.split_once("): ").expect("a place in parentheses").1.to_owned()
    };
    assert_eq!(said("changed"), said("elsewhere::written_out"));
    assert!(said("changed").contains("retry_if = crate::descriptions::always"), "{}", said("changed"));
    assert_eq!(said("first"), said("second"));
    assert!(function("second").is_async() && !function("first").is_async());
}

#[tokio::test]
async fn are_of_functions_that_run() {
    let client = Client(Ok(()));
    assert_eq!((client.first(), client.second().await), (Ok(()), Ok(())));
    assert_eq!((changed(), elsewhere::written_out()), (Ok(()), Ok(())));
}
