//! The account: from the URL, `--user`, `QFTP_PASSWORD`, `~/.netrc`, else anonymous; the first source wins.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::app::App;
use crate::config_file::others_can_read;
use crate::console;
use crate::interrupt::Interrupt;
use crate::netrc;
use crate::password_prompt;
use crate::problem::Problem;
use crate::target::{Target, check_bytes};

/// User and password.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Account {
    pub(crate) user: Vec<u8>,
    pub(crate) password: Vec<u8>,
}

impl std::fmt::Debug for Account {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Account({})", self.user.escape_ascii())
    }
}

/// The environment variable of the password.
const PASSWORD: &str = "QFTP_PASSWORD";

const ANONYMOUS: &[u8] = b"anonymous";

/// The sources of an account besides the URL.
#[derive(Clone, Default)]
pub(crate) struct Sources {
    /// `--user NAME` or `NAME:PASSWORD`.
    pub(crate) user: Option<String>,
    /// The value of `QFTP_PASSWORD`.
    pub(crate) password: Option<String>,
    /// The file, if there is a home directory.
    pub(crate) netrc: Option<PathBuf>,
    /// Set where the user may be asked for a password: what ends the question.
    pub(crate) prompt: Option<Interrupt>,
}

impl Sources {
    /// Reads the environment, as the options say.
    pub(crate) fn new(app: &App) -> Result<Self, Problem> {
        let global = &app.global;
        let home = std::env::home_dir().filter(|home| !home.as_os_str().is_empty());
        let password = match &global.password_env {
            None => std::env::var(PASSWORD).ok(),
            Some(name) => Some(std::env::var(name).map_err(|_| {
                let message = format!("the environment variable {name} has no password");
                Problem::usage(message).hint("--password-env names it")
            })?),
        };
        let netrc = global.netrc_file.clone();
        Ok(Sources {
            user: global.user.clone(),
            password,
            netrc: netrc.or_else(|| home.map(|home| home.join(".netrc"))),
            prompt: (!global.json).then(|| app.interrupt.clone()),
        })
    }

    /// Returns the account for a URL.
    pub(crate) fn account(&self, target: &Target) -> Result<Account, Problem> {
        let account = self.find(target)?;
        check_bytes("user", &account.user)?;
        check_bytes("password", &account.password)?;
        Ok(account)
    }

    fn find(&self, target: &Target) -> Result<Account, Problem> {
        let option = self.user.as_deref().map(split);
        let (user, password) = match (&target.user, option) {
            (Some(user), Some((name, password))) if name == user.as_slice() => {
                (Some(user.clone()), target.password.clone().or(password))
            }
            (Some(user), _) => (Some(user.clone()), target.password.clone()),
            (None, Some((name, password))) => (Some(name), password.or(target.password.clone())),
            (None, None) => (None, target.password.clone()),
        };
        let password = password.or_else(|| self.password.clone().map(String::into_bytes));
        if let (Some(user), Some(password)) = (&user, &password) {
            return Ok(Account {
                user: user.clone(),
                password: password.clone(),
            });
        }
        self.complete(target, user, password)
    }

    /// Takes what is missing from the file; without a user, the account is anonymous.
    fn complete(
        &self,
        target: &Target,
        user: Option<Vec<u8>>,
        password: Option<Vec<u8>>,
    ) -> Result<Account, Problem> {
        let login = user.as_deref().map(String::from_utf8_lossy);
        let entry = self.netrc_entry(&target.host, login.as_deref())?;
        let entry = entry.unwrap_or_default();
        let user = user.or_else(|| entry.login.map(String::into_bytes));
        let password = password.or_else(|| entry.password.map(String::into_bytes));
        match (user, password) {
            (Some(user), Some(password)) => Ok(Account { user, password }),
            (Some(user), None) if user != ANONYMOUS => {
                let name = console::shown(&user);
                let asked = self
                    .prompt
                    .as_ref()
                    .map(|end| password_prompt::ask(&name, &target.host, end));
                if let Some(password) = asked.transpose()?.flatten() {
                    return Ok(Account { user, password });
                }
                let problem = Problem::usage(format!("no password for {name} on {}", target.host));
                Err(problem.hint("give it in QFTP_PASSWORD or in ~/.netrc"))
            }
            // A password without a user must not go to a server as an anonymous password.
            _ => Ok(Account {
                user: ANONYMOUS.into(),
                password: b"anonymous@".into(),
            }),
        }
    }

    fn netrc_entry(
        &self,
        host: &str,
        login: Option<&str>,
    ) -> Result<Option<netrc::Entry>, Problem> {
        let Some(path) = &self.netrc else {
            return Ok(None);
        };
        let Some(text) = read(path)? else {
            return Ok(None);
        };
        let found = netrc::find(&text, path, host, login)
            .map_err(|wrong| Problem::usage(wrong.to_string()))?;
        if found.as_ref().is_some_and(|entry| entry.password.is_some()) && others_can_read(path) {
            let path = path.display();
            console::warn(format_args!("other users can read {path}; `chmod 600` it"));
        }
        Ok(found)
    }
}

fn read(path: &Path) -> Result<Option<String>, Problem> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Problem::read(path, &error)),
    }
}

/// Splits `NAME:PASSWORD` or `NAME`.
fn split(user: &str) -> (Vec<u8>, Option<Vec<u8>>) {
    match user.split_once(':') {
        Some((name, password)) => (name.into(), Some(password.into())),
        None => (user.into(), None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account(
        url: &str,
        user: Option<&str>,
        password: Option<&str>,
    ) -> Result<(String, String), Problem> {
        let dir = tempfile::tempdir().expect("a folder");
        let netrc = dir.path().join(".netrc");
        fs::write(
            &netrc,
            "machine known login ned password net\nmachine known login ann password a2\n",
        )
        .expect("a file");
        let sources = Sources {
            user: user.map(Into::into),
            password: password.map(Into::into),
            netrc: Some(netrc),
            prompt: None,
        };
        let account = sources.account(&Target::parse(url).expect("a URL"))?;
        let text = |bytes| String::from_utf8(bytes).expect("text");
        Ok((text(account.user), text(account.password)))
    }

    #[test]
    fn the_first_source_that_knows_decides() {
        let cases = [
            ("ftp://u:p@known/", Some("x:y"), Some("e"), ("u", "p")),
            ("ftp://u@known/", Some("u:y"), Some("e"), ("u", "y")),
            ("ftp://u@known/", Some("x:y"), Some("e"), ("u", "e")),
            ("ftp://known/", Some("x:y"), Some("e"), ("x", "y")),
            ("ftp://known/", Some("x"), Some("e"), ("x", "e")),
            ("ftp://known/", None, Some("e"), ("ned", "e")),
            ("ftp://known/", None, None, ("ned", "net")),
            ("ftp://ann@known/", None, None, ("ann", "a2")),
            ("ftp://other/", None, None, ("anonymous", "anonymous@")),
            ("ftp://other/", None, Some("e"), ("anonymous", "anonymous@")),
        ];
        for (url, user, password, (name, word)) in cases {
            let found = account(url, user, password).expect(url);
            assert_eq!(found, (name.to_owned(), word.to_owned()), "{url} {user:?}");
        }
    }

    #[test]
    fn a_user_without_password_and_bytes_that_cannot_be_carried() {
        assert!(account("ftp://bob@known/", None, None).is_err());
        assert!(account("ftp://known/", Some("x:a\"b"), None).is_err());
        let account = Account {
            user: b"u".into(),
            password: b"secret".into(),
        };
        assert_eq!(format!("{account:?}"), "Account(u)");
    }
}
