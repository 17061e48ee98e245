//! The trigger of a fault rule: what it waits for, how many bytes later it fires, and how often.

use std::fmt;
use std::str::FromStr;

use super::words::{RuleWords, quoted};

/// One direction of a stream of bytes, in the words of Toxiproxy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(clippy::exhaustive_enums)] // bytes have two directions
pub enum FaultStream {
    /// From the host to the module, and on to the server.
    Upstream,
    /// From the server to the module, and on to the host.
    Downstream,
}

/// The bytes that a rule counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FaultLink {
    /// Those of the AT line.
    Line,
    /// Those of the control connection to the server, without TLS around them.
    Control,
    /// Those of the data connection, without TLS around them.
    Data,
}

/// The kinds of things that a rule can wait for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FaultEventKind {
    /// The host typed an AT command that does something: `on=+QFTPPUT`, but not `AT+QFTPPUT=?`.
    AtCommand,
    /// The module is about to send a command to the FTP server: `command=STOR`.
    FtpCommand,
    /// The module is about to say an unsolicited result code: `urc=+QFTPPUT`.
    Urc,
}

/// Something that a rule waits for.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FaultEvent {
    /// Its kind.
    pub kind: FaultEventKind,
    /// Its name; `None` is each of the kind.
    pub name: Option<String>,
}

/// The part of the matches at which a rule fires: 1 is all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Toxicity {
    millionths: u32,
}

/// The trigger of a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FaultTrigger {
    /// The event that it waits for; `None` is from the start on.
    pub event: Option<FaultEvent>,
    /// The bytes that pass behind the event before it fires.
    pub after: Option<u64>,
    /// The bytes that are counted, where the action leaves that open.
    pub link: Option<FaultLink>,
    /// Their direction; `None` is that of the action, or both.
    pub stream: Option<FaultStream>,
    /// The first match at which it may fire, from 1 on.
    pub nth: u64,
    /// The number of times that it fires; `None` is at each match.
    pub count: Option<u64>,
    /// The part of these matches at which it fires.
    pub toxicity: Toxicity,
}

/// The keys of a trigger that wait for an event, with what each waits for.
const EVENTS: [(&str, FaultEventKind); 3] = [
    ("on", FaultEventKind::AtCommand),
    ("command", FaultEventKind::FtpCommand),
    ("urc", FaultEventKind::Urc),
];

/// The FTP commands that a module of an emulator sends.
const FTP_COMMANDS: [&str; 33] = [
    "ABOR", "ACCT", "APPE", "AUTH", "CDUP", "CWD", "DELE", "EPRT", "EPSV", "LIST", "MDTM", "MKD",
    "MLSD", "NLST", "NOOP", "PASS", "PASV", "PBSZ", "PORT", "PROT", "PWD", "QUIT", "REST", "RETR",
    "RMD", "RNFR", "RNTO", "SIZE", "STAT", "STOR", "SYST", "TYPE", "USER",
];

const LINKS: [(&str, FaultLink); 3] = [
    ("line", FaultLink::Line),
    ("control", FaultLink::Control),
    ("data", FaultLink::Data),
];

const STREAMS: [(&str, FaultStream); 2] = [
    ("upstream", FaultStream::Upstream),
    ("downstream", FaultStream::Downstream),
];

impl Toxicity {
    /// At every match.
    pub const ALWAYS: Toxicity = Toxicity {
        millionths: 1_000_000,
    };

    /// Draws whether a match is one at which the rule fires.
    pub(super) fn draw(self, random: &mut fastrand::Rng) -> bool {
        self == Toxicity::ALWAYS || random.u32(0..Toxicity::ALWAYS.millionths) < self.millionths
    }
}

/// Parses a number above 0, up to 1, in steps of a millionth.
impl FromStr for Toxicity {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let number: Option<f64> = text.parse().ok();
        let number = number.filter(|number| (0.000_001..=1.0).contains(number));
        let number = number.ok_or_else(|| format!("toxicity={text}: give 0.000001 to 1"))?;
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // at most a million
        let millionths = (number * 1_000_000.0).round() as u32;
        Ok(Toxicity { millionths })
    }
}

impl fmt::Display for Toxicity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", f64::from(self.millionths) / 1_000_000.0)
    }
}

/// From the start on, once, at every match.
impl Default for FaultTrigger {
    fn default() -> Self {
        FaultTrigger {
            event: None,
            after: None,
            link: None,
            stream: None,
            nth: 1,
            count: Some(1),
            toxicity: Toxicity::ALWAYS,
        }
    }
}

impl FaultTrigger {
    /// The keys of a trigger, whatever the action.
    pub(super) const KEYS: [&str; 3] = ["nth", "count", "toxicity"];

    /// Takes the keys of a trigger; those that an action does not have are left over.
    pub(super) fn parse(words: &mut RuleWords, keys: &[&str]) -> Result<Self, String> {
        let mut trigger = FaultTrigger::default();
        let has = |key: &str| keys.contains(&key);
        for (key, kind) in EVENTS.into_iter().filter(|(key, _)| has(key)) {
            if let Some(name) = words.take_text(key)? {
                if trigger.event.is_some() {
                    return Err(format!("{key}: a rule waits for one thing alone"));
                }
                let name = Some(check_name(key, kind, &name)?);
                trigger.event = Some(FaultEvent { kind, name });
            }
        }
        if has("after") {
            trigger.after = words.take_number("after", 0)?;
        }
        if has("link") {
            trigger.link = take_choice(words, "link", &LINKS)?;
        }
        if has("stream") {
            trigger.stream = take_choice(words, "stream", &STREAMS)?;
        }
        trigger.nth = words.take_number("nth", 1)?.unwrap_or(trigger.nth);
        match words.take_text("count")?.as_deref() {
            None => {}
            Some("all") => trigger.count = None,
            Some(text) => {
                let count = text.parse().ok().filter(|count| *count > 0);
                let count: u64 =
                    count.ok_or_else(|| format!("count={text}: give 1 or more, or all"))?;
                trigger.count = Some(count);
            }
        }
        if let Some(text) = words.take_text("toxicity")? {
            trigger.toxicity = text.parse()?;
        }
        Ok(trigger)
    }

    /// Tells whether an event is one that the rule waits for.
    pub(super) fn waits_for(&self, kind: FaultEventKind, name: &str) -> bool {
        self.event.as_ref().is_some_and(|event| {
            event.kind == kind
                && event
                    .name
                    .as_ref()
                    .is_none_or(|known| known.eq_ignore_ascii_case(name))
        })
    }
}

/// Returns the name of an event as it is compared.
fn check_name(key: &str, kind: FaultEventKind, name: &str) -> Result<String, String> {
    let upper = name.to_ascii_uppercase();
    match kind {
        FaultEventKind::AtCommand if !upper.starts_with('+') || upper.len() < 2 => {
            Err(format!("{key}={name}: name an AT command such as +QFTPPUT"))
        }
        FaultEventKind::FtpCommand if !FTP_COMMANDS.contains(&upper.as_str()) => Err(format!(
            "{key}={name}: the module sends {}",
            FTP_COMMANDS.join(", ")
        )),
        FaultEventKind::Urc if upper.is_empty() => {
            Err(format!("{key}=: name a URC such as +QFTPPUT"))
        }
        _ => Ok(upper),
    }
}

fn take_choice<T: Copy>(
    words: &mut RuleWords,
    key: &str,
    choices: &[(&str, T)],
) -> Result<Option<T>, String> {
    let Some(text) = words.take_text(key)? else {
        return Ok(None);
    };
    let known = choices.iter().find(|(name, _)| *name == text);
    known.map(|(_, choice)| Some(*choice)).ok_or_else(|| {
        let names: Vec<&str> = choices.iter().map(|(name, _)| *name).collect();
        format!("{key}={text}: give {}", names.join(" or "))
    })
}

/// Writes the keys that differ from those of a rule without any, each behind a blank.
impl fmt::Display for FaultTrigger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(FaultEvent {
            kind,
            name: Some(name),
        }) = &self.event
        {
            let key = EVENTS.iter().find(|(_, known)| known == kind);
            let key = key.map_or("on", |(key, _)| key);
            if name.contains([' ', '"']) {
                write!(f, " {key}={}", quoted(name.as_bytes()))?;
            } else {
                write!(f, " {key}={name}")?;
            }
        }
        if let Some(after) = self.after {
            write!(f, " after={after}")?;
        }
        for (name, link) in LINKS {
            if self.link == Some(link) {
                write!(f, " link={name}")?;
            }
        }
        for (name, stream) in STREAMS {
            if self.stream == Some(stream) {
                write!(f, " stream={name}")?;
            }
        }
        if self.nth > 1 {
            write!(f, " nth={}", self.nth)?;
        }
        match self.count {
            Some(1) => {}
            Some(count) => write!(f, " count={count}")?,
            None => f.write_str(" count=all")?,
        }
        if self.toxicity != Toxicity::ALWAYS {
            write!(f, " toxicity={}", self.toxicity)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_toxicity_has_limits() {
        for text in ["1", "0.5", "0.000001"] {
            let toxicity: Toxicity = text.parse().expect(text);
            assert_eq!(toxicity.to_string().parse(), Ok(toxicity));
        }
        for text in ["0", "0.0000009", "1.000001", "-1", "NaN", "x", ""] {
            assert!(text.parse::<Toxicity>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_seed_repeats_the_draws() {
        let half: Toxicity = "0.5".parse().expect("a toxicity");
        let draw = |seed| {
            let mut random = fastrand::Rng::with_seed(seed);
            (0..200).map(|_| half.draw(&mut random)).collect::<Vec<_>>()
        };
        assert_eq!(draw(1), draw(1));
        assert_ne!(draw(1), draw(2));
        let fired = draw(1).into_iter().filter(|fires| *fires).count();
        assert!((60..140).contains(&fired), "{fired}");
    }
}
