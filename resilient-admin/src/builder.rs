//! Making the service.

use resilient_runtime::events::UnknownSubject;
use resilient_runtime::inspect::find_circuit_breaker;

use crate::service::Admin;
use crate::token::Token;

/// Begins a service, which looks and does not act: see [`Builder`].
///
/// ```
/// use resilient_runtime::{BreakerPolicy, registry};
///
/// registry().circuit_breaker_or_insert("database", BreakerPolicy::new());
/// let admin = resilient_admin::service().critical("database").build()?;
///
/// let misspelt = resilient_admin::service().critical("datbase").build().unwrap_err();
/// assert!(misspelt.to_string().ends_with("did you mean `database`?"));
/// # drop(admin);
/// # Ok::<(), resilient_admin::BuildError>(())
/// ```
pub fn service() -> Builder {
    Builder { critical: Vec::new(), token: None }
}

/// What the service is to do. From [`service`].
#[derive(Clone, Debug)]
#[must_use = "it is a service once `build` is called"]
pub struct Builder {
    critical: Vec<String>,
    token: Option<Token>,
}

/// The service cannot be made. From [`Builder::build`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BuildError {
    /// No breaker has a name that [`critical`](Builder::critical) was given, or several values have it.
    #[error("a name that is critical: {0}")]
    UnknownCritical(#[source] UnknownSubject),
}

impl Builder {
    /// The program is not ready while the circuit breaker of this name refuses calls: `/readyz` then answers 503. For what
    /// the program can do nothing without; may be called for several names. While another breaker is open `/readyz`
    /// answers 200 and says that the program is degraded.
    pub fn critical(mut self, name: &str) -> Self {
        self.critical.push(name.to_owned());
        self
    }

    /// Whoever has this token may act: `POST /api/actions` forces breakers open, disables and resets them, and loads the
    /// configuration again. Without this there is nothing at that path.
    ///
    /// ```no_run
    /// use resilient_admin::Token;
    ///
    /// let admin =
    ///     resilient_admin::service().actions(Token::from_env("ADMIN_TOKEN")?).build()?;
    /// # drop(admin);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn actions(mut self, token: Token) -> Self {
        self.token = Some(token);
        self
    }

    /// Makes the service, which listens to events from now on. Breakers that are named critical are made now, if no call
    /// has made them.
    ///
    /// # Errors
    ///
    /// [`BuildError::UnknownCritical`] if there is no breaker of a name that is critical, or if several values have it.
    pub fn build(self) -> Result<Admin, BuildError> {
        let find = |name: String| {
            let found = find_circuit_breaker(&name).map_err(BuildError::UnknownCritical)?;
            Ok((name, found))
        };
        let critical = self.critical.into_iter().map(find).collect::<Result<_, _>>()?;
        Ok(Admin::new(critical, self.token))
    }
}
