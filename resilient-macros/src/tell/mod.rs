//! What the attributes of a function say, told to its readers: facts about the model, in words.

pub(crate) mod bound;
pub(crate) mod code;
pub(crate) mod described;
pub(crate) mod docs;
pub(crate) mod settings;
pub(crate) mod text;
pub(crate) mod words;

pub(crate) use bound::Bound;
pub(crate) use docs::paragraph;
pub(crate) use settings::Told;
pub(crate) use text::list;
