//! The gate in front of libunftp: looks at every command line of a client before libunftp does.
//!
//! libunftp 0.24 keeps a line of any length, and nests one logger in another at each USER: a client without an account
//! could fill the memory or overflow the stack. The gate limits the lines, the commands before a login, the logins and
//! the failed ones. It also refuses data connections to others than the client, which libunftp opens.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// The longest line, with its end. The longest path of Linux has 4096 bytes.
const MAX_LINE: usize = 8 * 1024;
/// Clients that differ most from each other send some ten commands before they log in.
const MAX_BEFORE_LOGIN: usize = 64;
/// Limits USER in one session, also behind a login.
const MAX_USERS: usize = 64;
/// After so many wrong passwords a session ends.
const MAX_FAILURES: usize = 3;

/// Counts the logins of the client of one session.
#[derive(Debug, Default)]
pub(super) struct LoginState {
    logged_in: AtomicBool,
    failures: AtomicUsize,
}

impl LoginState {
    /// Takes note of a login, or of a failed one.
    pub(super) fn record(&self, accepted: bool) {
        if accepted {
            self.logged_in.store(true, Ordering::Relaxed);
        } else {
            self.failures.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Returns true if no further password counts.
    pub(super) fn is_barred(&self) -> bool {
        self.failures.load(Ordering::Relaxed) >= MAX_FAILURES
    }
}

/// Names the protection of a client's lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Channel {
    /// The server has no TLS.
    Plain,
    /// TLS has to start by AUTH.
    BeforeTls,
    /// TLS has started.
    Tls,
}

/// Decides about a line.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// libunftp gets it.
    Pass(Vec<u8>),
    /// The gate answers it.
    Answer(&'static str),
    /// TLS starts.
    StartTls,
    /// The session ends with this reply.
    End(&'static str),
}

/// The lines of one client.
#[derive(Debug)]
pub(super) struct Gate {
    client: IpAddr,
    channel: Channel,
    login: Arc<LoginState>,
    line: Vec<u8>,
    before_login: usize,
    users: usize,
}

impl Gate {
    pub(super) fn new(client: IpAddr, channel: Channel, login: Arc<LoginState>) -> Self {
        Gate {
            client: client.to_canonical(),
            channel,
            login,
            line: Vec::new(),
            before_login: 0,
            users: 0,
        }
    }

    /// Takes note that TLS has started.
    pub(super) fn start_tls(&mut self) {
        self.channel = Channel::Tls;
    }

    /// Takes bytes up to the end of a line. Returns how many they were, and the verdict on the line if it ended.
    pub(super) fn take(&mut self, bytes: &[u8]) -> (usize, Option<Verdict>) {
        let end = bytes.iter().position(|byte| *byte == b'\n');
        let count = end.map_or(bytes.len(), |end| end + 1);
        if self.line.len() + count > MAX_LINE {
            return (count, Some(Verdict::End("500 The line is too long")));
        }
        self.line.extend_from_slice(&bytes[..count]);
        if end.is_none() {
            return (count, None);
        }
        let line = std::mem::take(&mut self.line);
        (count, Some(self.judge(line)))
    }

    fn judge(&mut self, line: Vec<u8>) -> Verdict {
        if self.login.is_barred() {
            return Verdict::End("421 Too many failed logins");
        }
        if !self.login.logged_in.load(Ordering::Relaxed) {
            self.before_login += 1;
            if self.before_login > MAX_BEFORE_LOGIN {
                return Verdict::End("421 Too many commands without a login");
            }
        }
        let Some((command, argument)) = split(&line) else {
            return Verdict::Answer("501 A name has to be UTF-8");
        };
        match (command.as_str(), self.channel) {
            ("USER" | "PASS", Channel::BeforeTls) => {
                Verdict::Answer("534 A TLS connection is required on the control channel")
            }
            ("USER", _) => {
                self.users += 1;
                if self.users > MAX_USERS {
                    return Verdict::End("421 Too many logins in one session");
                }
                Verdict::Pass(line)
            }
            ("AUTH", Channel::BeforeTls) if argument.eq_ignore_ascii_case("TLS") => {
                Verdict::StartTls
            }
            ("AUTH", Channel::BeforeTls) => Verdict::Answer("504 Only AUTH TLS is supported"),
            ("AUTH", Channel::Tls) => Verdict::Answer("503 TLS has started already"),
            ("CCC", Channel::Tls) => Verdict::Answer("534 The control channel stays in TLS"),
            ("PORT", _) if self.names_another_host(argument) => {
                Verdict::Answer("504 Data connections go to the address of the client only")
            }
            _ => Verdict::Pass(line),
        }
    }

    /// Returns true if the argument of PORT is the address of another host.
    fn names_another_host(&self, argument: &str) -> bool {
        // As libunftp reads it: what is no number does not count.
        let numbers: Vec<u8> = argument
            .split(',')
            .filter_map(|number| number.parse().ok())
            .collect();
        match numbers[..] {
            [a, b, c, d, _, _] => self.client != Ipv4Addr::new(a, b, c, d),
            _ => false, // libunftp refuses it
        }
    }
}

/// Splits a line into its command, in capitals, and its argument; `None` where it is not UTF-8: libunftp would take another
/// name for that of the client.
fn split(line: &[u8]) -> Option<(String, &str)> {
    let start = line.iter().position(u8::is_ascii_alphabetic); // behind Telnet's signals, for example
    let text = line.get(start.unwrap_or(line.len())..).unwrap_or_default();
    let text = std::str::from_utf8(text).ok()?.trim();
    let (command, argument) = text.split_once(' ').unwrap_or((text, ""));
    Some((command.to_ascii_uppercase(), argument.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gate(channel: Channel) -> (Gate, Arc<LoginState>) {
        let login = Arc::new(LoginState::default());
        let client = IpAddr::from([127, 0, 0, 1]);
        (Gate::new(client, channel, login.clone()), login)
    }

    fn say(gate: &mut Gate, line: &str) -> Verdict {
        let line = format!("{line}\r\n");
        let (count, verdict) = gate.take(line.as_bytes());
        assert_eq!(count, line.len());
        verdict.expect("a whole line")
    }

    fn passes(gate: &mut Gate, line: &str) -> bool {
        say(gate, line) == Verdict::Pass(format!("{line}\r\n").into_bytes())
    }

    fn ends(gate: &mut Gate, line: &str, code: &str) -> bool {
        matches!(say(gate, line), Verdict::End(reply) if reply.starts_with(code))
    }

    fn refuses(gate: &mut Gate, line: &str, code: &str) -> bool {
        matches!(say(gate, line), Verdict::Answer(reply) if reply.starts_with(code))
    }

    #[test]
    fn lines_pass_whole_however_they_are_cut() {
        let (mut gate, _) = gate(Channel::Plain);
        assert_eq!(gate.take(b"NO"), (2, None));
        let whole = Verdict::Pass(b"NOOP\r\n".to_vec());
        assert_eq!(gate.take(b"OP\r\nQUIT"), (4, Some(whole)));
        assert!(passes(&mut gate, "\u{fffd}ABOR"));
    }

    #[test]
    fn a_line_that_is_no_utf8_is_answered_here() {
        let (mut gate, _) = gate(Channel::Plain);
        let (_, verdict) = gate.take(b"STOR a\xfe\r\n");
        assert!(matches!(verdict, Some(Verdict::Answer(reply)) if reply.starts_with("501")));
        // Telnet's signals stand before a command.
        let (_, verdict) = gate.take(b"\xff\xf4\xff\xf2ABOR\r\n");
        assert!(matches!(verdict, Some(Verdict::Pass(_))));
        assert!(passes(&mut gate, "STOR \u{e9}"));
    }

    #[test]
    fn a_line_has_a_limit() {
        let (mut gate, _) = gate(Channel::Plain);
        assert!(passes(&mut gate, &"a".repeat(MAX_LINE - 2)));
        assert!(ends(&mut gate, &"a".repeat(MAX_LINE - 1), "500"));
        let (mut gate, _) = self::gate(Channel::Plain);
        assert_eq!(gate.take(&[b'a'; MAX_LINE]).1, None);
        assert!(matches!(gate.take(b"a").1, Some(Verdict::End(_))));
        assert!(gate.line.len() <= MAX_LINE);
    }

    #[test]
    fn commands_without_a_login_are_limited() {
        let (mut gate, login) = gate(Channel::Plain);
        for _ in 0..MAX_BEFORE_LOGIN {
            assert!(passes(&mut gate, "NOOP"));
        }
        assert!(ends(&mut gate, "NOOP", "421"));
        login.record(true);
        assert!((0..1000).all(|_| passes(&mut gate, "NOOP")));
    }

    #[test]
    fn logins_are_limited_in_a_session() {
        let (mut gate, login) = gate(Channel::Plain);
        login.record(true);
        assert!((0..MAX_USERS).all(|_| passes(&mut gate, "user a")));
        assert!(ends(&mut gate, "USER a", "421"));
    }

    #[test]
    fn failed_logins_end_the_session() {
        let (mut gate, login) = gate(Channel::Plain);
        for _ in 1..MAX_FAILURES {
            login.record(false);
        }
        assert!(!login.is_barred() && passes(&mut gate, "PASS x"));
        login.record(false);
        assert!(login.is_barred() && ends(&mut gate, "PASS x", "421"));
    }

    #[test]
    fn no_account_passes_before_tls() {
        let (mut gate, _) = gate(Channel::BeforeTls);
        assert!(passes(&mut gate, "FEAT"));
        assert!(refuses(&mut gate, "USER a", "534"));
        assert!(refuses(&mut gate, " pass b", "534"));
        assert!(refuses(&mut gate, "AUTH SSL", "504"));
        assert_eq!(say(&mut gate, "auth tls"), Verdict::StartTls);
        gate.start_tls();
        assert!(passes(&mut gate, "USER a"));
        assert!(refuses(&mut gate, "AUTH TLS", "503"));
        assert!(refuses(&mut gate, "CCC", "534"));
        let (mut plain, _) = self::gate(Channel::Plain);
        assert!(passes(&mut plain, "AUTH TLS"));
    }

    #[test]
    fn data_connections_go_to_the_client_alone() {
        let (mut gate, _) = gate(Channel::Plain);
        assert!(passes(&mut gate, "PORT 127,0,0,1,4,1"));
        assert!(refuses(&mut gate, "PORT 127,0,0,2,4,1", "504"));
        assert!(refuses(&mut gate, "port x,127,0,0,2,4,1", "504"));
        assert!(passes(&mut gate, "PORT 127,0,0"));
        let mapped = Ipv4Addr::LOCALHOST.to_ipv6_mapped();
        let mut gate = Gate::new(mapped.into(), Channel::Plain, Arc::default());
        assert!(passes(&mut gate, "PORT 127,0,0,1,4,1"));
    }
}
