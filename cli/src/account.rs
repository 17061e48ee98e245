//! The account: from the URL, `--user`, `QFTP_PASSWORD`, `~/.netrc`, else anonymous; the first source wins.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::app::App;
use crate::config_file::others_can_read;
use crate::console;
use crate::environment_secret;
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
    /// The value of `QFTP_PASSWORD`: bytes.
    pub(crate) password: Option<Vec<u8>>,
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
            None => environment_secret::bytes(PASSWORD),
            Some(name) => Some(environment_secret::bytes(name).ok_or_else(|| {
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
        let password = password.or_else(|| self.password.clone());
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
        let entry = self.netrc_entry(&target.host, user.as_deref())?;
        let user = user.or(entry.login);
        let password = password.or(entry.password);
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

    fn netrc_entry(&self, host: &str, login: Option<&[u8]>) -> Result<NetrcAccount, Problem> {
        let Some(path) = &self.netrc else {
            return Ok(NetrcAccount::default());
        };
        let Some(bytes) = read(path)? else {
            return Ok(NetrcAccount::default());
        };
        let coding = Coding::of(&bytes);
        let login = login.map(|login| coding.decode(login));
        let found = netrc::find(&coding.decode(&bytes), path, host, login.as_deref())
            .map_err(|wrong| Problem::usage(wrong.to_string()))?;
        if found.as_ref().is_some_and(|entry| entry.password.is_some()) && others_can_read(path) {
            let path = path.display();
            console::warn(format_args!("other users can read {path}; `chmod 600` it"));
        }
        let entry = found.unwrap_or_default();
        Ok(NetrcAccount {
            login: entry.login.map(|login| coding.encode(&login)),
            password: entry.password.map(|password| coding.encode(&password)),
        })
    }
}

/// User and password of an entry of the file, as far as it has them.
#[derive(Default)]
struct NetrcAccount {
    login: Option<Vec<u8>>,
    password: Option<Vec<u8>>,
}

/// Turns the bytes of the file into a text for its parser, and its words into bytes again.
#[derive(Clone, Copy)]
enum Coding {
    Utf8,
    /// A character for each byte, in a file that is not UTF-8: an account may be older than that.
    Bytes,
}

impl Coding {
    fn of(bytes: &[u8]) -> Self {
        match std::str::from_utf8(bytes) {
            Ok(_) => Coding::Utf8,
            Err(_) => Coding::Bytes,
        }
    }

    fn decode(self, bytes: &[u8]) -> String {
        match self {
            Coding::Utf8 => String::from_utf8_lossy(bytes).into_owned(),
            Coding::Bytes => bytes.iter().copied().map(char::from).collect(),
        }
    }

    fn encode(self, text: &str) -> Vec<u8> {
        match self {
            Coding::Utf8 => text.as_bytes().to_vec(),
            Coding::Bytes => text
                .chars()
                .filter_map(|byte| u8::try_from(byte).ok())
                .collect(),
        }
    }
}

fn read(path: &Path) -> Result<Option<Vec<u8>>, Problem> {
    match fs::read(path) {
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
            password: password.map(|password| password.as_bytes().to_vec()),
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
