//! What is in force, as `effective` lists it.

use resilient::config::{EffectiveLayer, effective};

/// The layer of a function, by its path, or of state, by its name in quotes: `retry`, or `timeout number 2`.
pub(crate) fn layer_of(name: &str, layer: &str) -> EffectiveLayer {
    let effective = effective();
    let (of_function, of_name) = (format!("({name})"), format!("the {layer} \"{name}\""));
    let is_it = |shown: &str| {
        shown == of_name
            || shown.starts_with(&format!("{of_name} at "))
            || shown.starts_with(&format!("the {layer} at ")) && shown.ends_with(&of_function)
    };
    let mut layers = effective.layers().iter().filter(|layer| is_it(layer.name()));
    let layer = layers.next().unwrap_or_else(|| panic!("no {layer} of {name}:\n{effective}"));
    assert!(layers.next().is_none(), "two of {name}");
    layer.clone()
}

/// The value of a setting of it.
pub(crate) fn value_of(name: &str, layer: &str, setting: &str) -> String {
    let layer = layer_of(name, layer);
    let value = layer.settings().iter().find(|it| it.name() == setting).map(|it| it.value().to_owned());
    value.unwrap_or_else(|| panic!("no {setting} in {layer:?}"))
}
