//! Which of several values for one setting counts.

use resilient::{Error, timeout};

use crate::Config;
use crate::shown::{layer_of, value_of};

mod outer {
    use super::{Error, timeout};

    #[timeout(1s)]
    pub(super) async fn above() -> Result<(), Error> {
        Ok(())
    }

    pub(super) mod inner {
        use super::{Error, timeout};

        #[timeout(1s)]
        pub(crate) async fn below() -> Result<(), Error> {
            Ok(())
        }
    }
}

fn path(function: &str) -> String {
    format!("config::precedence::outer::{function}")
}

/// The limit of the function that is in force.
fn limit(function: &str) -> String {
    value_of(&path(function), "timeout", "duration")
}

#[test]
fn the_code_all_the_longest_module_the_own_entry_and_a_variable_in_this_order() {
    let config = Config::alone();
    drop((outer::above(), outer::inner::below()));
    let all = "[all.timeout]\nduration = \"2s\"\n";
    let module = "[module.\"config::precedence\".timeout]\nduration = \"3s\"\n";
    let longer = "[module.\"config::precedence::outer::inner\".timeout]\nduration = \"4s\"\n";
    let own = "[function.\"config::precedence::outer::inner::below\".timeout]\nduration = \"5s\"\n";
    let both = || (limit("above"), limit("inner::below"));
    assert_eq!(both(), ("1s".into(), "1s".into()));
    let mut text = String::new();
    for (more, expected) in [(own, ("1s", "5s")), (longer, ("1s", "5s")), (module, ("3s", "5s")), (all, ("3s", "5s"))] {
        text.insert_str(0, more);
        config.apply(&text).unwrap();
        assert_eq!(both(), (expected.0.into(), expected.1.into()), "{text}");
    }
    config.apply(&format!("{longer}{module}{all}")).unwrap();
    assert_eq!(both(), ("3s".into(), "4s".into()));
    let variable = ("RESILIENT_TIMEOUT_CONFIG_PRECEDENCE_OUTER_INNER_BELOW_DURATION", "6s");
    config.with(&text, &[variable]).unwrap();
    assert_eq!(both(), ("3s".into(), "6s".into()));
    let layer = layer_of(&path("inner::below"), "timeout");
    assert_eq!(layer.settings()[0].origin(), Some(variable.0));
}

#[test]
fn variables_of_services_are_left_alone_and_unknown_ones_only_warn() {
    let config = Config::alone();
    let foreign = [("RESILIENT_SERVICE_HOST", "10.0.0.1"), ("RESILIENT_API_PORT", "80"), ("RESILIENT_NOTHING", "1")];
    config.with("", &foreign).unwrap();
    let error = config.with("", &[("RESILIENT_ENABLED", "perhaps")]).unwrap_err();
    assert!(error.to_string().contains("RESILIENT_ENABLED"), "{error}");

    let path = std::env::temp_dir().join(format!("resilient-config-{}.toml", std::process::id()));
    std::fs::write(&path, "").unwrap();
    let checked = |name: &str| resilient::config::loader().variables([(name, "1")]).check(&path);
    assert!(checked("RESILIENT_SERVICE_HOST").is_ok());
    let error = checked("RESILIENT_TIMEOUT_CONFIG_PRECEDENCE_OUTER_ABOVE_DURATIN").unwrap_err();
    assert!(error.to_string().contains("did you mean"), "{error}");
    std::fs::remove_file(&path).unwrap();
}

#[test]
fn a_file_is_read_again_and_a_bad_one_changes_nothing() {
    let config = Config::alone();
    let path = std::env::temp_dir().join(format!("resilient-reload-{}.toml", std::process::id()));
    let write = |text: &[u8]| std::fs::write(&path, text).unwrap();
    let reload = || resilient::config::loader().variables([]).reload();
    write(b"[all.timeout]\nduration = \"2s\"");
    resilient::config::loader().variables([]).load(&path).unwrap();
    assert_eq!(limit("above"), "2s");
    write(b"[all.timeout]\nduration = \"3s\"");
    reload().unwrap();
    assert_eq!(limit("above"), "3s");
    let too_long = vec![b'#'; (1 << 20) + 1];
    for bad in [&b"[all.timeout]\nduration = 3"[..], b"[all.time", b"\xff\xfe", &too_long] {
        write(bad);
        assert!(reload().is_err());
        assert_eq!(limit("above"), "3s");
    }
    std::fs::remove_file(&path).unwrap();
    assert!(reload().unwrap_err().to_string().contains("cannot be read"));
    assert_eq!(limit("above"), "3s");
    config.apply("").unwrap();
    assert_eq!(limit("above"), "1s");
}
