//! Rewrites the command lines of the manuals' logins for another server: the hosts of the examples are not there.

use qftp::dialect::{CommandKind, Dialect};
use qftp_conformance::conversation::{Bytes, Conversation, Step, play};

/// The hosts of the examples. A case that names another one means that one.
const EXAMPLE_HOSTS: [&str; 4] = [
    "quectel.3322.org",
    "ftp.example.com",
    "101.95.183.122",
    "111.231.250.105",
];
/// The names of the parameter with the server's port.
const PORTS: [&str; 2] = ["port", "destination_control_port"];
/// The port that a login without one means.
const FTP: &str = "21";
/// The port of the examples that speaks TLS from the first byte.
const FTPS: &str = "990";

/// The server that takes the place of those in the examples.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ServerPlace {
    pub(super) host: String,
    pub(super) port: u16,
    /// The port that speaks TLS from the first byte, where there is one.
    pub(super) tls_port: Option<u16>,
}

impl ServerPlace {
    /// Rewrites every login of a conversation.
    ///
    /// # Errors
    ///
    /// Says why this server cannot stand for that of the example.
    pub(super) fn adapt(
        &self,
        dialect: &Dialect,
        conversation: &Conversation,
    ) -> Result<Conversation, String> {
        if dials_elsewhere(dialect, conversation) {
            return Err("the case logs in to a host that is not there".into());
        }
        let mut adapted = conversation.clone();
        for step in &mut adapted.steps {
            match step {
                Step::Type(line) => *line = self.adapt_line(dialect, line)?,
                Step::Send(Bytes::Literal(bytes)) => {
                    if let Ok(text) = std::str::from_utf8(bytes) {
                        *bytes = self.adapt_line(dialect, text)?.into_bytes();
                    }
                }
                Step::Answer(lines) => lines.iter_mut().for_each(|line| self.adapt_answer(line)),
                _ => {}
            }
        }
        Ok(adapted)
    }

    /// Puts this server in the place of that of the examples where the module repeats it.
    fn adapt_answer(&self, line: &mut String) {
        for host in EXAMPLE_HOSTS {
            let known = format!("\"{host}\",{FTP}");
            *line = line.replace(&known, &format!("\"{}\",{}", self.host, self.port));
        }
    }

    /// Rewrites a command line if it is a login.
    pub(super) fn adapt_line(&self, dialect: &Dialect, line: &str) -> Result<String, String> {
        let Some(open) = dialect.command(CommandKind::FtpOpen) else {
            return Ok(line.to_owned());
        };
        let begin = format!("AT{}=", open.name);
        let Some(rest) = line.strip_prefix(&begin) else {
            return Ok(line.to_owned());
        };
        let end = rest.find(['\r', '\n']).unwrap_or(rest.len());
        let (values, tail) = rest.split_at(end);
        let mut values: Vec<String> = split(values);
        let host = values[0].trim_matches('"');
        if !EXAMPLE_HOSTS.contains(&host) {
            return Ok(line.to_owned());
        }
        let names = open.write.unwrap_or_default().iter();
        let at = names
            .map(|param| param.name)
            .position(|name| PORTS.contains(&name))
            .unwrap_or(1);
        let required = open.write.unwrap_or_default().iter();
        let required = required.filter(|param| !param.optional).count();
        if values.len() < required || values.len() > open.write.map_or(0, <[_]>::len) {
            return Ok(line.to_owned()); // the module refuses it
        }
        let given = values.get(at).cloned().unwrap_or_default();
        let quote = |value: &str| value.trim_matches('"').to_owned();
        let own = match (quote(&given).parse::<u16>(), self.tls_port) {
            (Err(_), _) if !given.is_empty() => return Ok(line.to_owned()), // it is refused
            (Ok(0), _) => return Ok(line.to_owned()),
            (Ok(port), Some(tls_port)) if port.to_string() == FTPS => tls_port,
            (Ok(port), _) if port.to_string() != FTP && port != self.port => {
                return Err(format!("the server would have to listen on port {port}"));
            }
            _ => self.port,
        };
        let port = if given.starts_with('"') {
            format!("\"{own}\"")
        } else {
            own.to_string()
        };
        let is_quoted = values[0].starts_with('"');
        values[0] = if is_quoted {
            format!("\"{}\"", self.host)
        } else {
            self.host.clone()
        };
        values.resize(values.len().max(at + 1), String::new());
        values[at] = port;
        Ok(format!("{begin}{}{tail}", values.join(",")))
    }
}

/// Returns true if a login is typed in pieces, to a host of the right length, and is to succeed.
fn dials_elsewhere(dialect: &Dialect, conversation: &Conversation) -> bool {
    let Some(open) = dialect.command(CommandKind::FtpOpen) else {
        return false;
    };
    let begin = format!("AT{}=", open.name);
    let begins = |step: &Step| {
        let Step::Send(Bytes::Literal(bytes)) = step else {
            return false;
        };
        bytes.starts_with(begin.as_bytes()) && !bytes.contains(&b'\r')
    };
    let login = play::login(dialect.family).lines().last();
    let done = login.and_then(|line| line.strip_prefix("< "));
    let succeeds = |step: &Step| match (step, done) {
        (Step::Answer(lines), Some(done)) => lines.iter().any(|line| line == done),
        _ => false,
    };
    let mut steps = conversation.steps.iter();
    steps.any(begins) && steps.any(succeeds)
}

/// Splits at commas outside of quotes; the quotes stay.
fn split(values: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut quoted = false;
    for letter in values.chars() {
        quoted ^= letter == '"';
        match parts.last_mut() {
            Some(part) if letter != ',' || quoted => part.push(letter),
            _ => parts.push(String::new()),
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use qftp::dialect;

    fn adapted(name: &str, line: &str) -> Result<String, String> {
        let dialect = dialect::by_name(name).expect("a dialect");
        let place = ServerPlace {
            host: "10.0.0.1".into(),
            port: 2121,
            tls_port: None,
        };
        place.adapt_line(dialect, line)
    }

    #[test]
    fn logins_of_the_examples_go_to_the_server() {
        for (dialect, line, expected) in [
            (
                "ec2x",
                "AT+QFTPOPEN=\"quectel.3322.org\",21",
                "AT+QFTPOPEN=\"10.0.0.1\",2121",
            ),
            (
                "ec2x",
                "AT+QFTPOPEN=\"ftp.example.com\"",
                "AT+QFTPOPEN=\"10.0.0.1\",2121",
            ),
            (
                "gsm",
                "AT+QFTPOPEN=quectel.3322.org,\"21\"\n",
                "AT+QFTPOPEN=10.0.0.1,\"2121\"\n",
            ),
            (
                "nl668",
                "AT+FTPOPEN=\"111.231.250.105\",\"db\",\"db\"",
                "AT+FTPOPEN=\"10.0.0.1\",\"db\",\"db\",,,2121",
            ),
            (
                "nl668",
                "AT+FTPOPEN=\"111.231.250.105\",\"db\",\"db\",\"\",21,",
                "AT+FTPOPEN=\"10.0.0.1\",\"db\",\"db\",\"\",21,2121",
            ),
        ] {
            assert_eq!(adapted(dialect, line), Ok(expected.to_owned()), "{line}");
        }
    }

    #[test]
    fn what_is_no_login_or_is_refused_stays() {
        for (dialect, line) in [
            ("ec2x", "AT+QFTPOPEN=?"),
            ("ec2x", "AT+QFTPOPEN=\"no.such.name\",21"),
            ("ec2x", "AT+QFTPOPEN=\"quectel.3322.org\",65536"),
            ("ec2x", "AT+QFTPOPEN=\"quectel.3322.org\",0"),
            ("ec2x", "AT+QFTPOPEN=\"quectel.3322.org\",21,1"),
            ("nl668", "AT+FTPOPEN=\"111.231.250.105\""),
            ("ec2x", "AT+QFTPSIZE=\"quectel.3322.org\""),
        ] {
            assert_eq!(adapted(dialect, line), Ok(line.to_owned()));
        }
    }

    #[test]
    fn another_port_needs_another_server() {
        let refused = adapted("ec2x", "AT+QFTPOPEN=\"quectel.3322.org\",65535");
        let reason = refused.expect_err("another port");
        assert_eq!(reason, "the server would have to listen on port 65535");
        assert!(adapted("ec2x", "AT+QFTPOPEN=\"quectel.3322.org\",2121").is_ok());
    }

    #[test]
    fn the_port_of_ftps_is_that_of_the_server_where_it_has_one() {
        let ec2x = dialect::by_name("ec2x").expect("a dialect");
        let mut place = ServerPlace {
            host: "10.0.0.1".into(),
            port: 2121,
            tls_port: Some(9900),
        };
        let line = "AT+QFTPOPEN=\"quectel.3322.org\",990";
        let own = "AT+QFTPOPEN=\"10.0.0.1\",9900";
        assert_eq!(place.adapt_line(ec2x, line).as_deref(), Ok(own));
        place.tls_port = None;
        let reason = place.adapt_line(ec2x, line).expect_err("no such port");
        assert_eq!(reason, "the server would have to listen on port 990");
    }
}
