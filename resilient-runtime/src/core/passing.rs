//! State that lets all calls pass, in place of that of a layer which a configuration switches off.

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::fmt::Debug;

use crate::core::name::Name;
use crate::core::shared_state::SharedState;
use crate::core::sync::word::{Mutex, PoisonError};

/// State of any kind.
pub(crate) trait AnyState: Any + Debug + Sync {}

impl<T: SharedState> AnyState for T {}

/// The only one of each kind. It is made when it is first needed, and lives as long as the program.
pub(crate) fn passing<T: SharedState>() -> &'static T {
    static PASSING: Mutex<Option<HashMap<TypeId, &'static (dyn Any + Sync)>>> = Mutex::new(None);
    let known = |kinds: &HashMap<TypeId, &'static (dyn Any + Sync)>| {
        let state: &'static dyn Any = *kinds.get(&TypeId::of::<T>())?;
        state.downcast_ref()
    };
    let mut kinds = PASSING.lock().unwrap_or_else(PoisonError::into_inner);
    let kinds = kinds.get_or_insert_default();
    known(kinds).unwrap_or_else(|| {
        let new: &'static T = Box::leak(Box::new(T::passing(Name::new(&"switched off"))));
        kinds.insert(TypeId::of::<T>(), new);
        new
    })
}
