//! A module that restarts: the operation ends, and the next one finds a module that is set up again. No answer of before
//! answers it.

use std::time::Duration;

use qftp::dialect;
use qftp::host::{Answer, HostError, Login, Operation};

use crate::pair::Pair;

fn logged_in(dialect: &'static dialect::Dialect) -> Pair {
    let mut pair = Pair::new(dialect);
    pair.run(Operation::Identify).expect("a module");
    let login = Login::new("ftp.example.com", "u", "p");
    pair.run(Operation::Login(&login)).expect("a login");
    pair.harness.server.put("/a", vec![0; 7], None);
    pair
}

/// Logs in again and asks for something that only this module can answer so.
fn goes_on(pair: &mut Pair) {
    let login = Login::new("ftp.example.com", "u", "p");
    let name = pair.host.dialect().name;
    let login = pair.run(Operation::Login(&login));
    assert!(login.is_ok(), "{name}: {login:?}");
    let lines = pair.run(Operation::Raw(b"AT+CMEE?"));
    assert_eq!(
        lines,
        Ok(Answer::Lines(vec![b"+CMEE: 1".to_vec()])),
        "{name}"
    );
    assert_eq!(
        pair.run(Operation::MakeDir(b"/d")),
        Ok(Answer::Done),
        "{name}"
    );
}

#[test]
fn a_restart_while_a_command_runs() {
    for dialect in dialect::ALL {
        for after in [0, 1, 500, 1000, 3000] {
            let mut pair = logged_in(dialect);
            pair.harness.server.stalled = true;
            pair.start(Operation::Delete(b"/a"));
            pair.pass_until(pair.harness.now + Duration::from_millis(after));
            pair.harness.module.restart(pair.harness.now);
            let result = pair.finish();
            let restarted = matches!(result, Err(HostError::Restarted { .. }));
            assert!(restarted, "{} {after}: {result:?}", dialect.name);
            pair.harness.server.stalled = false;
            goes_on(&mut pair);
        }
    }
}

#[test]
fn a_restart_between_two_commands() {
    for dialect in dialect::ALL {
        for after in [0, 1, 500, 1000, 3000] {
            let mut pair = logged_in(dialect);
            pair.harness.module.restart(pair.harness.now);
            pair.idle(Duration::from_millis(after));
            // It may come while the module boots: then it ends with the restart.
            let first = pair.run(Operation::Delete(b"/a"));
            assert!(first.is_err(), "{} {after}", dialect.name);
            goes_on(&mut pair);
        }
    }
}
