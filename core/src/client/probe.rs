//! The state of a module and of its network: the checks of 000 §1.4 and 002 §4, and what `gsm` and `nl668` have in
//! their place (COMMON 2.2, 8.1).

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use super::connection::Client;
use super::error::Error;
use crate::ErrorKind;
use crate::dialect::{CommandKind, Dialect};
use crate::host::ModuleIdentity;

/// State of a module. A question that it does not answer is `None`.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Probe {
    /// Manufacturer, model, revision.
    pub identity: ModuleIdentity,
    /// The dialect spoken.
    pub dialect: &'static Dialect,
    /// `READY`, `SIM PIN`, ...
    pub sim: Option<String>,
    /// Registration on the packet network: `registered, home`, ...
    pub registration: Option<&'static str>,
    /// The network's name.
    pub operator: Option<String>,
    /// Received signal strength in dBm.
    pub signal_dbm: Option<i16>,
    /// True where the packet domain is attached.
    pub attached: Option<bool>,
    /// Active PDP contexts: number and address.
    pub contexts: Vec<(u8, String)>,
    /// State of the context in front, in the words of a module that lists no contexts (`gsm`): `IP INITIAL`,
    /// `IP GPRSACT`, `PDP DEACT`, ...
    pub context_state: Option<String>,
}

impl Probe {
    /// Makes the state of a module that answers no question.
    pub fn new(identity: ModuleIdentity, dialect: &'static Dialect) -> Self {
        Probe {
            identity,
            dialect,
            sim: None,
            registration: None,
            operator: None,
            signal_dbm: None,
            attached: None,
            contexts: Vec::new(),
            context_state: None,
        }
    }
}

/// Longest time from the `OK` of a `gsm` module to the line with its state.
const LATE_STATE: Duration = Duration::from_secs(1);

/// `<stat>` of `+CEREG` and `+CGREG` (3GPP 27.007).
const REGISTRATION: [&str; 6] = [
    "not registered",
    "registered, home",
    "searching",
    "denied",
    "unknown",
    "registered, roaming",
];

impl Client {
    /// Asks the module for SIM, registration, signal and contexts.
    ///
    /// # Errors
    ///
    /// Those of the line; a refused question is `None`.
    pub fn probe(&mut self) -> Result<Probe, Error> {
        let sim = self.ask(b"AT+CPIN?")?;
        let eps = self.ask(b"AT+CEREG?")?;
        let gprs = self.ask(b"AT+CGREG?")?;
        let registration = [&eps, &gprs]
            .into_iter()
            .flatten()
            .filter_map(|line| registration(line))
            .max_by_key(|text| text.starts_with("registered"));
        let operator = self
            .ask(b"AT+COPS?")?
            .and_then(|line| line.split('"').nth(1).map(str::to_owned));
        let signal_dbm = self.ask(b"AT+CSQ")?.and_then(|line| signal(&line));
        let attached = self.ask(b"AT+CGATT?")?.map(|line| line.trim() == "1");
        let (mut contexts, mut context_state) = (Vec::new(), None);
        let has = |kind| self.dialect().command(kind).is_some();
        if has(CommandKind::ContextStatus) {
            context_state = self.context_state()?;
        } else if has(CommandKind::Call) {
            contexts = self.contexts(b"AT+MIPCALL?", call)?;
        } else if has(CommandKind::ContextActivate) {
            contexts = self.contexts(b"AT+QIACT?", context)?;
        }
        Ok(Probe {
            identity: self.identity().clone(),
            dialect: self.dialect(),
            sim,
            registration,
            operator,
            signal_dbm,
            attached,
            contexts,
            context_state,
        })
    }

    fn contexts(
        &mut self,
        line: &[u8],
        parse: fn(&[u8]) -> Option<(u8, String)>,
    ) -> Result<Vec<(u8, String)>, Error> {
        match self.command(line) {
            Ok(lines) => Ok(lines.iter().filter_map(|line| parse(line)).collect()),
            Err(error) if is_refusal(&error) => Ok(Vec::new()),
            Err(error) => Err(error),
        }
    }

    /// Sends `AT+QISTAT`, whose answer is `OK` and then a line of its own. Every other line goes to the user's callback
    /// meanwhile.
    fn context_state(&mut self) -> Result<Option<String>, Error> {
        let heard = Arc::new(Mutex::new(Vec::new()));
        let lines = Arc::clone(&heard);
        let mut callback = self.callbacks.urc.take();
        self.callbacks.urc = Some(Box::new(move |line| {
            let mut lines = lines.lock().unwrap_or_else(PoisonError::into_inner);
            lines.push(line.to_vec());
        }));
        let mut result = self.ask(b"AT+QISTAT");
        let begun = self.now();
        while let Ok(found) = &mut result {
            let lines = std::mem::take(&mut *heard.lock().unwrap_or_else(PoisonError::into_inner));
            for line in lines {
                match (line.strip_prefix(b"STATE:"), &mut callback) {
                    (Some(state), _) => {
                        *found = Some(String::from_utf8_lossy(state).trim().to_owned());
                    }
                    (None, Some(callback)) => callback(&line),
                    (None, None) => {}
                }
            }
            if found.is_some() || self.now().saturating_sub(begun) >= LATE_STATE {
                break;
            }
            if let Err(error) = self.poll(LATE_STATE / 20) {
                result = Err(error);
            }
        }
        self.callbacks.urc = callback;
        result
    }

    /// Returns the fields of the answer; `None` if the module refuses the question.
    fn ask(&mut self, line: &[u8]) -> Result<Option<String>, Error> {
        match self.command(line) {
            Ok(lines) => Ok(lines.last().map(|line| fields(line))),
            Err(error) if is_refusal(&error) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

fn is_refusal(error: &Error) -> bool {
    error.kind() == ErrorKind::FinalError || error.is_ftp_failure()
}

fn fields(line: &[u8]) -> String {
    let text = line.escape_ascii().to_string().replace("\\\"", "\"");
    text.split_once(':')
        .map_or(text.clone(), |(_, fields)| fields.trim().to_owned())
}

/// Parses `<n>,<stat>[,...]`.
fn registration(fields: &str) -> Option<&'static str> {
    let stat: usize = fields.split(',').nth(1)?.trim().parse().ok()?;
    REGISTRATION.get(stat).copied()
}

/// Parses `<rssi>,<ber>`: 0 to 31 stand for -113 to -51 dBm, 99 for unknown.
fn signal(fields: &str) -> Option<i16> {
    let rssi: i16 = fields.split(',').next()?.trim().parse().ok()?;
    (0..=31).contains(&rssi).then(|| -113 + 2 * rssi)
}

/// Parses `+QIACT: <id>,<state>,<type>,"<ip>"` of an active context.
fn context(line: &[u8]) -> Option<(u8, String)> {
    let fields = fields(line);
    let mut fields = fields.split(',');
    let id = fields.next()?.trim().parse().ok()?;
    if fields.next()?.trim() != "1" {
        return None;
    }
    let address = fields.nth(1)?.trim().trim_matches('"').to_owned();
    Some((id, address))
}

/// Parses `+MIPCALL: 1,<ip>` of a context that is up.
fn call(line: &[u8]) -> Option<(u8, String)> {
    let fields = fields(line);
    let (state, address) = fields.split_once(',')?;
    (state.trim() == "1").then(|| (1, address.trim().trim_matches('"').to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_in_words() {
        assert_eq!(registration("0,1"), Some("registered, home"));
        assert_eq!(
            registration("2,5,\"1A\",\"2B\",7"),
            Some("registered, roaming")
        );
        assert_eq!(signal("28,99"), Some(-57));
        assert_eq!(signal("99,99"), None);
        assert_eq!(
            context(b"+QIACT: 1,1,1,\"10.7.157.1\""),
            Some((1, "10.7.157.1".into()))
        );
        assert_eq!(context(b"+QIACT: 2,0,1"), None);
        let up = Some((1, "10.34.7.211".into()));
        assert_eq!(call(b"+MIPCALL: 1,10.34.7.211"), up);
        assert_eq!(call(b"+MIPCALL: 0"), None);
        assert_eq!(call(b"+MIPCALL: 2,0.0.0.0"), None);
    }
}
