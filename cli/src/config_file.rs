//! The configuration file, `~/.config/qftp/config.toml`: names for ports, and profiles, which are named sets of options.
//!
//! ```toml
//! profile = "bench"                # the one that is used where none is named
//!
//! [ports]
//! desk = "/dev/serial/by-id/usb-Quectel_EC25-if02-port0"
//!
//! [profiles.bench]
//! port = "desk"
//! baud = 921600
//! apn = "internet"
//! user = "joe"
//! password-env = "BENCH_PASSWORD"  # or netrc-file, or ~/.netrc
//! ca = "~/certs/ca.pem"
//! ```
//!
//! The keys of a profile are the shared options by their names. What a command does not take is passed over, so that one
//! profile serves them all.

use std::ffi::OsString;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use toml::{Table, Value};

/// The configuration of a user.
#[derive(Debug, Default)]
pub(crate) struct ConfigFile {
    path: PathBuf,
    content: Table,
    /// Set where other users can read the file.
    is_open: bool,
}

/// Returns the path of the file: in the folder of the XDG base directories, as the environment names it.
fn place(environment: &dyn Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    let absolute = |path: &PathBuf| path.is_absolute();
    let named = environment("XDG_CONFIG_HOME").map(PathBuf::from);
    let home = || environment("HOME").map(|home| PathBuf::from(home).join(".config"));
    let folder = named.filter(absolute).or_else(home)?;
    Some(folder.join("qftp/config.toml"))
}

impl ConfigFile {
    /// Reads the file of the user; it is empty where there is none. The error is a sentence with its name.
    pub(crate) fn load(environment: &dyn Fn(&str) -> Option<OsString>) -> Result<Self, String> {
        let Some(path) = place(environment) else {
            return Ok(ConfigFile::default());
        };
        let shown = path.display().to_string();
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => String::new(),
            Err(error) => return Err(format!("{shown}: {error}")),
        };
        let content: Table = text.parse().map_err(|error: toml::de::Error| {
            let line = error
                .span()
                .map_or(1, |span| 1 + text[..span.start].matches('\n').count());
            // The message alone: the text around the place may be a password.
            format!("{shown}: line {line}: {}", error.message())
        })?;
        for (name, _) in &content {
            if !["profile", "profiles", "ports"].contains(&name.as_str()) {
                return Err(format!(
                    "{shown}: unknown key {name}; there are profile, profiles and ports"
                ));
            }
        }
        let is_open = others_can_read(&path);
        Ok(ConfigFile {
            path,
            content,
            is_open,
        })
    }

    /// Returns the name of the file, for messages.
    pub(crate) fn name(&self) -> String {
        self.path.display().to_string()
    }

    /// Returns true where other users can read the file.
    pub(crate) fn is_open(&self) -> bool {
        self.is_open
    }

    /// Returns the keys and values of a profile; of the one that the file chooses where none is named.
    pub(crate) fn profile(&self, name: Option<&str>) -> Result<Vec<(String, OsString)>, String> {
        let chosen = self.content.get("profile").and_then(Value::as_str);
        let Some(name) = name.or(chosen) else {
            return Ok(Vec::new());
        };
        let profile = self.table("profiles").and_then(|all| all.get(name));
        let Some(profile) = profile.and_then(Value::as_table) else {
            let names = self.profiles();
            let known = match names.as_slice() {
                [] => "it has none".to_owned(),
                names => format!("it has {}", names.join(", ")),
            };
            return Err(format!("{}: no profile {name}; {known}", self.name()));
        };
        profile
            .iter()
            .map(|(key, value)| match text(value) {
                Some(text) => Ok((key.clone(), expanded(key, text).into())),
                None => Err(format!(
                    "{}: profile {name}: {key}: give a text, a number, true or false",
                    self.name()
                )),
            })
            .collect()
    }

    /// Returns the names of the profiles.
    pub(crate) fn profiles(&self) -> Vec<String> {
        let table = self.table("profiles");
        table.map_or_else(Vec::new, |table| table.keys().cloned().collect())
    }

    /// Returns the names of ports.
    pub(crate) fn port_names(&self) -> Vec<String> {
        let table = self.table("ports");
        table.map_or_else(Vec::new, |table| table.keys().cloned().collect())
    }

    /// Returns the port that a name stands for.
    pub(crate) fn port(&self, name: &str) -> Option<String> {
        Some(self.table("ports")?.get(name)?.as_str()?.to_owned())
    }

    fn table(&self, key: &str) -> Option<&Table> {
        self.content.get(key)?.as_table()
    }
}

/// Returns a value as an option of the command line has it.
fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Integer(number) => Some(number.to_string()),
        Value::Boolean(switch) => Some(u8::from(*switch).to_string()),
        _ => None,
    }
}

/// The options that name files of this machine.
const FILES: [&str; 5] = ["ca", "cert", "key", "netrc-file", "record"];

/// Puts the home in place of `~/` at the start of a path.
fn expanded(key: &str, value: String) -> String {
    match (value.strip_prefix("~/"), std::env::home_dir()) {
        (Some(rest), Some(home)) if FILES.contains(&key) || key == "port" => {
            home.join(rest).to_string_lossy().into_owned()
        }
        _ => value,
    }
}

/// Returns true if users other than the owner may read a file.
#[cfg(unix)]
pub(crate) fn others_can_read(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    fs::metadata(path).is_ok_and(|metadata| metadata.permissions().mode() & 0o044 != 0)
}

/// Returns true if users other than the owner may read a file; unknown on this system.
#[cfg(not(unix))]
pub(crate) fn others_can_read(_: &Path) -> bool {
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(text: &str) -> Result<ConfigFile, String> {
        let dir = tempfile::tempdir().expect("a folder");
        fs::create_dir(dir.path().join("qftp")).expect("a folder");
        fs::write(dir.path().join("qftp/config.toml"), text).expect("a file");
        ConfigFile::load(&|name| (name == "XDG_CONFIG_HOME").then(|| dir.path().into()))
    }

    #[test]
    fn a_profile_has_its_options() {
        let text = "profile = \"a\"\n[ports]\ndesk = \"/dev/x\"\n[profiles.a]\nport = \"desk\"\nbaud = 9600\nactive = true\n[profiles.b]\nquiet = false\n";
        let file = load(text).expect("a file");
        let pairs = |name| {
            let pairs = file.profile(name).expect("a profile");
            pairs
                .into_iter()
                .map(|(key, value)| format!("{key}={}", value.to_string_lossy()))
                .collect::<Vec<_>>()
        };
        let mut chosen = pairs(None);
        chosen.sort();
        assert_eq!(chosen, ["active=1", "baud=9600", "port=desk"]);
        assert_eq!(pairs(Some("b")), ["quiet=0"]);
        assert_eq!(file.port("desk").as_deref(), Some("/dev/x"));
        assert_eq!(file.profiles(), ["a", "b"]);
        let error = file.profile(Some("c")).expect_err("none");
        assert!(error.contains("no profile c; it has a, b"), "{error}");
    }

    #[test]
    fn mistakes_are_named_and_the_text_is_not() {
        for (text, part) in [
            ("[profiles.a]\nuser = joe:secret\n", "line 2"),
            ("port = \"x\"\n", "unknown key port"),
        ] {
            let error = load(text).expect_err("refused");
            assert!(error.contains(part) && !error.contains("secret"), "{error}");
        }
        let list = load("[profiles.a]\nca = [\"x\"]\n").expect("a file");
        assert!(list.profile(Some("a")).expect_err("a list").contains("ca"));
    }

    #[test]
    fn without_a_file_there_is_no_profile() {
        let nowhere = ConfigFile::load(&|_| None).expect("none");
        assert!(nowhere.profile(None).expect("none").is_empty());
        assert!(nowhere.profile(Some("a")).is_err());
        let home = place(&|name| (name == "HOME").then(|| "/home/joe".into()));
        let expected = Path::new("/home/joe/.config/qftp/config.toml");
        assert_eq!(home.as_deref(), Some(expected));
    }
}
