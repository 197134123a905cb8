//! What a pipeline is built of, and what `build` refuses: in the words of the compile errors.

use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use resilient::pipeline::{Fallback, PipelineBuilder, PipelineError};
use resilient::{Hedge, HedgePolicy, RateLimitPolicy, RateLimiter, RetryBudget, RetryBudgetPolicy};
use resilient::{circuit_breaker, rate_limit, retry_budget};

use super::*;

type Builder = PipelineBuilder<String, u32>;

static LASTING: LazyLock<CircuitBreaker> = LazyLock::new(|| CircuitBreaker::new("lasting", BreakerPolicy::new()));

fn problems(builder: Builder) -> Vec<String> {
    let error = builder.build().expect_err("it cannot be meant");
    error.problems().map(str::to_owned).collect()
}

#[track_caller]
fn one_problem(builder: Builder) -> String {
    let problems = problems(builder);
    assert_eq!(problems.len(), 1, "{problems:?}");
    problems.into_iter().next().expect("there is one")
}

fn is_down(error: &String) -> bool {
    error == "down"
}

/// The errors of the macros, from the texts that the ui tests compare.
fn compile_errors() -> String {
    let mut texts = String::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("../ui-tests")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("the ui tests are there") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "stderr") {
                texts.push_str(&fs::read_to_string(&path).expect("it is text"));
            }
        }
    }
    texts
}

/// A problem is that of an attribute, word by word: `as_attribute` replaces what a value writes in another way.
#[track_caller]
fn is_said_by_the_compiler(texts: &str, builder: Builder, as_attribute: &[(&str, &str)]) {
    let problem = one_problem(builder);
    let words = as_attribute.iter().fold(problem, |words, (value, attribute)| {
        assert!(words.contains(value), "{words:?} has no {value:?}");
        words.replace(value, attribute)
    });
    assert!(texts.contains(&format!("error: {words}\n")), "no attribute says: {words}");
}

#[test]
fn contradictions_are_told_in_the_words_of_the_compile_errors() {
    let texts = &compile_errors();
    let plain = || Pipeline::new();
    let retry = RetryPolicy::new();
    is_said_by_the_compiler(texts, plain().retry(retry).timeout(secs(1)).retry(retry), &[]);
    is_said_by_the_compiler(texts, plain().timeout(secs(2)).timeout(secs(1)), &[]);
    is_said_by_the_compiler(texts, plain().timeout(TimeoutPolicy::new(secs(1)).step(secs(1))), &[]);
    is_said_by_the_compiler(
        texts,
        plain().timeout(Duration::ZERO),
        &[("write a longer one", "write `#[timeout(2s)]`")],
    );
    is_said_by_the_compiler(texts, plain().timeout(secs(10)).retry(steady(3, secs(10))), &[]);
    is_said_by_the_compiler(texts, plain().retry(steady(3, secs(2)).max_elapsed(secs(2))), &[]);
    let db = Arc::new(Bulkhead::new("db", BulkheadPolicy::new(1)));
    is_said_by_the_compiler(texts, plain().bulkhead(&db).timeout(secs(1)).bulkhead(&db), &[]);
    let payments = Arc::new(CircuitBreaker::new("payments", BreakerPolicy::new()));
    is_said_by_the_compiler(texts, plain().breaker(&payments).timeout(secs(1)).breaker(&payments), &[]);
    let api = Arc::new(RateLimiter::new("api", RateLimitPolicy::new(80, secs(1))));
    is_said_by_the_compiler(texts, plain().rate_limit(&api).timeout(secs(1)).rate_limit(&api), &[]);
    is_said_by_the_compiler(texts, plain().rate_limit(&api).cost(81), &[]);
    is_said_by_the_compiler(texts, plain().rate_limit(&api).cost(0), &[]);
    let bucket = RateLimiter::new("bucket", RateLimitPolicy::new(80, secs(1)).burst(5));
    is_said_by_the_compiler(texts, plain().rate_limit(bucket).cost(6), &[]);
    let of_errors = [("add `paused_if(…)`", "add `paused_on(…)`")];
    is_said_by_the_compiler(texts, plain().rate_limit(&api).retry_after(|_| None), &of_errors);
    is_said_by_the_compiler(texts, plain().rate_limit(&api).retry_after_ok(|_| None), &[]);
    let hides = [("by `fallback_if(…)`", "by `fallback_on(…)`")];
    is_said_by_the_compiler(texts, plain().retry(retry).fallback(|_| Ok(1)), &hides);
    is_said_by_the_compiler(texts, plain().breaker(&payments).fallback(|_| Ok(1)), &hides);
    let certain = || [Fallback::value(1)];
    is_said_by_the_compiler(texts, plain().fallback(|_| Ok(1)).fallbacks(certain()), &[]);
    is_said_by_the_compiler(texts, plain().fallbacks([Fallback::value(1), Fallback::value(2)]), &[]);
    is_said_by_the_compiler(
        texts,
        plain().fallbacks([]),
        &[(
            "give `.fallbacks(…)` at least one, or leave it out",
            "write `#[fallback(function)]`, `#[fallback(|error| …)]`, `#[fallback(value = …)]` or `#[fallback(default)]`",
        )],
    );
    is_said_by_the_compiler(
        texts,
        plain().named(" ").retry(retry),
        &[("`.named(\"payments\")`", "`name = \"payments\"`")],
    );
    let refused = |kinds: &[ErrorKind]| plain().fallback(|_| Ok(1)).fallback_refused(kinds.iter().copied());
    is_said_by_the_compiler(texts, refused(&[]).timeout(secs(1)), &[]);
    is_said_by_the_compiler(texts, refused(&[ErrorKind::TimedOut]), &[]);
    let as_timed_out = [("rate_limited", "timed_out"), ("rate_limit", "timeout")];
    is_said_by_the_compiler(texts, refused(&[ErrorKind::RateLimited]), &as_timed_out);
    is_said_by_the_compiler(texts, refused(&[ErrorKind::RetriesExhausted]).retry(retry), &[]);
    let of_results = plain().retry(retry).retry_if(is_down).retry_if_result(|_| true);
    is_said_by_the_compiler(texts, of_results, &[]);
    let of_results = plain().breaker(&payments).failure_if_ok(|_| true).failure_if_result(|_| true);
    is_said_by_the_compiler(texts, of_results, &[]);
    let of_successes = plain().retry(retry).retry_after_ok(|_| None);
    is_said_by_the_compiler(texts, of_successes, &[]);
    let hedge = |delay| Arc::new(Hedge::new("hedge", HedgePolicy::new(delay)));
    is_said_by_the_compiler(texts, plain().hedge(hedge(secs(1))).hedge(hedge(secs(1))), &[]);
    let one = Arc::new(Bulkhead::new("one", BulkheadPolicy::new(1)));
    is_said_by_the_compiler(texts, plain().hedge(hedge(secs(1))).bulkhead(&one), &[]);
    is_said_by_the_compiler(texts, plain().timeout(secs(1)).hedge(hedge(secs(1))), &[]);
    is_said_by_the_compiler(texts, plain().hedge(hedge(secs(1))).fallback(|_| Ok(1)), &hides);
    let twice = plain().retry(retry).retry_if(is_down).retry_if(is_down);
    is_said_by_the_compiler(texts, twice, &[("retry_if", "max_attempts")]);
}

#[test]
fn all_problems_are_told_at_once_with_the_name() {
    let error = Pipeline::<String, u32>::new()
        .named("api")
        .timeout(secs(2))
        .timeout(secs(1))
        .retry(RetryPolicy::new())
        .retry(RetryPolicy::new())
        .build()
        .expect_err("two problems");
    assert_eq!(error.problems().count(), 2);
    let text = error.to_string();
    assert!(text.starts_with("pipeline \"api\": of two adjacent `timeout`s"), "{text}");
    assert!(text.contains("; two `retry`s multiply their attempts"), "{text}");
    let _: &dyn std::error::Error = &error;
}

#[test]
fn an_invalid_policy_says_what_a_constant_says() {
    let unlimited = RetryPolicy::new().unlimited_attempts();
    assert_eq!(one_problem(Pipeline::new().retry(unlimited)), "unlimited attempts need a `max_elapsed`");
    let short = RetryPolicy::new().max_delay(millis(1));
    assert_eq!(one_problem(Pipeline::new().retry(short)), "`base_delay` must not be longer than `max_delay`");
}

#[test]
fn a_filter_belongs_to_the_layer_before_it() {
    assert_eq!(
        one_problem(Pipeline::new().retry(RetryPolicy::new()).failure_if(is_down)),
        "`failure_if` belongs to a `circuit_breaker` or a `adaptive_throttle`, and the layer before it is a `retry`: move it \
         behind that"
    );
    assert_eq!(
        one_problem(Pipeline::new().retry_if(is_down)),
        "`retry_if` belongs to a `retry`, and it stands before every layer: move it behind that"
    );
    let misplaced = one_problem(Pipeline::new().timeout(secs(1)).on_retry(|_| ()));
    assert!(misplaced.starts_with("`on_retry` belongs to a `retry`"), "{misplaced}");
    let misplaced = one_problem(Pipeline::new().timeout(secs(1)).fallback_if(is_down));
    assert!(misplaced.starts_with("`fallback_if` belongs to a `fallback`"), "{misplaced}");
    let misplaced = one_problem(Pipeline::new().timeout(secs(1)).cost(2));
    assert!(misplaced.starts_with("`cost` belongs to a `rate_limit`"), "{misplaced}");
    let misplaced = one_problem(Pipeline::new().timeout(secs(1)).retry_after_ok(|_| None));
    assert!(misplaced.starts_with("`retry_after_ok` belongs to a `retry` or a `rate_limit`"), "{misplaced}");
    let budget = RetryBudget::new("misplaced", RetryBudgetPolicy::new());
    let misplaced = one_problem(Pipeline::new().timeout(secs(1)).budget(budget));
    assert!(misplaced.starts_with("`budget` belongs to a `retry` or a `hedge`"), "{misplaced}");
    let misplaced = one_problem(Pipeline::new().timeout(secs(1)).hedge_if(|_| true));
    assert!(misplaced.starts_with("`hedge_if` belongs to a `hedge`"), "{misplaced}");
}

#[test]
fn a_setting_is_given_once() {
    let limit = || RateLimiter::new("twice", RateLimitPolicy::new(5, secs(1)));
    let budget = || RetryBudget::new("twice", RetryBudgetPolicy::new());
    let builders: [Builder; 4] = [
        Pipeline::new().rate_limit(limit()).cost(2).cost(2),
        Pipeline::new().rate_limit(limit()).paused_if(is_down).paused_if(is_down),
        Pipeline::new().rate_limit(limit()).paused_if_ok(|_| true).retry_after_ok(|_| None).retry_after_ok(|_| None),
        Pipeline::new().retry(RetryPolicy::new()).budget(budget()).budget(budget()),
    ];
    for (builder, setting) in builders.into_iter().zip(["cost", "paused_if", "retry_after_ok", "budget"]) {
        assert_eq!(one_problem(builder), format!("`{setting}` is given twice: keep one"));
    }
}

#[test]
fn an_answer_of_a_failure_is_not_for_a_success() {
    let text = one_problem(Pipeline::new().fallback(|_| Ok(1)).fallback_if_ok(|value| *value == 0));
    assert_eq!(
        text,
        "this `fallback` answers successes, and what it tries first takes a failure: write \
         `.fallbacks([Fallback::call_outcome(…)])`"
    );
}

#[test]
fn what_looks_at_values_needs_their_type() {
    let plain: Result<Pipeline<String>, PipelineError> = Pipeline::new().fallback(|_| Ok(())).build();
    let text = plain.expect_err("`()` is any type").to_string();
    assert!(text.contains("this `fallback` looks at values or gives them"), "{text}");
    assert!(text.contains("as in `Pipeline<E, User>`"), "{text}");
    let plain: Result<Pipeline<String>, _> = Pipeline::new().retry(RetryPolicy::new()).retry_if_ok(|()| true).build();
    assert!(plain.expect_err("`()` is any type").to_string().contains("this `retry` looks at values"));
    let limit = RateLimiter::new("values", RateLimitPolicy::new(1, secs(1)));
    let plain: Result<Pipeline<String>, _> = Pipeline::new().rate_limit(limit).paused_if_ok(|()| true).build();
    assert!(plain.expect_err("`()` is any type").to_string().contains("this `rate_limit` looks at values"));
    let plain: Result<Pipeline<String>, _> = Pipeline::new().breaker(&LASTING).failure_if(is_down).build();
    assert!(plain.is_ok(), "a filter of errors needs no type of values");
}

#[test]
fn what_only_looks_like_a_contradiction_is_built() {
    let two = || breaker_of(BreakerPolicy::new());
    let builders: [Builder; 8] = [
        Pipeline::new().breaker(two()).breaker(two()),
        Pipeline::new().timeout(secs(2)).retry(RetryPolicy::new()).timeout(secs(1)),
        Pipeline::new().retry(RetryPolicy::new()).timeout(TimeoutPolicy::new(secs(1)).step(secs(1))),
        Pipeline::new().retry(RetryPolicy::new()).fallback(|_| Ok(1)).fallback_if(is_down),
        Pipeline::new().fallback(|_| Ok(1)).breaker(two()),
        Pipeline::new().fallback(|_| Ok(1)).timeout(secs(1)).fallbacks([Fallback::value(1)]),
        Pipeline::new().timeout(secs(5)).retry(RetryPolicy::new().max_attempts(50)),
        Pipeline::new().retry(RetryPolicy::new().max_attempts(1)),
    ];
    for (number, builder) in builders.into_iter().enumerate() {
        if let Err(error) = builder.build() {
            panic!("{number}: {error}");
        }
    }
}

#[test]
fn a_layer_is_made_of_whatever_holds_it() {
    #[circuit_breaker(failure_threshold = 3)]
    static PIPELINE_HANDLE: CircuitBreaker;
    #[rate_limit(permits = 5)]
    static PIPELINE_LIMIT: RateLimiter;
    #[retry_budget]
    static BUILDING_BUDGET: RetryBudget;
    static LAZY_SLOTS: LazyLock<Bulkhead> = LazyLock::new(|| Bulkhead::new("lazy", BulkheadPolicy::new(1)));
    static TYPED: RetryPolicy<String> = RetryPolicy::new().retry_if(is_down);
    let registered = resilient::registry().circuit_breaker_or_insert("pipeline: registered", BreakerPolicy::new());
    let (breaker, slots) = (breaker_of(BreakerPolicy::new()), slots(1));
    let pipeline: Pipeline<String> = Pipeline::new()
        .retry(TYPED)
        .budget(&BUILDING_BUDGET)
        .breaker(registered)
        .breaker(&LASTING)
        .breaker(&PIPELINE_HANDLE)
        .breaker(&breaker)
        .breaker(breaker_of(BreakerPolicy::new()))
        .breaker(CircuitBreaker::new("own", BreakerPolicy::new()))
        .timeout(secs(1))
        .bulkhead(&slots)
        .bulkhead(&LAZY_SLOTS)
        .bulkhead(Bulkhead::new("own", BulkheadPolicy::new(1)))
        .rate_limit(&PIPELINE_LIMIT)
        .rate_limit(RateLimiter::new("own", RateLimitPolicy::new(1, secs(1))))
        .build()
        .expect("nothing contradicts");
    assert_eq!(pipeline.call(|| Ok(slots.in_flight() + LAZY_SLOTS.in_flight())), Ok(2));
    for breaker in [registered, &*LASTING, &*PIPELINE_HANDLE, &*breaker] {
        assert_eq!(counts(breaker), (1, 0, 0));
    }
    assert_eq!((PIPELINE_LIMIT.stats().accepted_calls, BUILDING_BUDGET.stats().calls), (1, 1));
}

#[test]
fn a_layer_that_is_none_is_left_out() {
    let no_breaker: Option<Arc<CircuitBreaker>> = None;
    let no_slots: Option<&'static Bulkhead> = None;
    let no_retry: Option<RetryPolicy> = None;
    let no_limit: Option<&'static RateLimiter> = None;
    let no_budget: Option<&Arc<RetryBudget>> = None;
    let pipeline: Pipeline<String> = Pipeline::new()
        .retry(no_retry)
        .budget(no_budget)
        .breaker(no_breaker)
        .rate_limit(no_limit)
        .cost(3)
        .timeout(None::<Duration>)
        .timeout(Some(secs(1)))
        .bulkhead(no_slots)
        .build()
        .expect("nothing contradicts");
    assert_eq!(format!("{pipeline:?}"), r#"Pipeline { name: "pipeline", layers: ["timeout"] }"#);
}

#[test]
fn the_settings_of_a_layer_that_is_none_are_no_other_layers() {
    let outer = Arc::new(CircuitBreaker::new("outer", BreakerPolicy::new().failure_threshold(1)));
    let no_breaker: Option<Arc<CircuitBreaker>> = None;
    let no_retry: Option<RetryPolicy> = None;
    let pipeline: Pipeline<String, u32> = Pipeline::new()
        .retry(no_retry)
        .retry_if(is_down)
        .on_retry(|_| ())
        .breaker(&outer)
        .breaker(no_breaker.clone())
        .failure_if(is_down)
        .build()
        .expect("the filters are left out with their layers");
    assert!(pipeline.call(|| Err("slow".to_owned())).is_err());
    assert_eq!(outer.state(), CircuitState::Open, "the outer breaker has no filter");

    assert_eq!(
        one_problem(Pipeline::new().retry(RetryPolicy::new()).breaker(no_breaker).retry_if(is_down)),
        "`retry_if` belongs to a `retry`, and the layer before it is a `circuit_breaker`: move it behind that"
    );
}

#[test]
fn layers_can_be_added_in_a_loop() {
    let mut builder = Pipeline::new().named("configured");
    for (kind, value) in [("timeout", 5), ("attempts", 4), ("slots", 2)] {
        builder = match kind {
            "timeout" => builder.timeout(secs(value)),
            "attempts" => builder.retry(steady(4, millis(1))),
            _ => builder.bulkhead(slots(2)),
        };
    }
    let pipeline: Pipeline<String> = builder.build().expect("nothing contradicts");
    let ran = Ran::default();
    assert_eq!(pipeline.call(|| if count(&ran) < 4 { Err("busy".to_owned()) } else { Ok(7) }), Ok(7));
}
