//! The service as a router of axum.

use axum::Router;

use crate::service::Admin;

impl Admin {
    /// All paths, for a server of its own or to be nested in another router.
    ///
    /// ```
    /// use axum::Router;
    ///
    /// let admin = resilient_admin::service().build()?;
    /// let app: Router = Router::new().nest("/admin", admin.router());
    /// # Ok::<(), resilient_admin::BuildError>(())
    /// ```
    pub fn router(self) -> Router {
        Router::new().fallback_service(self)
    }
}
