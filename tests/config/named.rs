//! Functions that an attribute names, functions of one path, and stacks for many functions.

use std::time::Duration;

use resilient::{BreakerPolicy, Error, apply, bulkhead, circuit_breaker, policy, retry, timeout};

use crate::shown::value_of;
use crate::{Config, refusal};

struct Client;
struct Admin;

impl Client {
    #[retry(function = "Client::user")]
    #[timeout(1s, function = "Client::user")]
    async fn user(&self) -> Result<(), Error> {
        tokio::time::sleep(Duration::from_secs(60)).await;
        Ok(())
    }
}

impl Admin {
    #[timeout(1s)]
    async fn user(&self) -> Result<(), Error> {
        Ok(())
    }
}

#[tokio::test(start_paused = true)]
async fn a_function_is_called_as_its_attribute_says() {
    let config = Config::of("[function.\"config::named::Client::user\".timeout]\nduration = \"3s\"");
    drop(Admin.user());
    assert!(Client.user().await.unwrap_err().to_string().contains("timed out after 3s"));
    assert_eq!(Client.user().await.unwrap_err().name(), "config::named::Client::user");
    assert_eq!(value_of("config::named::Client::user", "timeout", "duration"), "3s");
    assert_eq!(value_of("config::named::user", "timeout", "duration"), "1s", "the other");
    config.with("", &[("RESILIENT_TIMEOUT_CONFIG_NAMED_CLIENT_USER_DURATION", "4s")]).unwrap();
    assert_eq!(value_of("config::named::Client::user", "timeout", "duration"), "4s");
    config.apply("[module.\"config::named\".timeout]\nduration = \"5s\"").unwrap();
    assert_eq!(value_of("config::named::Client::user", "timeout", "duration"), "5s", "its module is that of the code");
    let error = config.apply("[module.\"config::named::Client\".timeout]\nduration = \"5s\"").unwrap_err();
    assert!(error.to_string().contains("no annotated function is in a module"), "{error}");
}

mod twins {
    use super::{Error, retry, timeout};

    pub(super) struct First;
    pub(super) struct Second;

    impl First {
        #[retry]
        pub(super) async fn call(&self) -> Result<(), Error> {
            Ok(())
        }
    }

    impl Second {
        #[timeout(1s)]
        pub(super) async fn call(&self) -> Result<(), Error> {
            Ok(())
        }
    }
}

#[test]
fn a_path_that_two_functions_have_is_an_error_with_both_places() {
    let config = Config::alone();
    drop((twins::First.call(), twins::Second.call()));
    let lines: Vec<u32> = {
        let twins = resilient::inspect::functions().filter(|function| function.path() == "config::named::twins::call");
        twins.map(resilient::inspect::Function::line).collect()
    };
    assert_eq!(lines.len(), 2);
    let text = "[function.\"config::named::twins::call\".retry]\nmax_attempts = 4\nenabled = true";
    let error = config.apply(text).unwrap_err();
    assert_eq!(error.problems().len(), 1, "one for the table: {error}");
    assert_eq!((error.problems()[0].line(), error.problems()[0].column()), (Some(1), Some(11)));
    for line in lines {
        assert!(error.to_string().contains(&format!("config/named.rs:{line}")), "{error}");
    }
    assert!(error.to_string().contains("function = \"Client::user\""), "{error}");
}

#[timeout(1s)]
async fn part() -> Result<(), Error> {
    Ok(())
}

#[timeout(1s)]
#[bulkhead]
#[timeout(9s)]
async fn part_2() -> Result<(), Error> {
    Ok(())
}

#[retry]
#[timeout(1s)]
#[bulkhead]
#[timeout(9s)]
async fn part_1() -> Result<(), Error> {
    Ok(())
}

/// The second timeout of `part_1`, and the first of this.
#[timeout(1s, function = "part_1_2")]
async fn part_of_one() -> Result<(), Error> {
    Ok(())
}

#[test]
fn a_variable_that_could_mean_two_settings_is_an_error_only_if_it_is_set() {
    let config = Config::alone();
    drop((part(), part_2(), part_1(), part_of_one()));
    config.with("", &[("RESILIENT_TIMEOUT_CONFIG_NAMED_PART_1_DURATION", "3s")]).unwrap();
    assert_eq!(value_of("config::named::part_1", "timeout", "duration"), "3s");
    let error = config.with("", &[("RESILIENT_TIMEOUT_CONFIG_NAMED_PART_1_2_DURATION", "3s")]).unwrap_err();
    let text = error.to_string();
    assert!(text.contains("the variable could mean `duration` of the timeout number 2 at"), "{text}");
    assert!(text.contains("config::named::part_1_2)"), "{text}");
}

policy! {
    upstream = #[retry(max_attempts = 2, base_delay = 1ms, jitter = none)] #[timeout(1s)] #[bulkhead(max_concurrent = 7)] #[timeout(2s)];
    shared = #[timeout(1s)] #[circuit_breaker(name = "config: of a stack", failure_threshold = 4)];
    unused = #[timeout(1s)];
}

mod other {
    pub(super) mod inner {
        resilient::policy! { pub(crate) doubled = #[timeout(1s)]; }
    }

    resilient::policy! { pub(crate) doubled = #[timeout(1s)]; }
}

#[apply(upstream)]
async fn by_stack() -> Result<(), Error> {
    Err(refusal())
}

#[apply(upstream, timeout.1(5s))]
async fn by_stack_with_another_limit() -> Result<(), Error> {
    Ok(())
}

#[timeout(9s)]
#[retry]
#[apply(shared)]
async fn by_another_stack() -> Result<(), Error> {
    Ok(())
}

#[apply(other::doubled, function = "doubled")]
async fn by_the_outer_one() -> Result<(), Error> {
    Ok(())
}

#[apply(other::inner::doubled)]
async fn by_the_inner_one() -> Result<(), Error> {
    Ok(())
}

#[test]
fn a_stack_is_addressed_by_its_name_at_all_functions_that_have_it() {
    let config = Config::alone();
    drop((by_stack(), by_stack_with_another_limit(), by_another_stack(), by_the_outer_one(), by_the_inner_one()));
    let of = |function: &str, layer, setting| value_of(&format!("config::named::{function}"), layer, setting);
    config.apply("[policy.upstream.retry]\nmax_attempts = 5\n[policy.upstream.timeout.2]\nduration = \"3s\"").unwrap();
    assert_eq!(of("by_stack", "retry", "max_attempts"), "5");
    assert_eq!(of("by_stack_with_another_limit", "retry", "max_attempts"), "5");
    assert_eq!(of("by_another_stack", "retry", "max_attempts"), "3", "it has another stack");
    assert_eq!(of("by_stack", "timeout", "duration"), "1s");
    assert_eq!(of("by_stack", "timeout number 2", "duration"), "3s");
    config
        .apply("[policy.upstream.timeout]\nduration = \"4s\"\n[policy.upstream.bulkhead]\nmax_concurrent = 2")
        .unwrap();
    assert_eq!(of("by_stack_with_another_limit", "timeout", "duration"), "4s", "a file is before the code");
    assert_eq!(of("by_stack", "bulkhead", "max_concurrent"), "2", "each function has its own");
    // Its second timeout in reading order is the first of its stack.
    config.apply("[policy.shared.timeout]\nduration = \"6s\"").unwrap();
    assert_eq!(of("by_another_stack", "timeout", "duration"), "9s");
    assert_eq!(of("by_another_stack", "timeout number 2", "duration"), "6s");
}

#[test]
fn a_stack_is_between_the_module_and_the_own_entry() {
    let config = Config::alone();
    let all = "[all.timeout]\nduration = \"2s\"\n";
    let module = "[module.\"config::named\".timeout]\nduration = \"3s\"\n";
    let stack = "[policy.upstream.timeout]\nduration = \"4s\"\n";
    let own = "[function.\"config::named::by_stack\".timeout]\nduration = \"5s\"\n";
    let limit = || value_of("config::named::by_stack", "timeout", "duration");
    for (texts, expected) in [
        (vec![all], "2s"),
        (vec![stack, all], "4s"),
        (vec![stack, module, all], "4s"),
        (vec![own, stack, module, all], "5s"),
        (vec![module, all], "3s"),
    ] {
        config.apply(&texts.concat()).unwrap();
        assert_eq!(limit(), expected, "{texts:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_a_stack_brought_is_switched_off() {
    let config = Config::of("[policy.upstream.retry]\nenabled = false");
    let begun = tokio::time::Instant::now();
    assert!(by_stack().await.is_err());
    assert_eq!(begun.elapsed(), Duration::ZERO, "there was no delay");
    config.apply("").unwrap();
    assert!(by_stack().await.is_err());
    assert!(begun.elapsed() >= Duration::from_millis(1));
}

#[test]
fn what_is_wrong_about_a_stack_is_said_with_its_place() {
    let config = Config::alone();
    let said = |table: &str| config.apply(&format!("[policy.{table}]\nenabled = false")).unwrap_err().to_string();
    for (table, expected) in [
        ("upstraem.retry", "did you mean `upstream`?"),
        ("\"config::named::upstraem\".retry", "did you mean `config::named::upstream`?"),
        ("upstream.hedge", "has no `hedge`"),
        ("upstream.hedge", "it has bulkhead, retry, timeout"),
        ("upstream.timeout.3", "has no `timeout` number 3"),
        ("unused.timeout", "no function has the stack `unused` (tests/config/named.rs:"),
        ("shared.circuit_breaker", "write it at `[circuit_breaker.\"config: of a stack\"]`"),
        ("doubled.timeout", "the name is that of the stacks `doubled` (tests/config/named.rs:"),
        ("doubled.timeout", "write \"config::named::other::doubled\" or \"config::named::other::inner::doubled\""),
    ] {
        let text = said(table);
        assert!(text.contains(expected), "{table}\n{text}");
    }
    config.apply("[policy.\"config::named::other::inner::doubled\".timeout]\nduration = \"3s\"").unwrap();
    assert_eq!(value_of("config::named::by_the_inner_one", "timeout", "duration"), "3s");
    assert_eq!(value_of("config::named::doubled", "timeout", "duration"), "1s");
}

mod of_first {
    use super::{Error, circuit_breaker};

    #[circuit_breaker(name = "config: two modules", failure_threshold = 3)]
    pub(super) async fn first() -> Result<(), Error> {
        Ok(())
    }
}

mod of_second {
    use super::{Error, circuit_breaker};

    #[circuit_breaker(name = "config: two modules", failure_threshold = 3)]
    pub(super) async fn second() -> Result<(), Error> {
        Ok(())
    }

    /// It gives only the name.
    pub(super) mod below {
        use super::{Error, circuit_breaker};

        #[circuit_breaker(name = "config: two modules")]
        pub(crate) async fn third() -> Result<(), Error> {
            Ok(())
        }
    }
}

#[test]
fn shared_state_is_of_the_modules_where_its_settings_stand() {
    let config = Config::alone();
    drop((of_first::first(), of_second::second(), of_second::below::third()));
    let threshold = || resilient::registry().circuit_breaker("config: two modules").unwrap().policy();
    for module in ["of_first", "of_second"] {
        let text = format!("[module.\"config::named::{module}\".circuit_breaker]\nfailure_threshold = 9");
        config.apply(&text).unwrap();
        assert_eq!(threshold(), BreakerPolicy::new().failure_threshold(9), "{module}");
    }
    let text = "[module.\"config::named::of_second::below\".circuit_breaker]\nfailure_threshold = 9";
    let error = config.apply(text).unwrap_err();
    assert!(error.to_string().contains("no annotated function is in a module"), "{error}");
}
