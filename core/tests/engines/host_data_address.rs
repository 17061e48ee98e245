//! Where data connections go, as a login tells the module of each dialect; the module is the engine itself.

use std::time::Duration;

use crate::pair::Pair;
use qftp::dialect::{self, ParamError};
use qftp::host::{Answer, DataAddress, Host, HostError, Login, Operation as O};

fn login(data_address: Option<DataAddress>) -> Login {
    let mut login = Login::new("ftp.example.com", "test", "secret");
    login.data_address = data_address;
    login
}

const fn then_server(after_s: u8) -> DataAddress {
    DataAddress::PeerThenServer { after_s }
}

/// What can be asked for, and what is set by it in the dialects that can.
const CASES: &[(DataAddress, &str, &[&str], &str)] = &[
    (
        DataAddress::Server,
        "0",
        &["ec2x", "bg96"],
        "data address server",
    ),
    (
        DataAddress::Peer,
        "1",
        &["ec2x", "bg96"],
        "data address peer",
    ),
    (
        then_server(15),
        "2,15",
        &["ec2x"],
        "data address peer-then-server",
    ),
    (
        then_server(50),
        "2,50",
        &["ec2x"],
        "data address peer-then-server",
    ),
];

/// The lines about it that a login sends.
fn sent(name: &str, login: &Login) -> Vec<String> {
    let mut pair = Pair::new(dialect::by_name(name).expect("a dialect"));
    pair.host.log_lines(true);
    assert_eq!(pair.run(O::Login(login)), Ok(Answer::Done), "{name}");
    let lines = pair.lines.iter().map(|line| line.replace("\\\"", "\""));
    let lines: Vec<String> = lines.collect();
    let commands = lines.iter().flat_map(|line| line.split(';'));
    let about = commands.filter(|command| command.contains("data_address"));
    about
        .map(|command| format!("AT{}", command.trim_start_matches("AT")))
        .collect()
}

/// Nothing is sent.
fn refused(name: &str, address: DataAddress) -> HostError {
    let mut host = Host::new(dialect::by_name(name).expect("a dialect"));
    let login = login(Some(address));
    let failure = host
        .start(Duration::ZERO, O::Login(&login))
        .expect_err(name);
    assert!(host.poll_transmit().is_none() && host.poll_event().is_none());
    failure
}

#[test]
fn each_dialect_is_told_or_the_login_refused() {
    for dialect in dialect::ALL {
        let name = dialect.name;
        assert_eq!(sent(name, &login(None)), [""; 0], "{name}");
        for (address, values, able, operation) in CASES {
            if able.contains(&name) {
                let line = format!("AT+QFTPCFG=\"data_address\",{values}");
                assert_eq!(sent(name, &login(Some(*address))), [line], "{name}");
            } else {
                let unsupported = HostError::Unsupported {
                    dialect: name,
                    operation,
                };
                assert_eq!(refused(name, *address), unsupported);
            }
        }
    }
}

#[test]
fn a_time_out_beyond_its_range_is_refused() {
    for after_s in [0, 14, 51, 255] {
        let misuse = HostError::InvalidArgument {
            command: "+QFTPCFG",
            param_error: ParamError::Range {
                name: "data_timeout",
                from: 15,
                to: 50,
            },
        };
        assert_eq!(refused("ec2x", then_server(after_s)), misuse, "{after_s}");
    }
}
