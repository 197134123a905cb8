//! Stacks with keys: of arguments, of `self`, and of handles of the crate.

use resilient::{CircuitBreakers, ErrorKind, apply, circuit_breaker};

use super::*;

#[circuit_breaker(failure_threshold = 1)]
pub(crate) static STACK_HOSTS: CircuitBreakers;

mod elsewhere {
    resilient::policy! {
        pub(crate) of_host = #[circuit_breaker(crate::keys::STACK_HOSTS, key = host)];
        pub(crate) of_self = #[circuit_breaker(name = "stacks: keys", key = self.host, failure_threshold = 1, max_keys = 9)];
    }
}
use elsewhere::{of_host, of_self};

#[apply(of_host)]
async fn fetch(host: &str) -> Result<u32, Fault> {
    let _ = host;
    Err(Fault::Own)
}

struct Client {
    host: &'static str,
}

#[apply(of_self)]
impl Client {
    async fn fetch(&self) -> Result<u32, Fault> {
        Err(Fault::Own)
    }

    #[apply(of_self, circuit_breaker(key = format_args!("{}{path}", self.host)))]
    async fn fetch_path(&self, path: &str) -> Result<u32, Fault> {
        let _ = path;
        Err(Fault::Own)
    }
}

#[tokio::test(start_paused = true)]
async fn a_stack_has_the_key_of_each_function() {
    let open = Err(Fault::Refused(ErrorKind::CircuitOpen));
    assert_eq!((fetch("a").await, fetch("a").await, fetch("b").await), (Err(Fault::Own), open, Err(Fault::Own)));
    assert_eq!(STACK_HOSTS.open(), ["a", "b"]);
    let (first, second) = (Client { host: "a" }, Client { host: "b" });
    assert_eq!((first.fetch().await, first.fetch().await), (Err(Fault::Own), open));
    assert_eq!(second.fetch().await, Err(Fault::Own));
    assert_eq!((first.fetch_path("/x").await, first.fetch_path("/x").await), (Err(Fault::Own), open));
}
