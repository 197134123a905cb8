//! `Registry::verify` of a program with handles. A process of its own, because `verify` checks all names of the process.
#![allow(dead_code)]

use resilient::inspect::{LayerKind, Problem};
use resilient::{Bulkhead, CircuitBreaker, Error, bulkhead, circuit_breaker, registry};

type Outcome = Result<(), Error>;

/// Several statics of one name, with and without settings, and a function that gives it.
mod one_name {
    use super::*;

    pub(super) mod eu {
        #[resilient::circuit_breaker(failure_threshold = 3)]
        static REGION: resilient::CircuitBreaker;
    }

    pub(super) mod us {
        #[resilient::circuit_breaker]
        static REGION: resilient::CircuitBreaker;
    }

    #[circuit_breaker(name = "region", failure_threshold = 9)]
    fn call() -> Outcome {
        Ok(())
    }
}

/// Settings at a static and at a function that gives its name.
mod contradiction {
    use super::*;

    #[bulkhead(max_concurrent = 3)]
    static SEARCH: Bulkhead;

    #[bulkhead(name = "search", max_concurrent = 4)]
    fn call() -> Outcome {
        Ok(())
    }
}

/// A name that is nearly that of a static without settings, and a static whose name is nearly that of another.
mod similar {
    use super::*;

    #[circuit_breaker]
    static PAYMENTS: CircuitBreaker;

    #[circuit_breaker(failure_threshold = 3)]
    static PAYMENT: CircuitBreaker;

    #[circuit_breaker(name = "pay-mentz")]
    fn call() -> Outcome {
        Ok(())
    }
}

/// What a function takes by its path needs no check.
mod in_order {
    use super::*;

    #[bulkhead]
    static IN_ORDER: Bulkhead;

    #[bulkhead(IN_ORDER)]
    fn call() -> Outcome {
        Ok(())
    }
}

#[test]
fn every_problem_is_reported() {
    let error = registry().verify().expect_err("names contradict each other");
    let text = error.to_string();
    let file = file!();
    let lines: Vec<_> = text.lines().map(|line| line.replace(|letter: char| letter.is_ascii_digit(), "")).collect();
    assert_eq!(
        lines,
        [
            "circuit_breaker \"pay-mentz\" is given settings nowhere; did you mean \"payment\", \
             as at FILE: (verify_handles::similar::PAYMENT)?",
            "  it stands at FILE: (verify_handles::similar::call)",
            "  correct it, or give it settings of its own",
            "circuit_breaker \"region\" is the name of  statics, each with state of its own:",
            "  FILE: (verify_handles::one_name::eu::REGION)",
            "  FILE: (verify_handles::one_name::us::REGION)",
            "  give each a name of its own, by `name = \"…\"`, or use one of them for all",
            "bulkhead \"search\" is given different settings at FILE: (verify_handles::contradiction::SEARCH) \
             and at FILE: (verify_handles::contradiction::call):",
            "  max_concurrent:  and ",
            "  give them at one place, and the name alone at the other",
        ]
        .map(|line| line.replace("FILE", file))
    );
    let Some(Problem::Ambiguous { kind: LayerKind::CircuitBreaker, name: "region", statics, .. }) =
        error.problems().get(1)
    else {
        panic!("the second problem is that of `region`");
    };
    assert_eq!(statics.len(), 2);
}
