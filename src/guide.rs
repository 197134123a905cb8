// The chapters of the guide, as modules that hold nothing but their text. They exist for rustdoc alone.
//
// The files in `docs` can be read outside of rustdoc as well: each ends with definitions of its links that lead to files.
// Here `links.md` and `pictures.md` stand before each file, and the first definition of a label counts. `page.html` and
// `chapter.html` are styles: on a telephone a table scrolls to the side in place of words that are cut in two, a chapter has
// one title, and the list of chapters stands there once.

/// A module with the text of a file in `docs`.
macro_rules! chapters {
    ($($(#[$condition:meta])* $name:ident = $file:literal;)*) => {
        $(
            $(#[$condition])*
            #[doc = include_str!("links.md")]
            #[doc = include_str!("pictures.md")]
            #[doc = include_str!(concat!("../docs/", $file))]
            #[doc = include_str!("chapter.html")]
            pub mod $name {}
        )*
    };
}

chapters! {
    getting_started = "guide/getting-started.md";
    values = "guide/values.md";
    retry = "guide/retry.md";
    when_retries_hurt = "guide/when-retries-hurt.md";
    hedge = "guide/hedge.md";
    circuit_breaker = "guide/circuit-breaker.md";
    timeout = "guide/timeout.md";
    overload = "guide/overload.md";
    rate_limit = "guide/rate-limit.md";
    bulkhead = "guide/bulkhead.md";
    fallback = "guide/fallback.md";
    order = "guide/order.md";
    deadlines = "guide/deadlines.md";
    refusals = "guide/refusals.md";
    cancellation = "guide/cancellation.md";
    functions = "guide/functions.md";
    stacks = "guide/stacks.md";
    sharing = "guide/sharing.md";
    handles = "guide/handles.md";
    per_key = "guide/per-key.md";
    threads = "guide/threads.md";
    inspect = "guide/inspect.md";
    events = "guide/events.md";
    // Its samples need the feature.
    #[cfg(any(not(doctest), feature = "watch"))]
    configuration = "guide/configuration.md";
    logs = "guide/logs.md";
    operating = "guide/operating.md";
    metrics = "guide/metrics.md";
    // Its tests need the feature.
    #[cfg(any(feature = "testing", not(doctest)))]
    testing = "guide/testing.md";
    without_attributes = "guide/without-attributes.md";
    pipelines = "guide/pipelines.md";
    without_tokio = "guide/without-tokio.md";
    platforms = "guide/platforms.md";
    cookbook = "guide/cookbook.md";
    faq = "guide/faq.md";
    compare = "guide/compare.md";
    from_backoff = "guide/from-backoff.md";
    from_backon = "guide/from-backon.md";
    from_tower = "guide/from-tower.md";
    from_failsafe = "guide/from-failsafe.md";
    from_reqwest_retry = "guide/from-reqwest-retry.md";
    from_resilience4j = "guide/from-resilience4j.md";
    from_polly = "guide/from-polly.md";
    from_tenacity = "guide/from-tenacity.md";
    // Its samples do not compile on purpose; it is made from tests that prove what the compiler says.
    #[cfg(not(doctest))]
    compile_errors = "errors.md";
    performance = "performance.md";
}
