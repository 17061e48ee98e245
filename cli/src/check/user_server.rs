//! A server of the user's: files are put there and looked at by an emulator inside this program.
//!
//! Its directory must be empty at the start, and all that lies there is removed between two cases.

use qftp::client::{Client, EntryKind, Error, GetOptions, Login, PutOptions, Tls, TlsMode};
use qftp::dialect::{CommandKind, Dialect, SettingKind};
use qftp_conformance::conversation::parse::conversations;
use qftp_conformance::conversation::{Conversation, Scene, Step};

use super::login_line::ServerPlace;
use crate::account::Account;
use crate::target::Target;

/// The accounts of the examples: user and password, in the quotes that stand around them.
const EXAMPLE_ACCOUNTS: [(&str, &str); 2] = [("\"test\"", "\"test\""), ("\"db\"", "\"db\"")];
/// Commands whose payload or text is what the server words.
const WORDED: [CommandKind; 5] = [
    CommandKind::FtpList,
    CommandKind::FtpNameList,
    CommandKind::FtpMachineList,
    CommandKind::FtpServerStatus,
    CommandKind::FtpSystem,
];

/// The reply to a start behind the end of a file; another server sends nothing, and says that all is well.
const BEHIND_THE_END: &str = "554";

/// The server, with a session of our own.
pub(super) struct UserServer {
    place: ServerPlace,
    user: String,
    password: String,
    tls: Option<TlsMode>,
    witness: Client,
    /// Paths that were made, to be removed again.
    made: Vec<Vec<u8>>,
}

impl UserServer {
    /// Logs in, and looks whether the directory is empty.
    pub(super) fn open(target: &Target, account: &Account) -> Result<Self, String> {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let mut witness = Client::open("emulator://ec25").map_err(|error| error.describe())?;
        let mut login = Login::new(
            target.host.as_str(),
            account.user.clone(),
            account.password.clone(),
        );
        login.port = target.port;
        if let Some(mode) = target.tls {
            // What the module is told, too: the check is about its commands, not about the certificate.
            let mut tls = Tls::new(mode);
            tls.verify = false;
            login.tls = Some(tls);
        }
        let failed = |error: Error| format!("{target}: {}", error.describe());
        witness.login(&login).map_err(failed)?;
        let directory = witness.pwd().map_err(failed)?;
        if directory != b"/" {
            return Err(format!(
                "{target}: the account starts in {}, and the examples of the manuals need an account that starts in /",
                text(&directory)
            ));
        }
        let entries = witness.list(b"/").map_err(failed)?;
        if !entries.is_empty() {
            return Err(format!(
                "{target}: the directory has {} entries, and the check removes all files: give an account whose directory is empty",
                entries.len()
            ));
        }
        Ok(UserServer {
            place: ServerPlace {
                host: target.host.clone(),
                port: target.port,
                tls_port: (target.tls == Some(TlsMode::Implicit)).then_some(target.port),
            },
            user: text(&account.user),
            password: text(&account.password),
            tls: target.tls,
            witness,
            made: Vec::new(),
        })
    }

    pub(super) fn place(&self) -> &ServerPlace {
        &self.place
    }

    /// Removes all that the last case has left.
    pub(super) fn clear(&mut self) -> Result<(), String> {
        self.made.clear();
        self.remove_all(b"/").map_err(|error| error.describe())
    }

    /// Removes what is in a directory, and stays there. A name may be as long as a command takes: no path stands before it.
    fn remove_all(&mut self, directory: &[u8]) -> Result<(), Error> {
        self.witness.cwd(directory)?;
        for entry in self.witness.list(b".")? {
            if entry.kind == EntryKind::Directory {
                self.remove_all(&entry.name)?;
                self.witness.cwd(b"..")?;
                self.witness.rmdir(&entry.name)?;
            } else {
                self.witness.delete(&entry.name)?;
            }
        }
        Ok(())
    }

    /// Rewrites a conversation: server, account, and what the server words.
    pub(super) fn adapt(
        &self,
        dialect: &Dialect,
        conversation: &Conversation,
    ) -> Result<Conversation, String> {
        let mut adapted = self.place.adapt(dialect, conversation)?;
        if adapted.steps != conversation.steps || adapted.scene.contains(&Scene::Login) {
            self.secure_logins(dialect, &mut adapted)?;
        }
        if logs_in_without_account(dialect, &adapted) && adapted.steps != conversation.steps {
            return Err("the case logs in without an account".into());
        }
        let mut is_worded = false;
        for step in &mut adapted.steps {
            match step {
                Step::Type(line) => {
                    *line = self.with_account(line);
                    is_worded = is_any(dialect, line, &WORDED);
                    if is_any(dialect, line, &WORDED[3..]) {
                        return Err("the text of the answer is the server's".into());
                    }
                }
                Step::Answer(lines) if lines.iter().any(|line| line.ends_with(BEHIND_THE_END)) => {
                    return Err("the server would have to refuse a start behind the end".into());
                }
                Step::Receive(_) if is_worded => *step = Step::ReceiveAny,
                _ => {}
            }
        }
        let dated = |scene: &Scene| matches!(scene, Scene::ServerFile(_, _, Some(_)));
        if adapted.scene.iter().any(dated) {
            return Err("the case needs a file of a certain time on the server".into());
        }
        Ok(adapted)
    }

    /// Sets TLS before a case that logs in by itself, where the server wants it.
    fn secure_logins(
        &self,
        dialect: &Dialect,
        conversation: &mut Conversation,
    ) -> Result<(), String> {
        let Some(setting) = dialect.setting(SettingKind::SslType) else {
            return match self.tls {
                Some(_) => Err("the login of this case has no TLS".into()),
                None => Ok(()),
            };
        };
        let begin = format!("\"{}\",", setting.name);
        let typed = conversation.steps.iter().find_map(|step| match step {
            Step::Type(line) => line.split_once(&begin).map(|(_, value)| value.to_owned()),
            _ => None,
        });
        match (typed, self.tls) {
            (Some(value), mode)
                if value != mode.map_or("0".into(), |mode| kind(mode).to_string()) =>
            {
                Err(format!(
                    "the server would have to serve {} {value}",
                    setting.name
                ))
            }
            (None, Some(mode)) => {
                let lines = format!("## TLS\n{}", tls_lines(dialect, mode));
                let before = conversations("TLS", &lines);
                let steps = before.into_iter().flat_map(|one| one.steps);
                conversation.steps = steps.chain(conversation.steps.drain(..)).collect();
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn with_account(&self, line: &str) -> String {
        let mut line = line.to_owned();
        for (user, password) in EXAMPLE_ACCOUNTS {
            let both = format!("{user},{password}");
            let own = format!("\"{}\",\"{}\"", self.user, self.password);
            line = line.replace(&both, &own);
        }
        line.replace(
            "AT+QFTPUSER=\"test\"",
            &format!("AT+QFTPUSER=\"{}\"", self.user),
        )
        .replace(
            "AT+QFTPPASS=\"test\"",
            &format!("AT+QFTPPASS=\"{}\"", self.password),
        )
    }

    /// Returns the lines of a login; with TLS, its settings before them.
    pub(super) fn login(&self, dialect: &Dialect, text: &str) -> String {
        let mut lines = String::new();
        if let Some(mode) = self.tls {
            lines.push_str(&tls_lines(dialect, mode));
        }
        for line in text.lines() {
            match line.strip_prefix("> ") {
                Some(typed) => {
                    let adapted = self.place.adapt_line(dialect, typed);
                    let adapted = adapted.unwrap_or_else(|_| typed.to_owned());
                    lines.push_str(&["> ", &self.with_account(&adapted), "\n"].concat());
                }
                None => lines.push_str(&[line, "\n"].concat()),
            }
        }
        lines
    }

    pub(super) fn prepare(&mut self, scene: &Scene) -> Result<(), String> {
        let done = match scene {
            Scene::ServerFile(path, content, _) => {
                let content = content.bytes();
                let length = content.len() as u64;
                self.witness
                    .put(
                        &mut content.as_slice(),
                        Some(length),
                        path.as_bytes(),
                        PutOptions::new(),
                    )
                    .map(|_| ())
            }
            Scene::ServerDirectory(path) => self.witness.mkdir(path.as_bytes()),
            Scene::Login | Scene::StoreFile(..) => return Err("it is not on the server".into()),
        };
        done.map_err(|error| error.describe())
    }

    pub(super) fn file(&mut self, path: &str) -> Option<Vec<u8>> {
        let mut content = Vec::new();
        let got = self
            .witness
            .get(path.as_bytes(), &mut content, GetOptions::new());
        got.ok().map(|_| content)
    }
}

/// Returns true if a conversation begins a session with the account that the module has from the start. A dialect that
/// logs in by one line has it there.
fn logs_in_without_account(dialect: &Dialect, conversation: &Conversation) -> bool {
    let setting = dialect.setting(SettingKind::Account);
    let words = [
        setting.map(|setting| format!("\"{}\"", setting.name)),
        dialect
            .command(CommandKind::FtpUser)
            .map(|command| command.name.to_owned()),
    ];
    let mut words = words.into_iter().flatten().peekable();
    if words.peek().is_none() || conversation.scene.contains(&Scene::Login) {
        return false;
    }
    !words.any(|word| {
        let mut steps = conversation.steps.iter();
        steps.any(|step| matches!(step, Step::Type(line) if line.contains(&word)))
    })
}

/// Returns true if a line has one of these commands.
fn is_any(dialect: &Dialect, line: &str, kinds: &[CommandKind]) -> bool {
    kinds.iter().any(|kind| {
        let command = dialect.command(*kind);
        command.is_some_and(|command| line.to_ascii_uppercase().contains(command.name))
    })
}

/// Returns the settings of TLS before a login, for a dialect that has them.
fn tls_lines(dialect: &Dialect, mode: TlsMode) -> String {
    let mut text = String::new();
    if dialect.command(CommandKind::SslConfigure).is_some() {
        text.push_str("> AT+QSSLCFG=\"seclevel\",0,0\n< OK\n");
    }
    if dialect.setting(SettingKind::SslContext).is_some() {
        text.push_str("> AT+QFTPCFG=\"sslctxid\",0\n< OK\n");
    }
    if let Some(setting) = dialect.setting(SettingKind::SslType) {
        let name = setting.name;
        let line = format!("> AT+QFTPCFG=\"{name}\",{}\n< OK\n", kind(mode));
        text.push_str(&line);
    }
    text
}

/// Returns the number of a kind of TLS in the settings.
fn kind(mode: TlsMode) -> u8 {
    match mode {
        TlsMode::Implicit => 1,
        TlsMode::Explicit => 2,
    }
}
