//! One layer in a few words of Markdown.

use super::settings::{Told, name, settings};
use super::text::span;
use crate::model::{Answer, Fallback, Layer};

/// `` `retry` up to 4 attempts, … ``: what a reader asks first; the rest is in the settings.
pub(crate) fn words(layer: &Layer) -> String {
    let settings = Settings(settings(layer));
    let kind = span(layer.kind().name());
    match layer {
        Layer::Fallback(fallback) => format!("{kind} {}{}", answers(fallback, &settings), settings.filter("fallback")),
        _ if settings.get("policy").is_some() => format!("{kind}{}{}", shared(layer), settings.by_policy()),
        Layer::Retry(_) => format!("{kind} {}", settings.retry()),
        Layer::Timeout(_) => format!("{kind} of {}", settings.timeout()),
        Layer::CircuitBreaker(breaker) if !breaker.gives_settings() => {
            format!("{kind}{}{}", elsewhere(layer), settings.filter("failure"))
        }
        Layer::CircuitBreaker(_) => format!("{kind}{}, {}", shared(layer), settings.circuit_breaker()),
        Layer::Bulkhead(bulkhead) if !bulkhead.gives_settings() => format!("{kind}{}", elsewhere(layer)),
        Layer::Bulkhead(_) => format!("{kind}{}, {}", shared(layer), settings.bulkhead()),
    }
}

fn shared(layer: &Layer) -> String {
    match (name(layer), layer) {
        (Some(name), _) => format!(" {} (shared)", span(&name)),
        (None, Layer::Bulkhead(_)) => " of its own".to_owned(),
        (None, _) => String::new(),
    }
}

fn elsewhere(layer: &Layer) -> String {
    name(layer).map(|name| format!(" {} (shared, with settings given elsewhere)", span(&name))).unwrap_or_default()
}

/// In their order; the settings stand in the same.
fn answers(fallback: &Fallback, settings: &Settings) -> String {
    let words = fallback.answers.iter().zip(&settings.0).map(|(answer, told)| match answer {
        Answer::Path(_) | Answer::Closure(_) => format!("by {}", span(&told.text)),
        Answer::Value(_) => format!("to {}", span(&told.text)),
        Answer::Default(_) => "to the default".to_owned(),
    });
    words.collect::<Vec<_>>().join(", then ")
}

struct Settings(Vec<Told>);

impl Settings {
    fn get(&self, name: &str) -> Option<&Told> {
        self.0.iter().find(|told| told.name == name)
    }

    /// The value, in a code span if it is what the user wrote.
    fn show(&self, name: &str) -> Option<String> {
        self.get(name).map(Told::show)
    }

    /// `before` the value `after`, if the setting was written.
    fn given(&self, before: &str, name: &str, after: &str) -> String {
        match self.get(name).filter(|told| told.given) {
            Some(told) => format!("{before}{}{after}", told.show()),
            None => String::new(),
        }
    }

    fn is(&self, name: &str, text: &str) -> bool {
        self.get(name).is_some_and(|told| told.text == text)
    }

    fn value(&self, name: &str) -> String {
        self.show(name).unwrap_or_default()
    }

    /// The policy, and what is changed next to it.
    fn by_policy(&self) -> String {
        let changed = self.0.iter().filter(|told| told.given && told.name != "policy");
        let changed: Vec<_> = changed.map(|told| format!("{} {}", span(told.name), told.show())).collect();
        let with = if changed.is_empty() { String::new() } else { format!(" with {}", changed.join(", ")) };
        format!(" by {}{with}", self.value("policy"))
    }

    /// Which errors, if not all.
    fn filter(&self, kind: &str) -> String {
        let (on, predicate) = (format!("{kind}_on"), format!("{kind}_if"));
        if kind == "failure" {
            self.given(", failures are ", &on, "") + &self.given(", failures are what ", &predicate, " says")
        } else {
            self.given(", on ", &on, "") + &self.given(", if ", &predicate, " says so")
        }
    }

    fn retry(&self) -> String {
        let attempts = if self.is("max_attempts", "unlimited") {
            "without a limit of attempts".to_owned()
        } else {
            format!("up to {} attempts", self.value("max_attempts"))
        };
        [
            attempts,
            self.pauses(),
            self.given(", no more after ", "max_elapsed", ""),
            self.filter("retry"),
            self.given(", and after successes for which ", "retry_if_ok", " holds"),
            self.asked(),
            self.given(", after the refusals ", "retry_refused", ""),
            if self.is("exhausted", "wrap") { ", wrapping the last error".to_owned() } else { String::new() },
        ]
        .concat()
    }

    fn asked(&self) -> String {
        match self.show("retry_after") {
            Some(asked) => format!(", or the pause that {asked} finds, up to {}", self.value("max_retry_after")),
            None => String::new(),
        }
    }

    fn pauses(&self) -> String {
        if self.is("base_delay", "0s") {
            return ", without pauses".to_owned();
        }
        let (base, max) = (self.value("base_delay"), self.value("max_delay"));
        let span = if self.is("backoff", "constant") { format!("of {base}") } else { format!("from {base} to {max}") };
        let growth = self.given(" (growing by ", "exponential_base", ")");
        let jitter = match self.get("jitter") {
            Some(told) if told.text == "none" => " without jitter".to_owned(),
            Some(told) if told.is_code || ["full", "equal"].contains(&told.text.as_str()) => {
                format!(" with {} jitter", told.show())
            }
            Some(told) => format!(" with a jitter of {}", told.show()),
            None => String::new(),
        };
        format!(", {} pauses {span}{growth}{jitter}", self.value("backoff"))
    }

    fn circuit_breaker(&self) -> String {
        let in_a_row = self.show("failure_threshold").map(|failures| format!("after {failures} failures in a row"));
        let window = match self.get("window") {
            Some(told) if told.is_code => format!("of a window of {}", told.show()),
            Some(told) if told.text.ends_with(char::is_numeric) => format!("of the last {} calls", told.show()),
            Some(told) => format!("of the calls in the last {}", told.show()),
            None => String::new(),
        };
        let rate = self.show("failure_rate").map(|rate| format!("when a share of {rate} {window} fails"));
        let slow = self.show("slow_call").zip(self.show("slow_call_rate"));
        let slow = slow.map(|(call, rate)| format!("when a share of {rate} {window} takes longer than {call}"));
        let when: Vec<_> = [in_a_row, rate, slow].into_iter().flatten().collect();
        [
            format!("opens {}", when.join(" or ")),
            self.given(" once it has seen ", "min_calls", ""),
            format!(", for {}", self.value("recovery_timeout")),
            self.given(", each time in a row ", "recovery_backoff", " times as long"),
            self.show("max_recovery_timeout").map(|longest| format!(" up to {longest}")).unwrap_or_default(),
            self.filter("failure"),
        ]
        .concat()
    }

    fn timeout(&self) -> String {
        let cooperative = if self.get("cooperative").is_some() { ", which the body has to keep to" } else { "" };
        let step = self.given(", and ", "step", " more for each further attempt");
        format!("{}{step}{cooperative}", self.value("duration"))
    }

    fn bulkhead(&self) -> String {
        let wait = if self.is("max_wait", "0s") {
            ", no waiting".to_owned()
        } else if self.is("max_wait", "unlimited") {
            ", waiting without a limit".to_owned()
        } else {
            format!(", waiting up to {}", self.value("max_wait"))
        };
        let queue = self.given(", at most ", "max_queue", " at a time");
        format!("{} in flight{wait}{queue}", self.value("max_concurrent"))
    }
}

impl Told {
    fn show(&self) -> String {
        // Words with an underscore are names, too.
        if self.is_code || self.text.contains('_') { span(&self.text) } else { self.text.clone() }
    }
}
