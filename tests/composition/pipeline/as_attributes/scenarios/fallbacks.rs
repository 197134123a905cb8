//! What fallbacks answer.

use super::*;

scenario! {
    a_fallback_above_a_breaker_does_not_hide_failures_from_it,
    breakers: &[("as: hides nothing", BreakerPolicy::new().failure_threshold(2))],
    bulkheads: &[],
    #[fallback(value = 7)]
    #[circuit_breaker(name = "as: hides nothing", failure_threshold = 2)]
    |breaker, _| Pipeline::new().fallback(|_| Ok(7)).breaker(&breaker[0]),
    &[Call(&[Bad]), Call(&[Bad]), Call(&[Bad])]
}

scenario! {
    a_filtered_fallback_below_a_breaker_turns_failures_into_successes,
    breakers: &[("as: turned", OPENS_AT_ONCE)],
    bulkheads: &[],
    #[circuit_breaker(name = "as: turned", failure_threshold = 1)]
    #[fallback(value = 7, fallback_on(Fault::Own))]
    |breaker, _| {
        let layers = Pipeline::new().breaker(&breaker[0]);
        layers.fallback(|_| Ok(7)).fallback_if(|error| *error == Fault::Own)
    },
    &[Call(&[Bad]), Call(&[Other]), Call(&[Good])]
}

scenario! {
    fallbacks_answer_what_reaches_them,
    breakers: &[],
    bulkheads: &[],
    #[fallback(value = 1)]
    #[retry(base_delay = 0s, jitter = none)]
    #[fallback(value = 2, fallback_on(Fault::Other))]
    |_, _| {
        let layers = Pipeline::new().fallback(|_| Ok(1)).retry(retry_for(3, secs(0)));
        layers.fallback(|_| Ok(2)).fallback_if(|error| *error == Fault::Other)
    },
    &[Call(&[Other]), Call(&[Bad]), Call(&[Good])]
}

scenario! {
    a_filter_of_errors_does_not_keep_a_fallback_from_answering_refusals,
    breakers: &[("as: answered", OPENS_AT_ONCE)],
    bulkheads: &[("as: answered", BulkheadPolicy::new(1))],
    #[fallback(value = 7, fallback_if = |_| false)]
    #[circuit_breaker(name = "as: answered", failure_threshold = 1)]
    #[timeout(1s)]
    #[bulkhead(name = "as: answered", max_concurrent = 1)]
    |breaker, bulkhead| {
        let layers = Pipeline::new().fallback(|_| Ok(7)).fallback_if(|_| false).breaker(&breaker[0]);
        layers.timeout(secs(1)).bulkhead(&bulkhead[0])
    },
    &[Take(0), Call(&[Good]), Free, Call(&[Bad]), Call(&[Good]), Wait(secs(30)), Call(&[Hang])]
}

scenario! {
    no_answer_begins_after_the_deadline_of_a_timeout_above_it,
    breakers: &[],
    bulkheads: &[],
    #[timeout(2s)]
    #[fallback(|_| async { sleep(secs(1)).await; Err(Fault::Other) }, |_| Ok(7))]
    |_, _| Pipeline::new().timeout(secs(2)).fallbacks([
        resilient::pipeline::Fallback::run(async |_| {
            sleep(secs(1)).await;
            Err(Fault::Other)
        }),
        resilient::pipeline::Fallback::value(7),
    ]),
    &[Call(&[Bad]), Call(&[BadIn(1500)]), Call(&[BadIn(1000)]), Call(&[Hang])]
}
