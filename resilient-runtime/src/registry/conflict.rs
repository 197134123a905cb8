//! The message about two places that give one name different settings, which is a bug in the program.

use std::fmt;
use std::io::{self, Write as _};

use crate::core::name::Name;
use crate::core::shared_state::SharedState;
use crate::registry::origin::ExactOrigin;

/// A name whose state has other settings than those that a place in the program gives.
pub(super) struct Conflict<T: SharedState> {
    pub(super) name: Name,
    pub(super) in_force: T::Policy,
    /// `None` if the settings in force are the defaults.
    pub(super) by: Option<ExactOrigin>,
    pub(super) ignored: T::Policy,
    pub(super) of: ExactOrigin,
}

impl<T: SharedState> Conflict<T> {
    /// Writes the message to standard error, and to logs. If that fails, the message is lost, and the call that found the conflict
    /// goes on.
    pub(super) fn write(&self) {
        let _ = writeln!(io::stderr(), "resilient: error: {self}");
        #[cfg(feature = "tracing")]
        crate::event::log::settings_conflict(self);
    }
}

impl<T: SharedState> fmt::Display for Conflict<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} `{}` has ", T::KIND, self.name)?;
        match self.by {
            Some(by) => write!(f, "settings from {by}")?,
            None => f.write_str("the default settings")?,
        }
        write!(
            f,
            " already, and {} gives it others; give them at one place, and the name alone at the others\n  in force: \
             {:?}\n  ignored: {:?}",
            self.of, self.in_force, self.ignored
        )
    }
}

#[cfg(all(test, feature = "tracing", not(resilient_loom)))]
mod tests {
    use std::sync::{Arc, Mutex};

    use tracing::field::{Field, Visit};
    use tracing::span::{Attributes, Id, Record};
    use tracing::{Event, Level, Metadata, Subscriber};

    use super::*;
    use crate::circuit_breaker::breaker::CircuitBreaker;
    use crate::circuit_breaker::policy::BreakerPolicy;
    use crate::registry::origin::Origin;

    type Lines = Arc<Mutex<Vec<(Level, String, String)>>>;

    /// Keeps the level, the target and the message of each line.
    struct Kept(Lines);

    #[derive(Default)]
    struct Message(String);

    impl Visit for Message {
        fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
            if field.name() == "message" {
                self.0 = format!("{value:?}");
            }
        }
    }

    impl Subscriber for Kept {
        fn enabled(&self, _: &Metadata<'_>) -> bool {
            true
        }

        fn new_span(&self, _: &Attributes<'_>) -> Id {
            Id::from_u64(1)
        }

        fn record(&self, _: &Id, _: &Record<'_>) {}

        fn record_follows_from(&self, _: &Id, _: &Id) {}

        fn event(&self, event: &Event<'_>) {
            let mut message = Message::default();
            event.record(&mut message);
            let about = event.metadata();
            self.0.lock().unwrap().push((*about.level(), about.target().to_owned(), message.0));
        }

        fn enter(&self, _: &Id) {}

        fn exit(&self, _: &Id) {}
    }

    #[test]
    fn a_conflict_is_an_error_in_logs() {
        let (in_force, ignored) = (BreakerPolicy::new(), BreakerPolicy::new().failure_threshold(9));
        let of = ExactOrigin { origin: Origin::Call("circuit_breaker_or_insert"), line: None };
        let conflict =
            Conflict::<CircuitBreaker> { name: Name::new(&"logged conflict"), in_force, by: None, ignored, of };
        let lines = Lines::default();
        tracing::subscriber::with_default(Kept(Arc::clone(&lines)), || conflict.write());
        let lines = lines.lock().unwrap();
        let [(level, target, message)] = &lines[..] else { panic!("{lines:?}") };
        assert_eq!((*level, target.as_str()), (Level::ERROR, "resilient::config"));
        assert!(message.starts_with("circuit breaker `logged conflict` has the default settings already"), "{message}");
    }
}
