//! What `probe` finds on an emulator of each dialect: its context before and after it is up.

use qftp::client::{Client, ClientOptions, Probe};
use qftp::dialect::{self, Dialect, Family};
use qftp::emulator::{Emulator, EmulatorOptions};

fn module(dialect: &'static Dialect) -> (Emulator, Client) {
    let (module, line) = Emulator::in_process(EmulatorOptions::new(dialect)).expect("a module");
    let client = ClientOptions::new().with_port(line).expect("a client");
    (module, client)
}

/// The contexts listed, and the state where there is no list.
fn contexts(probe: &Probe) -> (Vec<u8>, Option<&str>) {
    let numbers = probe.contexts.iter().map(|(number, _)| *number).collect();
    (numbers, probe.context_state.as_deref())
}

#[test]
fn the_context_of_every_dialect() {
    for dialect in dialect::ALL {
        let (_module, mut client) = module(dialect);
        let down = client.probe().expect("a probe");
        let (activate, before, after) = match dialect.family {
            Family::Lte => (&b"AT+QIACT=1"[..], (vec![], None), (vec![1], None)),
            Family::Gsm => {
                let state = |words| (vec![], Some(words));
                (&b"AT+QIACT"[..], state("IP INITIAL"), state("IP GPRSACT"))
            }
            Family::Fibocom => (&b"AT+MIPCALL=1"[..], (vec![], None), (vec![1], None)),
        };
        assert_eq!(contexts(&down), before, "{}", dialect.name);
        client.command(activate).expect("activated");
        let up = client.probe().expect("a probe");
        assert_eq!(contexts(&up), after, "{}", dialect.name);
        for (_, address) in &up.contexts {
            assert_eq!(address, "192.0.2.1", "{}", dialect.name);
        }
        assert_eq!(up.dialect.name, dialect.name);
        assert_eq!(up.sim.as_deref(), Some("READY"));
        assert_eq!(up.registration, Some("registered, home"));
    }
}

/// The probe of `gsm` listens to unsolicited lines for a moment; the user's callback is there again afterwards.
#[test]
fn unsolicited_lines_still_reach_the_user_after_a_probe() {
    let (_module, mut client) = module(&dialect::gsm::GSM);
    let (sender, heard) = std::sync::mpsc::channel();
    client.on_urc(move |line| sender.send(line.to_vec()).expect("the test listens"));
    client.probe().expect("a probe");
    assert!(heard.try_recv().is_err(), "the state belongs to the probe");
    client.command(b"AT+QISTAT").expect("an answer");
    let timeout = std::time::Duration::from_secs(30);
    let begun = std::time::Instant::now();
    let line = loop {
        if let Ok(line) = heard.try_recv() {
            break line;
        }
        assert!(begun.elapsed() < timeout, "no state");
        client.poll(timeout / 1000).expect("a line");
    };
    assert_eq!(line, b"STATE: IP INITIAL");
}

#[test]
fn a_module_without_a_card_a_network_or_a_signal() {
    for dialect in dialect::ALL {
        let (module, mut client) = module(dialect);
        for (state, sim, registration) in [
            ("sim=pin", Some("SIM PIN"), "not registered"),
            ("sim=absent", None, "not registered"),
            ("sim=ready", Some("READY"), "registered, home"),
            ("network=roaming", Some("READY"), "registered, roaming"),
            ("network=denied", Some("READY"), "denied"),
            ("network=searching", Some("READY"), "searching"),
        ] {
            module.set_state(state.parse().expect(state)).expect(state);
            // What the module says of it is no answer to the questions.
            client.poll(std::time::Duration::ZERO).expect("polled");
            let probe = client.probe().expect("a probe");
            assert_eq!(probe.sim.as_deref(), sim, "{} {state}", dialect.name);
            assert_eq!(probe.registration, Some(registration), "{state}");
            let attached = registration.starts_with("registered");
            assert_eq!(probe.attached, Some(attached), "{state}");
            assert_eq!(probe.operator.is_some(), attached, "{state}");
            assert_eq!(probe.signal_dbm.is_none(), state == "network=searching");
        }
    }
}
